import Testing

@testable import HTTP

/// What a parser made of some bytes.
enum ParserOutcome: Hashable, CustomStringConvertible {
    /// Complete requests, and then nothing or the beginning of another one.
    case requests([ParsedRequest])
    /// Complete requests, and then an error.
    case refused(HTTPParseError, after: [ParsedRequest])

    var description: String {
        switch self {
        case .requests(let requests): "\(requests)"
        case .refused(let error, let requests): "\(error) after \(requests)"
        }
    }
}

/// A request with its body.
struct ParsedRequest: Hashable, CustomStringConvertible {
    var head: RequestHead
    var body: [UInt8]

    var description: String {
        "\(head.method) \(head.path)?\(head.query ?? "-") \(head.headers.all) "
            + String(decoding: body, as: UTF8.self)
    }
}

/// Gives the pieces to a parser and collects what it says.
func parse(_ pieces: [ArraySlice<UInt8>]) -> ParserOutcome {
    var parser = RequestParser()
    var requests: [ParsedRequest] = []
    var current: ParsedRequest?
    do throws(HTTPParseError) {
        for piece in pieces {
            piece.withUnsafeBytes { parser.append($0) }
            while let event = try parser.next() {
                switch event {
                case .head(let head): current = ParsedRequest(head: head, body: [])
                case .body(let bytes): current?.body += bytes
                case .end:
                    if let done = current { requests.append(done) }
                    current = nil
                }
            }
        }
        return .requests(requests)
    } catch {
        return .refused(error, after: requests)
    }
}

func parse(_ text: String) -> ParserOutcome { parse([Array(text.utf8)[...]]) }

/// A message and what has to become of it.
struct ParserCase: Sendable, CustomTestStringConvertible {
    enum Expected: Sendable {
        /// Requests with these bodies.
        case bodies([String])
        case error(HTTPParseError)
        /// Nothing complete, and nothing wrong.
        case incomplete
    }

    let testDescription: String
    let message: String
    let expected: Expected

    init(_ description: String, _ message: String, _ expected: Expected) {
        testDescription = description
        self.message = message
        self.expected = expected
    }

    private static let get = "GET / HTTP/1.1\r\n"
    private static let post = "POST / HTTP/1.1\r\nHost: h\r\n"
    private static let chunked = post + "Transfer-Encoding: chunked\r\n\r\n"

