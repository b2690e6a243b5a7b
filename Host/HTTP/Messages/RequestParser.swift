/// Reads the requests of one connection, as their bytes arrive.
///
/// Strict on purpose (RFC 9112): where two readings of a message are possible, it is refused, so that no proxy
/// in front can read it differently. How the bytes are split over calls makes no difference.
struct RequestParser {
    enum Event: Hashable {
        case head(RequestHead)
        case body([UInt8])
        /// The request is complete; the next one may follow.
        case end
    }

    /// The most bytes of a target.
    static let targetLimit = 8 * 1024
    /// The most bytes of all field lines together, with their ends.
    static let fieldsLimit = 16 * 1024
    static let fieldCountLimit = 128
    private static let requestLineLimit = targetLimit + 64
    private static let methodLimit = 24

    private enum State {
        case requestLine(emptyLines: Int)
        case fields(RequestHead, bytes: Int)
        case body(BodyDecoder)
        case failed(HTTPParseError)
    }

    private var state = State.requestLine(emptyLines: 0)
    private var buffer = MessageBuffer()

    /// Bytes that were received and not taken: those of later requests, or of an incomplete one.
    var unreadCount: Int { buffer.count }

    /// Whether the parser stands between two requests and has nothing of the next one.
    var isIdle: Bool {
        guard case .requestLine = state else { return false }
        return buffer.count == 0
    }

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        buffer.append(bytes)
    }

    /// The next event, or nil when more bytes are needed; after an error, always that error.
    mutating func next() throws(HTTPParseError) -> Event? {
        do throws(HTTPParseError) {
            return try step()
        } catch {
            state = .failed(error)
            throw error
        }
    }

    private mutating func step() throws(HTTPParseError) -> Event? {
        while true {
            switch state {
            case .requestLine(let emptyLines):
                guard try requestLine(emptyLines) else { return nil }
            case .fields(var head, let bytes):
                // The head is taken out of the state, so that appending to it copies nothing.
                state = .requestLine(emptyLines: 0)
                guard try fields(&head, bytes) else { return nil }
                return .head(head)
            case .body(var decoder):
                let step = try decoder.next(&buffer)
                state = step == .end ? .requestLine(emptyLines: 0) : .body(decoder)
                switch step {
                case .bytes(let bytes): return .body(bytes)
                case .end: return .end
                case .needMore: return nil
                }
            case .failed(let error):
                throw error
            }
        }
    }

    // MARK: Request line

    /// Takes the request line; false when it has not fully arrived.
    private mutating func requestLine(_ emptyLines: Int) throws(HTTPParseError) -> Bool {
        // Before a line is complete, it is known already whether it can become one.
        if let first = buffer.first, !first.isTokenCharacter, first != .carriageReturn {
            throw .invalidRequestLine
        }
        let line = try buffer.takeLine(limit: Self.requestLineLimit, tooLong: .targetTooLong)
        guard let line else { return false }
        guard !line.isEmpty else {
            // Section 2.2: an empty line before the request line is ignored.
            guard emptyLines < 2 else { throw .invalidRequestLine }
            state = .requestLine(emptyLines: emptyLines + 1)
            return true
        }
        state = .fields(try Self.head(line), bytes: 0)
        return true
    }

    private static func head(_ line: ArraySlice<UInt8>) throws(HTTPParseError) -> RequestHead {
        guard let first = line.firstIndex(of: .space), let last = line.lastIndex(of: .space),
            first != last
        else { throw .invalidRequestLine }
        let method = line[..<first]
        let target = line[(first + 1)..<last]
        guard (1...methodLimit).contains(method.count), method.allSatisfy(\.isTokenCharacter)
        else { throw .invalidRequestLine }
        let version = try HTTPVersion(line[(last + 1)...])
        guard !target.contains(.space) else { throw .invalidRequestLine }
        guard target.count <= targetLimit else { throw .targetTooLong }
        let (path, query) = try split(target, method)
        return RequestHead(
            HTTPMethod(String(decoding: method, as: UTF8.self)),
            path: String(decoding: path, as: UTF8.self),
            query: query.map { String(decoding: $0, as: UTF8.self) }, version: version)
    }

    /// Reads the target in origin, absolute or asterisk form (section 3.2) as a path and a query.
    private static func split(
        _ target: ArraySlice<UInt8>, _ method: ArraySlice<UInt8>
    ) throws(HTTPParseError) -> (path: ArraySlice<UInt8>, query: ArraySlice<UInt8>?) {
        if target.elementsEqual("*".utf8) {
            guard method.elementsEqual("OPTIONS".utf8) else { throw .invalidTarget }
            return (target, nil)
        }
        // A tunnel is never made; its target has a form of its own.
        if method.elementsEqual("CONNECT".utf8) {
            guard RequestHead.isAuthority(target) else { throw .invalidTarget }
            return (target, nil)
        }
        let origin = try originForm(of: target)
        let mark = origin.firstIndex(of: UInt8(ascii: "?"))
        let path = origin[..<(mark ?? origin.endIndex)]
        let query = mark.map { origin[($0 + 1)...] }
        guard path.allSatisfy(\.isPathCharacter), query?.allSatisfy(\.isQueryCharacter) != false
        else { throw .invalidTarget }
        return (path.isEmpty ? [UInt8(ascii: "/")] : path, query)
    }

    /// The target without scheme and authority.
    private static func originForm(
        of target: ArraySlice<UInt8>
    ) throws(HTTPParseError) -> ArraySlice<UInt8> {
        if target.first == UInt8(ascii: "/") { return target }
        guard let scheme = ["http://", "https://"].first(where: { isPrefix($0, of: target) })
        else { throw .invalidTarget }
        let rest = target.dropFirst(scheme.utf8.count)
        let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") }
        guard RequestHead.isAuthority(rest[..<(end ?? rest.endIndex)]) else {
            throw .invalidTarget
        }
        return rest[(end ?? rest.endIndex)...]
    }

    private static func isPrefix(_ prefix: String, of target: ArraySlice<UInt8>) -> Bool {
        target.prefix(prefix.utf8.count).map(\.lowercased).elementsEqual(prefix.utf8)
    }

    // MARK: Fields

    /// Takes field lines up to the empty one; false when they have not fully arrived.
    private mutating func fields(
        _ head: inout RequestHead, _ taken: Int
    ) throws(HTTPParseError) -> Bool {
        var taken = taken
        while true {
            let line = try buffer.takeLine(
                limit: Self.fieldsLimit - taken, tooLong: .fieldsTooLarge)
            guard let line else {
                state = .fields(head, bytes: taken)
                return false
            }
            taken += line.count + 2
            if line.isEmpty { break }
            guard head.headers.count < Self.fieldCountLimit else { throw .fieldsTooLarge }
            try head.headers.append(line: line)
        }
        try head.finish()
        state = .body(BodyDecoder(head.framing))
        return true
    }
}
