import JSON
import Reactor
import Testing

@testable import HTTP

@Suite struct HeaderFieldsTests {
    @Test func findsNamesWithoutRegardToCase() {
        let fields: HeaderFields = ["Content-Type": "text/plain", "X-A": "1", "x-a": "2"]
        #expect(fields["content-TYPE"] == "text/plain")
        #expect(fields.values(of: "X-a") == ["1", "2"])
        #expect(fields["x-b"] == nil)
        #expect(!fields.contains("x-"))
    }

    @Test func replacesAndRemoves() {
        var fields: HeaderFields = ["A": "1", "B": "2", "a": "3"]
        fields.set("A", "4")
        #expect(fields == ["B": "2", "A": "4"])
        fields.remove("b")
        #expect(fields.count == 1)
    }

    @Test func joinsListsOverFields() {
        let fields: HeaderFields = ["Connection": "close , x", "connection": ",keep-alive,"]
        #expect(fields.list("connection") == ["close", "x", "keep-alive"])
        #expect(fields.list("other").isEmpty)
    }

    @Test func letsNoTextAddALine() {
        var fields = HeaderFields()
        fields.append("X\r\nY", "a\r\nSet-Cookie: b\0")
        var output: [UInt8] = []
        fields.encode(into: &output)
        #expect(String(decoding: output, as: UTF8.self) == "X--Y: a  Set-Cookie: b \r\n")
    }
}

@Suite struct QueryTests {
    @Test(
        arguments: [
            (nil, []), ("", []), ("a", [("a", "")]), ("a=1&b=2", [("a", "1"), ("b", "2")]),
            ("a=b=c", [("a", "b=c")]), ("a=1&&b", [("a", "1"), ("b", "")]),
            ("a+b=c%20d", [("a b", "c d")]), ("%D0%B6=%d0%b6", [("ж", "ж")]), ("=x", [("", "x")]),
        ] as [(String?, [(String, String)])])
    func readsParameters(text: String?, items: [(String, String)]) throws {
        let query = try #require(Query(parsing: text))
        #expect(query.items == items.map { Query.Item(name: $0.0, value: $0.1) })
    }

    @Test(arguments: ["a=%", "a=%2", "a=%zz", "%=1", "a=%00", "a=%FF", "a=%ED%A0%80"])
    func refusesWhatCannotBeDecoded(text: String) {
        #expect(Query(parsing: text) == nil)
    }

    @Test func refusesParametersWithoutEnd() {
        #expect(Query(parsing: [String](repeating: "a", count: 257).joined(separator: "&")) == nil)
    }

    @Test func givesFirstAndAllValues() {
        let query = Query(parsing: "a=1&b=2&a=3")
        #expect(query?["a"] == "1")
        #expect(query?.values(of: "a") == ["1", "3"])
        #expect(query?["c"] == nil)
    }

    @Test(arguments: ["", "a b", "a/b?c=d&e+f", "ж", "100%", "~-._"])
    func encodesSoThatItDecodesAgain(text: String) {
        let encoded = PercentCoding.encode(text)
        #expect(PercentCoding.decode(encoded, plusIsSpace: true) == text)
        #expect(encoded.utf8.allSatisfy { $0.isPathCharacter && $0 != UInt8(ascii: "/") })
    }
}

@Suite struct LanguageTests {
    @Test(
        arguments: [
            (nil, Language.english), ("", .english), ("ru", .russian), ("ru-RU", .russian),
            ("RU-ru;q=0.9, en;q=0.8", .russian), ("en, ru", .english), ("ru, en", .russian),
            ("ru;q=0.5, en;q=0.7", .english), ("de, ru;q=0.1", .russian), ("de", .english),
            ("ru;q=0", .english), ("*", .english), ("ru;q=1.000", .russian),
            ("ru;q=high, en", .english), ("ru;q=0.5000, en;q=0.1", .english), (";;,,;q=", .english),
        ] as [(String?, Language)])
    func choosesByWeightAndThenByOrder(field: String?, language: Language) {
        #expect(Language(accepting: field) == language)
    }
}