    // Sections are those of RFC 9112 unless another one is named.
    static let all: [ParserCase] = [
        // 2.2: line ends and empty lines
        .init("a request", get + "Host: h\r\n\r\n", .bodies([""])),
        .init("an empty line before", "\r\n" + get + "Host: h\r\n\r\n", .bodies([""])),
        .init(
            "many empty lines before", "\r\n\r\n\r\n" + get + "Host: h\r\n\r\n",
            .error(.invalidRequestLine)),
        .init("bare LF", "GET / HTTP/1.1\nHost: h\n\n", .error(.invalidLineEnd)),
        .init("bare LF after a field", get + "Host: h\n\r\n", .error(.invalidLineEnd)),
        .init("bare LF at the end", get + "Host: h\r\n\n", .error(.invalidLineEnd)),
        .init("bare CR in a field", get + "Host: h\rX: y\r\n\r\n", .error(.invalidLineEnd)),
        .init("bare CR in the request line", "GET /\rx HTTP/1.1\r\n", .error(.invalidLineEnd)),
        .init("NUL in a field", get + "Host: h\r\nX: a\0b\r\n\r\n", .error(.invalidField)),

        // 3: the request line
        .init("two spaces", "GET  / HTTP/1.1\r\n", .error(.invalidRequestLine)),
        .init("space in the target", "GET /a b HTTP/1.1\r\n", .error(.invalidRequestLine)),
        .init("space at the end", "GET / HTTP/1.1 \r\n", .error(.invalidRequestLine)),
        .init("tabs for spaces", "GET\t/\tHTTP/1.1\r\n", .error(.invalidRequestLine)),
        .init("no version", "GET /\r\n", .error(.invalidRequestLine)),
        .init("no target", "GET HTTP/1.1\r\n", .error(.invalidRequestLine)),
        .init("space before the method", " GET / HTTP/1.1\r\n", .error(.invalidRequestLine)),
        .init("a method that is no token", "G(T / HTTP/1.1\r\n", .error(.invalidRequestLine)),
        .init(
            "a method without end", String(repeating: "A", count: 30) + " / HTTP/1.1\r\n",
            .error(.invalidRequestLine)),
        .init("TLS", "\u{16}\u{3}\u{1}", .error(.invalidRequestLine)),
        .init("small letters", "GET / http/1.1\r\n", .error(.invalidRequestLine)),
        .init("version 2", "GET / HTTP/2.0\r\n", .error(.unsupportedVersion)),
        .init("version 0.9", "GET / HTTP/0.9\r\n", .error(.unsupportedVersion)),
        .init("version 1.10", "GET / HTTP/1.10\r\n", .error(.invalidRequestLine)),
        .init("version 1.2", "GET / HTTP/1.2\r\nHost: h\r\n\r\n", .bodies([""])),

        // 3.2: the target
        .init("absolute form", "GET http://h/a?b HTTP/1.1\r\nHost: h\r\n\r\n", .bodies([""])),
        .init("absolute form, no path", "GET http://h HTTP/1.1\r\nHost: h\r\n\r\n", .bodies([""])),
        .init("absolute form with user", "GET http://u@h/ HTTP/1.1\r\n", .error(.invalidTarget)),
        .init("absolute form, no host", "GET http:///a HTTP/1.1\r\n", .error(.invalidTarget)),
        .init("another scheme", "GET ftp://h/ HTTP/1.1\r\n", .error(.invalidTarget)),
        .init("asterisk", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", .bodies([""])),
        .init("asterisk with GET", "GET * HTTP/1.1\r\n", .error(.invalidTarget)),
        .init("authority form", "CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n", .bodies([""])),
        .init("no slash", "GET a HTTP/1.1\r\n", .error(.invalidTarget)),
        .init("fragment", "GET /a#b HTTP/1.1\r\n", .error(.invalidTarget)),
        .init("letters beyond ASCII", "GET /ж HTTP/1.1\r\n", .error(.invalidTarget)),
        .init("quote", "GET /\" HTTP/1.1\r\n", .error(.invalidTarget)),
        .init("brackets in the query", "GET /?a[b]=c HTTP/1.1\r\nHost: h\r\n\r\n", .bodies([""])),

        // 3.2, RFC 9110 7.2: Host
        .init("no host", get + "X: y\r\n\r\n", .error(.invalidHost)),
        .init("no host in 1.0", "GET / HTTP/1.0\r\n\r\n", .bodies([""])),
        .init("two hosts", get + "Host: h\r\nHost: h\r\n\r\n", .error(.invalidHost)),
        .init(
            "two hosts in 1.0", "GET / HTTP/1.0\r\nHost: h\r\nhost: h\r\n\r\n",
            .error(.invalidHost)),
        .init("empty host", get + "Host: \r\n\r\n", .error(.invalidHost)),
        .init("list of hosts", get + "Host: a, b\r\n\r\n", .error(.invalidHost)),
        .init("host with user", get + "Host: u@h\r\n\r\n", .error(.invalidHost)),
        .init("host with path", get + "Host: h/a\r\n\r\n", .error(.invalidHost)),
        .init("host with port", get + "Host: h:8080\r\n\r\n", .bodies([""])),
        .init("host with empty port", get + "Host: h:\r\n\r\n", .bodies([""])),
        .init("host with a port too high", get + "Host: h:65536\r\n\r\n", .error(.invalidHost)),
        .init("host with no number", get + "Host: h:8a\r\n\r\n", .error(.invalidHost)),
        .init("IPv6 host", get + "Host: [::1]:80\r\n\r\n", .bodies([""])),
        .init("IPv6 host without end", get + "Host: [::1\r\n\r\n", .error(.invalidHost)),
        .init("IPv6 host without brackets", get + "Host: ::1\r\n\r\n", .error(.invalidHost)),

        // 5: fields
        .init("blank before the colon", get + "Host : h\r\n\r\n", .error(.invalidField)),
        .init("tab before the colon", get + "Host\t: h\r\n\r\n", .error(.invalidField)),
        .init("no colon", get + "Host\r\n\r\n", .error(.invalidField)),
        .init("no name", get + ": h\r\n\r\n", .error(.invalidField)),
        .init("a name that is no token", get + "Ho(st: h\r\n\r\n", .error(.invalidField)),
        .init("folded", get + "Host: h\r\n X: y\r\n\r\n", .error(.foldedField)),
        .init("folded with a tab", get + "Host: h\r\n\tX: y\r\n\r\n", .error(.foldedField)),
        .init("folded at the beginning", get + " Host: h\r\n\r\n", .error(.foldedField)),
        .init("blanks around a value", get + "Host: \t h \t\r\n\r\n", .bodies([""])),
        .init("bytes beyond ASCII in a value", get + "Host: h\r\nX: ж\r\n\r\n", .bodies([""])),

        // 6.1, 6.3: lengths
        .init("a body", post + "Content-Length: 5\r\n\r\nhello", .bodies(["hello"])),
        .init("no body", post + "Content-Length: 0\r\n\r\n", .bodies([""])),
        .init("a body on GET", get + "Host: h\r\nContent-Length: 2\r\n\r\nhi", .bodies(["hi"])),
        .init("part of a body", post + "Content-Length: 5\r\n\r\nhell", .incomplete),
        .init(
            "two bodies",
            post + "Content-Length: 2\r\n\r\nab" + post + "Content-Length: 1\r\n\r\nc",
            .bodies(["ab", "c"])),
        .init(
            "negative length", post + "Content-Length: -1\r\n\r\n",
            .error(.invalidContentLength)),
        .init(
            "length with a sign", post + "Content-Length: +1\r\n\r\n",
            .error(.invalidContentLength)),
        .init(
            "hexadecimal length", post + "Content-Length: 0x5\r\n\r\n",
            .error(.invalidContentLength)),
        .init(
            "length with a blank", post + "Content-Length: 1 2\r\n\r\n",
            .error(.invalidContentLength)),
        .init("empty length", post + "Content-Length:\r\n\r\n", .error(.invalidContentLength)),
        .init(
            "list of equal lengths", post + "Content-Length: 5, 5\r\n\r\n",
            .error(.invalidContentLength)),
        .init(
            "length twice", post + "Content-Length: 5\r\nContent-Length: 5\r\n\r\n",
            .error(.invalidContentLength)),
        .init(
            "length beyond 64 bits", post + "Content-Length: 18446744073709551616\r\n\r\n",
            .error(.invalidContentLength)),
        .init(
            "both", post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
            .error(.conflictingLength)),
        .init(
            "both, the other way", post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
            .error(.conflictingLength)),
        .init(
            "unknown coding", post + "Transfer-Encoding: gzip\r\n\r\n",
            .error(.unsupportedTransferEncoding)),
        .init(
            "unknown and chunked", post + "Transfer-Encoding: gzip, chunked\r\n\r\n",
            .error(.unsupportedTransferEncoding)),
        .init(
            "chunked and unknown", post + "Transfer-Encoding: chunked, identity\r\n\r\n",
            .error(.unsupportedTransferEncoding)),
        .init(
            "something like chunked", post + "Transfer-Encoding: xchunked\r\n\r\n",
            .error(.unsupportedTransferEncoding)),
        .init(
            "chunked with a parameter", post + "Transfer-Encoding: chunked;q=1\r\n\r\n",
            .error(.unsupportedTransferEncoding)),
        .init(
            "chunked twice", post + "Transfer-Encoding: chunked, chunked\r\n\r\n",
            .error(.invalidTransferEncoding)),
        .init(
            "chunked in two fields",
            post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
            .error(.invalidTransferEncoding)),
        .init("no coding", post + "Transfer-Encoding:\r\n\r\n", .error(.invalidTransferEncoding)),
        .init(
            "coding in 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
            .error(.invalidTransferEncoding)),
        .init(
            "capital letters", post + "TRANSFER-ENCODING: Chunked\r\n\r\n0\r\n\r\n",
            .bodies([""])),

        // 7.1: chunks
        .init("chunks", chunked + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", .bodies(["abcde"])),
        .init("no chunks", chunked + "0\r\n\r\n", .bodies([""])),
        .init("zeros", chunked + "0003\r\nabc\r\n000\r\n\r\n", .bodies(["abc"])),
        .init("capital digits", chunked + "A\r\n0123456789\r\n0\r\n\r\n", .bodies(["0123456789"])),
        .init("extension", chunked + "3;a=b\r\nabc\r\n0;x\r\n\r\n", .bodies(["abc"])),
        .init("blank and extension", chunked + "3 ;a\r\nabc\r\n0\r\n\r\n", .bodies(["abc"])),
        .init("trailer", chunked + "1\r\na\r\n0\r\nX: y\r\nZ: z\r\n\r\n", .bodies(["a"])),
        .init("part of a chunk", chunked + "3\r\nab", .incomplete),
        .init("no last chunk", chunked + "3\r\nabc\r\n", .incomplete),
        .init("no size", chunked + "\r\nabc\r\n", .error(.invalidChunk)),
        .init("no number", chunked + "x\r\n", .error(.invalidChunk)),
        .init("a prefix", chunked + "0x3\r\nabc\r\n", .error(.invalidChunk)),
        .init("a sign", chunked + "+3\r\nabc\r\n", .error(.invalidChunk)),
        .init("a blank before", chunked + " 3\r\nabc\r\n", .error(.invalidChunk)),
        .init("a blank behind", chunked + "3 \r\nabc\r\n", .error(.invalidChunk)),
        .init("a size beyond 64 bits", chunked + "10000000000000000\r\n", .error(.invalidChunk)),
        .init("bare LF behind the size", chunked + "3\nabc\r\n", .error(.invalidChunk)),
        .init("bare LF behind the bytes", chunked + "3\r\nabc\n0\r\n\r\n", .error(.invalidChunk)),
        .init("a chunk that is too long", chunked + "2\r\nabc\r\n", .error(.invalidChunk)),
        .init(
            "a size line without end", chunked + "3;" + String(repeating: "a", count: 2000),
            .error(.invalidChunk)),
        .init(
            "a control character in an extension", chunked + "3;\u{1}\r\nabc\r\n",
            .error(.invalidChunk)),
        .init("a trailer that is no field", chunked + "0\r\nX\r\n\r\n", .error(.invalidChunk)),
        .init("a folded trailer", chunked + "0\r\nX: y\r\n z\r\n\r\n", .error(.invalidChunk)),
        .init(
            "trailers without end",
            chunked + "0\r\n" + String(repeating: "X: 0123456789\r\n", count: 2000),
            .error(.invalidChunk)),
        .init(
            "extensions without end",
            chunked + String(repeating: "1;aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\na\r\n", count: 600),
            .error(.invalidChunk)),

        // RFC 9110 10.1.1: Expect
        .init(
            "an expectation", post + "Expect: 100-Continue\r\nContent-Length: 1\r\n\r\na",
            .bodies(["a"])),
        .init(
            "another expectation", post + "Expect: 200-ok\r\n\r\n",
            .error(.unsupportedExpectation)),

        // Limits
        .init(
            "a target at the limit",
            "GET /" + String(repeating: "a", count: 8191) + " HTTP/1.1\r\nHost: h\r\n\r\n",
            .bodies([""])),
        .init(
            "a target beyond the limit",
            "GET /" + String(repeating: "a", count: 8192) + " HTTP/1.1\r\nHost: h\r\n\r\n",
            .error(.targetTooLong)),
        .init(
            "a target without end", "GET /" + String(repeating: "a", count: 9000),
            .error(.targetTooLong)),
        .init(
            "fields at the limit",
            get + "Host: h\r\nX: " + String(repeating: "a", count: 16_384 - 9 - 5 - 2) + "\r\n\r\n",
            .bodies([""])),
        .init(
            "fields beyond the limit",
            get + "Host: h\r\nX: " + String(repeating: "a", count: 16_384 - 9 - 5 - 1) + "\r\n\r\n",
            .error(.fieldsTooLarge)),
        .init(
            "a field without end", get + "X: " + String(repeating: "a", count: 17_000),
            .error(.fieldsTooLarge)),
        .init(
            "too many fields", get + "Host: h\r\n" + String(repeating: "X:\r\n", count: 128),
            .error(.fieldsTooLarge)),
    ]
}

@Suite struct RequestParserTests {
    @Test(arguments: ParserCase.all)
    func readsWhatIsRightAndRefusesTheRest(_ item: ParserCase) {
        let outcome = parse(item.message)
        switch item.expected {
        case .bodies(let bodies):
            guard case .requests(let requests) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(requests.map { String(decoding: $0.body, as: UTF8.self) } == bodies)
        case .error(let error):
            #expect(outcome == .refused(error, after: []))
        case .incomplete:
            #expect(outcome == .requests([]))
        }
    }

    @Test(arguments: ParserCase.all)
    func readsTheSameHoweverTheBytesAreSplit(_ item: ParserCase) {
        let bytes = Array(item.message.utf8)
        let whole = parse([bytes[...]])
        #expect(parse(bytes.indices.map { bytes[$0...$0] }) == whole)
        // Every position of long messages would take long and say nothing more.
        let step = bytes.count > 2000 ? bytes.count / 30 : 1
        for split in stride(from: 0, through: bytes.count, by: step) {
            let outcome = parse([bytes[..<split], bytes[split...]])
            if outcome != whole { Issue.record("split at \(split): \(outcome)") }
        }
    }

    @Test(arguments: ParserCase.all)
    func waitsForTheRestOfEachBeginning(_ item: ParserCase) {
        guard case .bodies(let bodies) = item.expected else { return }
        let bytes = Array(item.message.utf8)
        for length in stride(from: 0, to: bytes.count, by: bytes.count > 2000 ? 500 : 1) {
            guard case .requests(let requests) = parse([bytes[..<length]]) else {
                Issue.record("refused the first \(length) bytes")
                continue
            }
            #expect(requests.count < max(1, bodies.count))
        }
    }

    @Test func readsMutatedMessagesTheSameInPieces() {
        var random = SeededGenerator(seed: 2026)
        let messages = ParserCase.all.map { Array($0.message.utf8) }.filter { $0.count < 400 }
        let interesting = Array("\r\n\t :;,0123456789abcdefx%?#/\0\u{7F}".utf8) + [0x80, 0xFF]
        for _ in 0..<5000 {
            var bytes = messages[Int(random.next() % UInt64(messages.count))]
            for _ in 0...(random.next() % 4) {
                guard !bytes.isEmpty else { break }
                let position = Int(random.next() % UInt64(bytes.count))
                let byte = interesting[Int(random.next() % UInt64(interesting.count))]
                switch random.next() % 4 {
                case 0: bytes[position] = byte
                case 1: bytes.insert(byte, at: position)
                case 2: bytes.remove(at: position)
                default: bytes[position] ^= 1 << UInt8(random.next() % 8)
                }
            }
            let whole = parse([bytes[...]])
            let pieces = parse(bytes.indices.map { bytes[$0...$0] })
            if pieces != whole {
                Issue.record("\(String(decoding: bytes, as: UTF8.self)): \(whole), \(pieces)")
            }
        }
    }

    @Test func readsPipelinedRequestsInOrder() {
        let message = (0..<500).map { "GET /\($0) HTTP/1.1\r\nHost: h\r\n\r\n" }.joined()
        guard case .requests(let requests) = parse(message) else {
            Issue.record("refused")
            return
        }
        #expect(requests.map(\.head.path) == (0..<500).map { "/\($0)" })
    }

    @Test func readsABodyOfManyPieces() {
        let body = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0) }
        let head = Array("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n".utf8)
        let bytes = head + body
        let pieces = stride(from: 0, to: bytes.count, by: 65_536).map {
            bytes[$0..<min(bytes.count, $0 + 65_536)]
        }
        guard case .requests(let requests) = parse(pieces) else {
            Issue.record("refused")
            return
        }
        #expect(requests.map(\.body) == [body])
    }

