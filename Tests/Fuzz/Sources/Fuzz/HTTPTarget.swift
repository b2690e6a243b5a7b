@testable import HTTP

/// Requests as a server reads them from a connection.
enum HTTPTarget {
    static func run(_ input: [UInt8]) {
        let once = read([input[...]])
        let middle = input.count / 2
        let twice = read([input[..<middle], input[middle...]])
        // However the network cuts the bytes up, the same requests come out.
        Fuzz.insist(once == twice, "requests depend on how bytes arrive")
    }

    /// What was read: heads, bodies as one piece each, and how it ended.
    private struct Reading: Equatable {
        var heads: [RequestHead] = []
        var bodies: [[UInt8]] = [[]]
        var error: HTTPParseError?
    }

    private static func read(_ pieces: [ArraySlice<UInt8>]) -> Reading {
        var parser = RequestParser()
        var reading = Reading()
        do throws(HTTPParseError) {
            for piece in pieces {
                piece.withUnsafeBytes { parser.append($0) }
                while let event = try parser.next() {
                    switch event {
                    case .head(let head): reading.heads.append(head)
                    case .body(let bytes): reading.bodies[reading.bodies.count - 1] += bytes
                    case .end: reading.bodies.append([])
                    }
                }
            }
        } catch {
            reading.error = error
        }
        return reading
    }
}
