/// Takes the body of one message out of a buffer.
struct BodyDecoder {
    enum Step: Hashable {
        case bytes([UInt8])
        case end
        case needMore
    }

    private enum State: Hashable {
        case length(left: UInt64)
        case untilClose
        case chunkSize
        case chunk(left: UInt64)
        case chunkEnd
        case trailer
        case end
    }

    private static let chunkLineLimit = 1024
    /// Extensions and trailers carry nothing that is read; a sender that goes on with them is cut.
    private static let overheadLimit = 16 * 1024

    private var state: State
    private var overhead = 0
    private let pieceLimit: Int

    /// Makes the decoder for a body.
    ///
    /// - Parameters:
    ///   - framing: Says where the body ends.
    ///   - pieceLimit: The most bytes that one step gives.
    init(_ framing: BodyFraming, pieceLimit: Int = 64 * 1024) {
        self.pieceLimit = pieceLimit
        state =
            switch framing {
            case .none: .end
            case .length(let length): length == 0 ? .end : .length(left: length)
            case .chunked: .chunkSize
            case .untilClose: .untilClose
            }
    }

    mutating func next(_ buffer: inout MessageBuffer) throws(HTTPParseError) -> Step {
        while true {
            switch state {
            case .end:
                return .end
            case .length(let left):
                guard let piece = take(left, from: &buffer) else { return .needMore }
                let rest = left - UInt64(piece.count)
                state = rest == 0 ? .end : .length(left: rest)
                return .bytes(piece)
            case .untilClose:
                guard let piece = take(.max, from: &buffer) else { return .needMore }
                return .bytes(piece)
            case .chunk(let left):
                guard let piece = take(left, from: &buffer) else { return .needMore }
                let rest = left - UInt64(piece.count)
                state = rest == 0 ? .chunkEnd : .chunk(left: rest)
                return .bytes(piece)
            case .chunkSize, .chunkEnd, .trailer:
                guard try frame(&buffer) else { return .needMore }
            }
        }
    }

    /// At the end of the connection: whether the body ends there, too.
    var mayEndByClose: Bool { state == .untilClose }

    private func take(_ left: UInt64, from buffer: inout MessageBuffer) -> [UInt8]? {
        let piece = buffer.take(upTo: min(pieceLimit, Int(clamping: left)))
        return piece.isEmpty ? nil : piece
    }

    /// Takes what stands between the bytes of chunks; false when it has not arrived.
    private mutating func frame(_ buffer: inout MessageBuffer) throws(HTTPParseError) -> Bool {
        guard state != .chunkEnd else { return try chunkEnd(&buffer) }
        let line: ArraySlice<UInt8>?
        do throws(HTTPParseError) {
            line = try buffer.takeLine(limit: Self.chunkLineLimit, tooLong: .invalidChunk)
        } catch {
            throw .invalidChunk
        }
        guard let line else { return false }
        overhead += line.count
        guard overhead <= Self.overheadLimit else { throw .invalidChunk }
        if state == .chunkSize {
            let size = try Self.size(line, overhead: &overhead)
            state = size == 0 ? .trailer : .chunk(left: size)
        } else if line.isEmpty {
            state = .end
        } else {
            try Self.checkTrailer(line)
        }
        return true
    }

    private mutating func chunkEnd(_ buffer: inout MessageBuffer) throws(HTTPParseError) -> Bool {
        let expected: [UInt8] = [.carriageReturn, .lineFeed]
        guard let first = buffer.first else { return false }
        guard first == expected[0] else { throw .invalidChunk }
        guard buffer.count >= 2 else { return false }
        let end = buffer.take(upTo: 2)
        guard end == expected else { throw .invalidChunk }
        state = .chunkSize
        return true
    }

    /// Reads `chunk-size [ chunk-ext ]`; the digits of an honest chunk do not count as overhead.
    private static func size(
        _ line: ArraySlice<UInt8>, overhead: inout Int
    ) throws(HTTPParseError) -> UInt64 {
        var size: UInt64 = 0
        let digits = line.prefix { $0.hexValue != nil }
        guard (1...16).contains(digits.count) else { throw .invalidChunk }
        for digit in digits { size = size << 4 | UInt64(digit.hexValue ?? 0) }
        let rest = line[digits.endIndex...]
        overhead -= digits.count
        guard let next = rest.trimmingBlanks.first else {
            guard rest.isEmpty else { throw .invalidChunk }
            return size
        }
        guard next == UInt8(ascii: ";"), rest.allSatisfy(\.isFieldValueCharacter) else {
            throw .invalidChunk
        }
        return size
    }

    private static func checkTrailer(_ line: ArraySlice<UInt8>) throws(HTTPParseError) {
        var ignored = HeaderFields()
        do throws(HTTPParseError) {
            try ignored.append(line: line)
        } catch {
            throw .invalidChunk
        }
    }
}
