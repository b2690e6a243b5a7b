import Glibc
import JSON

/// One answer of the host.
struct Answer {
    var status: Int
    /// Names in lower case.
    var headers: [String: String]
    var body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The body as JSON.
    func json() throws -> JSONValue {
        do {
            return try JSONValue(parsing: body)
        } catch {
            throw Trouble.answer("\(status), not JSON (\(error)): \(text.prefix(300))")
        }
    }
}

/// A small HTTP/1.1 client over a blocking socket, with keep-alive: it shares no code with the server.
final class HTTPClient {
    let port: UInt16
    private let patience: Duration
    private var descriptor: Int32 = -1
    private var buffer: [UInt8] = []

    init(port: UInt16, patience: Duration = .seconds(30)) {
        self.port = port
        self.patience = patience
    }

    deinit { disconnect() }

    /// Sends a request and reads its answer.
    func send(
        _ method: String, _ path: String, headers: [(String, String)] = [], body: [UInt8]? = nil
    ) throws -> Answer {
        let isFresh = descriptor < 0
        do {
            try write(method, path, headers, body)
            return try answer(to: method)
        } catch let trouble {
            disconnect()
            // A kept connection may have been closed since; a fresh one has no such excuse.
            guard !isFresh, method == "GET", case Trouble.ended = trouble else { throw trouble }
            return try send(method, path, headers: headers, body: body)
        }
    }

    /// Sends a request and does not read the answer.
    func write(
        _ method: String, _ path: String, _ headers: [(String, String)], _ body: [UInt8]?
    ) throws {
        if descriptor < 0 { try connectSocket() }
        var head = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        if let body { head += "Content-Length: \(body.count)\r\n" }
        try writeAll(Array((head + "\r\n").utf8) + (body ?? []))
    }

    func disconnect() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
        buffer = []
    }

    private func connectSocket() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else {
            let reason = errno
            disconnect()
            throw Trouble.system("connect to port \(port)", reason)
        }
        var yes: Int32 = 1
        setsockopt(
            descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
    }

    private func writeAll(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Trouble.ended("the connection to port \(port)") }
            rest = rest.dropFirst(count)
        }
    }

    private func answer(to method: String) throws -> Answer {
        let deadline = Deadline(patience)
        let end = Array("\r\n\r\n".utf8)
        while buffer.firstRange(of: end) == nil { try readMore(before: deadline) }
        guard let range = buffer.firstRange(of: end) else { throw Trouble.ended("the head") }
        let lines = String(decoding: buffer[..<range.lowerBound], as: UTF8.self)
            .split(separator: "\r\n", omittingEmptySubsequences: false)
        buffer.removeSubrange(..<range.upperBound)
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, let status = Int(words[1]) else {
            throw Trouble.answer("no status line: \(lines.first ?? "")")
        }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let halves = line.split(separator: ":", maxSplits: 1)
            guard halves.count == 2 else { throw Trouble.answer("header \(line)") }
            headers[halves[0].lowercased()] = String(halves[1].drop { $0 == " " })
        }
        let body = try body(of: method, status, headers, before: deadline)
        if headers["connection"]?.lowercased() == "close" { disconnect() }
        return Answer(status: status, headers: headers, body: body)
    }

    private func body(
        of method: String, _ status: Int, _ headers: [String: String], before deadline: Deadline
    ) throws -> [UInt8] {
        if method == "HEAD" || status == 204 || status == 304 { return [] }
        if headers["transfer-encoding"]?.lowercased() == "chunked" {
            var body: [UInt8] = []
            while true {
                guard let size = Int(try line(before: deadline), radix: 16) else {
                    throw Trouble.answer("chunk size")
                }
                body += try take(size, before: deadline)
                _ = try line(before: deadline)
                if size == 0 { return body }
            }
        }
        guard let length = headers["content-length"].flatMap({ Int($0) }) else {
            throw Trouble.answer("neither a length nor chunks")
        }
        return try take(length, before: deadline)
    }

    private func line(before deadline: Deadline) throws -> String {
        while true {
            if let range = buffer.firstRange(of: Array("\r\n".utf8)) {
                let text = String(decoding: buffer[..<range.lowerBound], as: UTF8.self)
                buffer.removeSubrange(..<range.upperBound)
                return text
            }
            try readMore(before: deadline)
        }
    }

    private func take(_ count: Int, before deadline: Deadline) throws -> [UInt8] {
        while buffer.count < count { try readMore(before: deadline) }
        defer { buffer.removeSubrange(..<count) }
        return Array(buffer[..<count])
    }

    private func readMore(before deadline: Deadline) throws {
        try deadline.awaitReadable(descriptor, "an answer from port \(port)")
        var block = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &block, block.count, 0)
        guard count > 0 else { throw Trouble.ended("the connection to port \(port)") }
        buffer += block[..<count]
    }
}
