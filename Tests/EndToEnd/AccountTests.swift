import JSON
import Testing

/// Who may do what, over HTTP.
@Suite struct AccountTests {
    static let defaults = [
        ("admin", "hesadmin"), ("operator", "hesoperator"), ("user", "hesuser"),
    ]

    @Test func theDefaultAccountsLogInAndAreWarnedOfTheirPasswords() throws {
        let host = try HostUnderTest(in: try Scratch())
        for (login, password) in Self.defaults {
            let body: JSONValue = ["login": .string(login), "password": .string(password)]
            let answer = try host.call("POST", "/api/v1/sessions", body, token: "")
            #expect(answer.status == 201, "\(login): \(answer.text)")
            let session = try answer.json()
            #expect(session["user"]?["login"]?.string == login)
            #expect(session["warnings"]?.array?.isEmpty == false, "\(login) keeps a known password")
            #expect(session["projects"]?[0]?["name"]?.string == "Default")
        }
    }

    @Test func aWrongPasswordIsRefusedWithoutSayingWhatWasWrong() throws {
        let host = try HostUnderTest(in: try Scratch())
        func refusal(_ login: String) throws -> Answer {
            let body: JSONValue = ["login": .string(login), "password": "not this one"]
            return try host.call("POST", "/api/v1/sessions", body, token: "")
        }
        let known = try refusal("admin")
        let unknown = try refusal("nobody")
        for answer in [known, unknown] {
            #expect(answer.status == 401)
            #expect(answer.headers["content-type"]?.hasPrefix("application/problem+json") == true)
        }
        #expect(try known.json()["code"] == unknown.json()["code"])
        #expect(try known.json()["detail"] == unknown.json()["detail"])
    }

    @Test func noRouteOfTheAPIAnswersACallerWithoutASession() throws {
        let host = try HostUnderTest(in: try Scratch())
        let document = try host.expect(200, "GET", "/openapi.json")
        var tried = 0
        for (path, operations) in try #require(document["paths"]?.object) {
            for (method, operation) in operations.object ?? [:] {
                guard operation["responses"] != nil, path.hasPrefix("/api/") else { continue }
                let isLogIn = path == "/api/v1/sessions" && method == "post"
                guard !isLogIn, operation["security"]?.array?.isEmpty != true else { continue }
                tried += 1
                let answer = try host.call(
                    method.uppercased(), Self.filled(path), method == "get" ? nil : [:], token: "")
                #expect(answer.status == 401, "\(method) \(path): \(answer.status)")
            }
        }
        #expect(tried > 20)
    }

    @Test func aUserReadsButDoesNotChange() throws {
        let host = try HostUnderTest(in: try Scratch())
        let token = try host.logIn("user", "hesuser")
        #expect(try host.call("GET", "/api/v1/devices", token: token).status == 200)
        let refused: [(String, String, JSONValue?)] = [
            ("POST", "/api/v1/devices", ["serialNumber": "1", "type": "DT_CE307"]),
            ("POST", "/api/v1/channels", ["name": "x", "type": "CHAN_TYPE_TCP"]),
            ("POST", "/api/v1/import", [:]),
            ("GET", "/api/v1/users", nil),
        ]
        for (method, path, body) in refused {
            let answer = try host.call(method, path, body, token: token)
            #expect(answer.status == 403, "\(method) \(path): \(answer.status) \(answer.text)")
            #expect(answer.headers["content-type"]?.hasPrefix("application/problem+json") == true)
        }
        #expect(try host.list("/api/v1/devices").isEmpty)
    }

    @Test func anEndedSessionIsWorthNothing() throws {
        let host = try HostUnderTest(in: try Scratch())
        let token = try host.logIn("operator", "hesoperator")
        #expect(try host.call("GET", "/api/v1/devices", token: token).status == 200)
        #expect(try host.call("DELETE", "/api/v1/sessions/current", token: token).status == 204)
        #expect(try host.call("GET", "/api/v1/devices", token: token).status == 401)
    }

    /// A path with something in the place of each of its parameters.
    private static func filled(_ path: String) -> String {
        path.split(separator: "/").map {
            $0.hasPrefix("{") ? "00000000-0000-4000-8000-000000000000" : String($0)
        }.reduce("") { $0 + "/" + $1 }
    }
}