    @Test func splitsTheTarget() {
        let message = "GET /a%20b?c=d?e HTTP/1.1\r\nHost: h\r\n\r\n"
        guard case .requests(let requests) = parse(message), let head = requests.first?.head else {
            Issue.record("refused")
            return
        }
        #expect(head.path == "/a%20b")
        #expect(head.query == "c=d?e")
        #expect(head.method == .get)
        #expect(head.headers["HOST"] == "h")
    }

    @Test(arguments: [
        ("HTTP/1.1", "", true), ("HTTP/1.1", "close", false), ("HTTP/1.1", "x, CLOSE", false),
        ("HTTP/1.1", "keep-alive", true), ("HTTP/1.0", "", false),
        ("HTTP/1.0", "Keep-Alive", true), ("HTTP/1.0", "keep-alive, close", false),
    ])
    func knowsWhetherTheConnectionGoesOn(version: String, field: String, keepsAlive: Bool) {
        let connection = field.isEmpty ? "" : "Connection: \(field)\r\n"
        let outcome = parse("GET / \(version)\r\nHost: h\r\n\(connection)\r\n")
        guard case .requests(let requests) = outcome else {
            Issue.record("refused")
            return
        }
        #expect(requests.map(\.head.keepsAlive) == [keepsAlive])
    }

    @Test func staysWithItsError() {
        var parser = RequestParser()
        Array("GET\r\n\r\n".utf8).withUnsafeBytes { parser.append($0) }
        #expect(throws: HTTPParseError.invalidRequestLine) { try parser.next() }
        Array("GET / HTTP/1.1\r\nHost: h\r\n\r\n".utf8).withUnsafeBytes { parser.append($0) }
        #expect(throws: HTTPParseError.invalidRequestLine) { try parser.next() }
    }
}
