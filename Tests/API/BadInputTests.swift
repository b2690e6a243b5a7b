import HTTP
import JSON
import Testing

@testable import API

@Suite struct BadInputTests {
    private func post(
        _ text: String, type: String?, to path: String = "devices", _ host: TestHost
    ) async throws -> Reply {
        var headers: HeaderFields = ["Authorization": "Bearer \(try await host.logIn())"]
        if let type { headers.set("Content-Type", type) }
        return try await host.send(
            HTTPRequest(.post, "/api/v1/" + path, headers: headers, body: Array(text.utf8)))
    }

    @Test(arguments: [nil, "text/plain", "application/xml", "multipart/form-data; boundary=x"])
    func refusesABodyThatIsNotDeclaredJSON(_ type: String?) async throws {
        try await TestHost.with { host in
            let reply = try await post("{}", type: type, host)
            #expect(reply.status == 415)
            #expect(reply.code == "unsupported_media_type")
            #expect(reply.headers["content-type"] == "application/problem+json")
        }
    }

    @Test(arguments: [
        "", "{", "serialNumber=1", "{\"serialNumber\":\"1\",}", "{\"a\":1,\"a\":2}", "\u{FEFF}{}",
        "{\"serialNumber\": 01}",
    ])
    func refusesABodyThatIsNotJSON(_ text: String) async throws {
        try await TestHost.with { host in
            let reply = try await post(text, type: "application/json; charset=utf-8", host)
            #expect(reply.status == 400, "\(reply.text)")
            #expect(reply.code == "invalid_json")
            #expect(reply.json["detail"]?.string?.contains("column") == true)
        }
    }

    @Test(arguments: [
        ("[]", [""]), ("{}", ["/serialNumber", "/type"]),
        ("{\"serialNumber\":1,\"type\":\"DT_CE307\"}", ["/serialNumber"]),
        ("{\"serialNumber\":\"1\",\"type\":\"ce307\"}", ["/type"]),
        ("{\"serialNumber\":\"1\",\"type\":\"DT_NONE\"}", ["/type"]),
        ("{\"serialNumber\":\"1\",\"type\":\"DT_CE307\",\"colour\":1}", ["/colour"]),
        ("{\"serialNumber\":\"1\",\"type\":\"DT_CE307\",\"id\":\"x\"}", ["/id"]),
        ("{\"serialNumber\":\"1\",\"type\":\"DT_CE307\",\"latitude\":91}", ["/latitude"]),
        (
            "{\"serialNumber\":\"1\",\"type\":\"DT_CE307\",\"timeZone\":\"Mars/Base\"}",
            ["/timeZone"]
        ),
        (
            "{\"serialNumber\":\"1\",\"type\":\"DT_CE307\",\"enabled\":\"yes\",\"reserve\":5}",
            ["/enabled", "/reserve"]
        ),
        (
            "{\"serialNumber\":\"1\",\"type\":\"DT_CE307\",\"attributes\":{\"PASSWORD\":1}}",
            ["/attributes/PASSWORD"]
        ),
        (
            "{\"serialNumber\":\"1\",\"type\":\"DT_CE307\",\"groupId\":\"018fb9c2-6a00-7abc-8def-0123456789ab\"}",
            ["/groupId"]
        ),
        ("{\"serialNumber\":\"1\",\"type\":\"DT_CE307\",\"a~b/c\":1}", ["/a~0b~1c"]),
    ])
    func pointsToEveryFault(_ text: String, _ pointers: [String]) async throws {
        try await TestHost.with { host in
            let reply = try await post(text, type: "application/json", host)
            #expect(reply.status == 422, "\(reply.text)")
            #expect(reply.code == "invalid_body")
            #expect(reply.pointers == pointers, "\(reply.text)")
        }
    }

    @Test(arguments: [
        ("limit=0", "limit"), ("limit=1001", "limit"), ("limit=x", "limit"),
        ("cursor=nonsense", "cursor"), ("total=maybe", "total"), ("sort=colour", "sort"),
        ("sort=reserve", "sort"), ("filter=type", "filter"), ("filter=colour:eq:1", "filter"),
        ("filter=type:like:1", "filter"), ("filter=enabled:eq:yes", "filter"),
        ("filter=addedAt:lt:yesterday", "filter"), ("fields=colour", "fields"),
        ("colour=red", "colour"), ("limit=1&limit=2", "limit"),
    ])
    func namesTheParameterAtFault(_ query: String, _ name: String) async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let reply = try await host.ask(.get, "devices?\(query)", as: admin)
            #expect(reply.status == 400, "\(reply.text)")
            #expect(reply.code == "invalid_parameter")
            #expect(reply.pointers == [name], "\(reply.text)")
        }
    }

    @Test func speaksTheCallersLanguage() async throws {
        try await TestHost.with { host in
            let russian = try await host.ask(
                .get, "devices", headers: ["Accept-Language": "de, ru;q=0.9, en;q=0.5"])
            #expect(russian.json["title"] == "Войдите в систему")
            #expect(russian.headers["content-language"] == "ru")
            let english = try await host.ask(.get, "devices")
            #expect(english.json["title"] == "Log in first")
            #expect(english.json["status"] == 401)
        }
    }

    @Test func refusesABodyThatIsTooLarge() async throws {
        try await TestHost.with { host in
            let large = "{\"serialNumber\":\"" + String(repeating: "1", count: 1 << 20) + "\"}"
            let reply = try await post(large, type: "application/json", host)
            #expect(reply.status == 413)
            #expect(reply.code == "content_too_large")
        }
    }

    @Test func knowsNoOtherAddresses() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            #expect(try await host.ask(.get, "nothing", as: admin).status == 404)
            #expect(try await host.ask(.put, "devices", as: admin).status == 405)
            #expect(try await host.ask(.get, "devices/not-an-id", as: admin).status == 404)
        }
    }

    @Test(arguments: [
        ("{\"login\":\"x y\",\"password\":\"secret-1\"}", "/login"),
        ("{\"login\":\"12345\",\"password\":\"secret-1\"}", "/login"),
        ("{\"login\":\"a@b\",\"password\":\"secret-1\"}", "/login"),
        ("{\"login\":\"ivan\",\"password\":\"short\"}", "/password"),
        ("{\"login\":\"ivan\",\"password\":\"with space\"}", "/password"),
        ("{\"login\":\"ivan\",\"password\":\"secret-1\",\"email\":\"nobody\"}", "/email"),
        ("{\"login\":\"ivan\",\"password\":\"secret-1\",\"phone\":\"89001234567\"}", "/phone"),
        ("{\"login\":\"ADMIN\",\"password\":\"secret-1\"}", "/login"),
    ])
    func namesTheFaultOfAUser(_ text: String, _ pointer: String) async throws {
        try await TestHost.with { host in
            let reply = try await post(text, type: "application/json", to: "users", host)
            #expect([409, 422].contains(reply.status), "\(reply.text)")
            #expect(reply.pointers == [pointer], "\(reply.text)")
        }
    }
}
