import JSON
import Testing

@testable import HTTP

@Suite struct RouterTests {
    struct Caller: Sendable {
        let name: String
    }

    private static func operation(
        _ id: String, access: Operation.Access = .everyone, body: Operation.BodyRule = .none
    ) -> Operation {
        Operation(id: id, tag: "test", summary: "A test.", access: access, body: body)
    }

    /// Answers with its own name and what it was given.
    private static func route(
        _ method: HTTPMethod, _ pattern: PathPattern, _ id: String,
        access: Operation.Access = .everyone
    ) -> Route<Caller> {
        Route(method, pattern, operation(id, access: access)) { call in
            let values = call.pathParameters.sorted { $0.key < $1.key }
                .map { "\($0.key)=\($0.value)" }
            return .text(([call.operation.id] + values).joined(separator: " "))
        }
    }

    private static func router() throws(RouteTableError) -> Router<Caller> {
        try Router([
            route(.get, "/", "root"),
            route(.get, "/devices", "list"),
            route(.post, "/devices", "create"),
            route(.get, "/devices/{id}", "read"),
            route(.get, "/devices/bulk", "bulk"),
            route(.get, "/devices/{device}/journal", "journal"),
            route(.get, "/devices/bulk/{kind}/{part}", "parts"),
            route(.delete, "/secret", "secret", access: .permissions(["secrets.delete"])),
            Route(.post, "/json", operation("json", body: .json(["type": "object"], limit: 20))) {
                call throws(Problem) in .json(try call.json())
            },
            Route(.get, "/number/{number}", operation("number")) { call throws(Problem) in
                let number = try call.parameter("number", as: Int.self)
                let factor = try call.queryValue("factor", as: Int.self) ?? 1
                return .text("\(number * factor)")
            },
        ]) { call throws(Problem) in
            if case .permissions = call.operation.access,
                call.request.headers["authorization"] == nil
            {
                throw Problem(.forbidden, "forbidden", LocalizedText("No.", ru: "Нет."))
            }
            return Caller(name: "test")
        }
    }

    private static func text(_ response: HTTPResponse) async throws -> String {
        String(decoding: try await response.collectBody(), as: UTF8.self)
    }

    @Test(arguments: [
        ("/", "root"), ("/devices", "list"), ("/devices/7", "read id=7"), ("/devices/bulk", "bulk"),
        ("/devices/7/journal", "journal device=7"),
        ("/devices/bulk/journal", "journal device=bulk"),
        ("/devices/bulk/a/b", "parts kind=a part=b"), ("/devices?x=y", "list"),
        ("/devices/a%2Fb", "read id=a/b"), ("/devices/%D0%B6", "read id=ж"),
        ("/dev%69ces/a+b", "read id=a+b"), ("/devices/..", "read id=.."),
    ])
    func findsRoutes(target: String, answer: String) async throws {
        let response = try await Self.router().respond(to: HTTPRequest(.get, target))
        #expect(try await Self.text(response) == answer)
    }

    @Test(arguments: [
        "/nothing", "/devices/", "/devices//journal", "//devices", "/devices/7/journal/8",
        "/Devices", "/devices/bulk/a",
    ])
    func answersUnknownPathsWith404(target: String) async throws {
        let response = try await Self.router().respond(to: HTTPRequest(.get, target))
        #expect(response.status == .notFound)
        #expect(try await Self.text(response).contains("\"code\":\"not_found\""))
    }

    @Test(arguments: ["/devices/%", "/devices/%4", "/devices/%zz", "/devices/%FF", "/%00"])
    func refusesPathsThatCannotBeDecoded(target: String) async throws {
        let response = try await Self.router().respond(to: HTTPRequest(.get, target))
        #expect(response.status == .badRequest)
    }

    @Test func refusesQueriesThatCannotBeDecoded() async throws {
        let response = try await Self.router().respond(to: HTTPRequest(.get, "/devices?a=%"))
        #expect(try await Self.text(response).contains("\"code\":\"invalid_query\""))
    }