@Suite struct HTTPDateTests {
    // RFC 9110, section 5.6.7, and days around leap years.
    @Test(
        arguments: [
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
            (951_868_799, "Tue, 29 Feb 2000 23:59:59 GMT"),
            (951_868_800, "Wed, 01 Mar 2000 00:00:00 GMT"),
            (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"),
            (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
            (1_798_761_599, "Thu, 31 Dec 2026 23:59:59 GMT"), (-1, "Thu, 01 Jan 1970 00:00:00 GMT"),
        ] as [(Int64, String)])
    func writesThePreferredForm(seconds: Int64, text: String) {
        #expect(HTTPDate.text(secondsSince1970: seconds) == text)
    }
}

@Suite struct ProblemTests {
    private static let problem = Problem(
        .unprocessableContent, "invalid_device",
        LocalizedText("The device is not valid.", ru: "Прибор задан неверно."),
        detail: LocalizedText("Two fields.", ru: "Два поля."),
        errors: [.init("/name", LocalizedText("It is empty.", ru: "Пусто."))],
        headers: ["Retry-After": "1"])

    @Test func isWrittenInTheLanguageOfTheClient() {
        #expect(
            Self.problem.json(in: .russian) == [
                "type": "urn:commline:problem:invalid_device", "title": "Прибор задан неверно.",
                "status": 422, "code": "invalid_device", "detail": "Два поля.",
                "errors": [["pointer": "/name", "message": "Пусто."]],
            ])
        #expect(Self.problem.json(in: .english)["title"] == "The device is not valid.")
    }

    @Test func isAResponse() {
        let response = Self.problem.response(in: .russian)
        #expect(response.status == .unprocessableContent)
        #expect(response.headers["content-type"] == "application/problem+json")
        #expect(response.headers["content-language"] == "ru")
        #expect(response.headers["retry-after"] == "1")
    }

    @Test(arguments: HTTPParseError.allCases)
    func hasACodeForEachErrorOfTheParser(error: HTTPParseError) {
        let problem = Problem(error)
        #expect((400...599).contains(problem.status.code))
        #expect(problem.code.allSatisfy { $0.isLowercase || $0 == "_" })
    }
}

@Suite struct EventWriterTests {
    @Test func writesEventsAsTheFormatWantsThem() async throws {
        let response = HTTPResponse.events { events async throws(BodyWriter.Failure) in
            try await events.send("one")
            try await events.send("two\nlines\r\nthree", event: "e\nvil", id: "7\r8")
            try await events.send("")
            try await events.comment("still here")
        }
        let text = String(decoding: try await response.collectBody(), as: UTF8.self)
        #expect(
            text == "data: one\n\n"
                + "id: 7 8\nevent: e vil\ndata: two\ndata: lines\ndata: three\n\n"
                + "data: \n\n" + ": still here\n\n")
    }
}

@Suite struct RateLimiterTests {
    private let client = SocketAddress.loopback(port: 1)
    private let second: UInt64 = 1_000_000_000

    @Test func letsABurstThroughAndThenTheRate() {
        let limiter = RateLimiter(rate: 2, burst: 3)
        let begin = 10 * second
        for _ in 0..<3 { #expect(limiter.check(client, now: begin) == nil) }
        #expect(limiter.check(client, now: begin) == 1)
        #expect(limiter.check(client, now: begin + second / 2) == nil)
        #expect(limiter.check(client, now: begin + second / 2) == 1)
        #expect(limiter.check(client, now: begin + 100 * second) == nil)
    }

    @Test func keepsClientsApartByAddress() {
        let limiter = RateLimiter(rate: 1, burst: 1)
        #expect(limiter.check(client, now: second) == nil)
        #expect(limiter.check(.loopback(port: 2), now: second) == 1)
        #expect(limiter.check(.v4(1, port: 1), now: second) == nil)
        let network = UInt64(0x2001_0DB8_0000_0001)
        #expect(
            limiter.check(.v6(high: network, low: 1, port: 1, scope: 0), now: second) == nil)
        #expect(limiter.check(.v6(high: network, low: 2, port: 1, scope: 0), now: second) == 1)
    }

    @Test func forgetsClientsThatAreQuietWhenItIsFull() {
        let limiter = RateLimiter(rate: 1, burst: 1, mostClients: 2)
        #expect(limiter.check(.v4(1, port: 1), now: 5 * second) == nil)
        #expect(limiter.check(.v4(2, port: 1), now: 5 * second) == nil)
        #expect(limiter.check(.v4(3, port: 1), now: 5 * second) == nil)
        #expect(limiter.check(.v4(4, port: 1), now: 5 * second) == 1)
        #expect(limiter.check(.v4(4, port: 1), now: 20 * second) == nil)
        #expect(limiter.check(.v4(5, port: 1), now: 20 * second) == nil)
    }
}