    @Test func namesTheMethodsOfAPath() async throws {
        let router = try Self.router()
        let refused = await router.respond(to: HTTPRequest(.put, "/devices"))
        #expect(refused.status == .methodNotAllowed)
        #expect(refused.headers["allow"] == "GET, HEAD, OPTIONS, POST")
        let asked = await router.respond(to: HTTPRequest(.options, "/devices"))
        #expect(asked.status == .noContent)
        #expect(asked.headers["allow"] == "GET, HEAD, OPTIONS, POST")
        let literal = await router.respond(to: HTTPRequest(.post, "/devices/bulk"))
        #expect(literal.headers["allow"] == "GET, HEAD, OPTIONS")
        let all = await router.respond(to: HTTPRequest(.options, "*"))
        #expect(all.status == .noContent)
    }

    @Test func doesNotKnowOtherMethods() async throws {
        let response = try await Self.router().respond(to: HTTPRequest(.other("BREW"), "/devices"))
        #expect(response.status == .notImplemented)
    }

    @Test func answersHeadByTheGetRoute() async throws {
        let response = try await Self.router().respond(to: HTTPRequest(.head, "/devices"))
        #expect(response.status == .ok)
        #expect(try await response.collectBody().isEmpty)
    }

    @Test func asksForTheContextBeforeTheHandler() async throws {
        let router = try Self.router()
        let refused = await router.respond(
            to: HTTPRequest(.delete, "/secret", headers: ["Accept-Language": "ru"]))
        #expect(refused.status == .forbidden)
        #expect(try await Self.text(refused).contains("Нет."))
        let taken = await router.respond(
            to: HTTPRequest(.delete, "/secret", headers: ["Authorization": "x"]))
        #expect(try await Self.text(taken) == "secret")
    }

    @Test func readsJSONBodies() async throws {
        let router = try Self.router()
        let good = await router.respond(to: HTTPRequest(.post, "/json", json: ["a": 1]))
        #expect(try await Self.text(good) == "{\"a\":1}")
        let bad = await router.respond(
            to: HTTPRequest(.post, "/json", body: Array("{\n\"a\": }".utf8)))
        let text = try await Self.text(bad)
        #expect(bad.status == .badRequest)
        #expect(text.contains("\"code\":\"invalid_json\"") && text.contains("line 2"))
        let other = await router.respond(
            to: HTTPRequest(
                .post, "/json", headers: ["Content-Type": "text/xml"], body: Array("<a/>".utf8)))
        #expect(other.status == .unsupportedMediaType)
        let large = await router.respond(
            to: HTTPRequest(.post, "/json", body: [UInt8](repeating: 0x20, count: 21)))
        #expect(large.status == .contentTooLarge)
    }

    @Test func readsParametersAsTypes() async throws {
        let router = try Self.router()
        let good = await router.respond(to: HTTPRequest(.get, "/number/6?factor=7"))
        #expect(try await Self.text(good) == "42")
        for target in ["/number/six", "/number/6?factor=seven"] {
            let bad = await router.respond(to: HTTPRequest(.get, target))
            #expect(try await Self.text(bad).contains("\"code\":\"invalid_parameter\""))
        }
    }

    @Test func refusesTablesWithMistakes() {
        func make(_ routes: [Route<Caller>]) throws(RouteTableError) {
            _ = try Router(routes) { _ in Caller(name: "") }
        }
        #expect(throws: RouteTableError.repeatedRoute(.get, "/{b}")) {
            try make([Self.route(.get, "/{a}", "1"), Self.route(.get, "/{b}", "2")])
        }
        #expect(throws: RouteTableError.repeatedID("1")) {
            try make([Self.route(.get, "/a", "1"), Self.route(.get, "/b", "1")])
        }
        for pattern in ["a", "", "/{}", "/{a}/{a}"] {
            #expect(throws: RouteTableError.invalidPattern(pattern)) {
                try make([Self.route(.get, PathPattern(pattern), "1")])
            }
        }
    }

    @Test func makesPathsOfPatterns() {
        let pattern: PathPattern = "/projects/{project}/devices/{id}"
        #expect(pattern.parameterNames == ["project", "id"])
        #expect(
            pattern.path(["project": "a b", "id": "ж/"]) == "/projects/a%20b/devices/%D0%B6%2F")
    }
}
