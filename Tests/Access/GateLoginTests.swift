import Testing
import Values

@testable import Access
@testable import Store

@Suite struct GateLoginTests {
    @Test func makesTheDefaultUsersAtTheFirstStart() async throws {
        try await TestGate.with { test in
            try await test.gate.prepare()
            for user in DefaultUser.allCases {
                let login = try await test.logIn(user.name, user.password)
                #expect(login.caller.permissions == user.role.permissions)
                #expect(login.caller.projects.map(\.name) == ["Default"])
                #expect(login.mustChangePassword)
            }
            #expect(try await test.gate.defaultPasswords() == ["user", "operator", "admin"])
        }
    }

    @Test func makesThemOnce() async throws {
        try await TestGate.with { test in
            try await test.gate.prepare()
            try await test.gate.prepare()
            let users = try await test.store.read { (s) throws(StoreError) in try s.users() }
            let roles = try await test.store.read { (s) throws(StoreError) in try s.roles() }
            #expect(users.count == 3)
            #expect(roles.map(\.name) == BuiltInRole.allCases.map(\.name))
        }
    }

    @Test(arguments: [
        "admin", "ADMIN", " admin ", "admin@cehes.com", "Admin@ceHes.com",
    ])
    func knowsAUserByNameAndAddress(_ name: String) async throws {
        try await TestGate.with { test in
            try await test.gate.prepare()
            #expect(try await test.logIn(name, "hesadmin").caller.user.name == "admin")
        }
    }

    @Test func knowsAUserByPhone() async throws {
        try await TestGate.with { test in
            try await test.gate.prepare()
            let admin = try await test.admin()
            var draft = test.draft("ivan")
            draft.phone = "+79001234567"
            _ = try await test.gate.add(draft, password: "secret-1", by: admin)
            let login = try await test.logIn("+7 (900) 123-45-67", "secret-1")
            #expect(login.caller.user.name == "ivan")
        }
    }

    @Test(arguments: [("admin", "wrong-1"), ("nobody", "hesadmin"), ("", ""), ("admin", "")])
    func refusesWrongCredentials(_ name: String, _ password: String) async throws {
        try await TestGate.with { test in
            try await test.gate.prepare()
            await #expect(throws: AccessError.wrongCredentials) {
                _ = try await test.logIn(name, password)
            }
        }
    }

    @Test func refusesADisabledUser() async throws {
        try await TestGate.with { test in
            try await test.gate.prepare()
            let admin = try await test.admin()
            let operatorLogin = try await test.logIn("operator", "hesoperator")
            var user = try await test.user("operator")
            user.enabled = false
            _ = try await test.gate.update(user, expecting: nil, by: admin)
            await #expect(throws: AccessError.disabled) {
                _ = try await test.logIn("operator", "hesoperator")
            }
            await #expect(throws: AccessError.wrongCredentials) {
                _ = try await test.logIn("operator", "wrong-1")
            }
            await #expect(throws: AccessError.unauthenticated) {
                _ = try await test.gate.authenticate(
                    token: operatorLogin.token, address: "192.0.2.1")
            }
        }
    }

    @Test func slowsGuessingDown() async throws {
        try await TestGate.with { test in
            try await test.gate.prepare()
            for _ in 0..<LoginDelay.freeAttempts {
                await #expect(throws: AccessError.wrongCredentials) {
                    _ = try await test.logIn("admin", "wrong-1")
                }
            }
            await #expect(throws: AccessError.delayed(seconds: 1)) {
                _ = try await test.logIn("admin", "hesadmin")
            }
            #expect(try await test.logIn("admin", "hesadmin", from: "192.0.2.2").token != "")
            test.clock.advance(seconds: 1)
            #expect(try await test.logIn("admin", "hesadmin").token != "")
        }
    }

    @Test func keepsOnlyTheDigestOfAToken() async throws {
        try await TestGate.with { test in
            try await test.gate.prepare()
            let login = try await test.logIn("admin", "hesadmin")
            let sessions = try await test.gate.sessions(of: login.caller.user.id)
            #expect(sessions.count == 1)
            #expect(sessions[0].tokenHash.count == 32)
            #expect(!login.token.contains(HexText.text(sessions[0].tokenHash)))
            #expect(login.token.utf8.count == 4 + 64)
        }
    }

    @Test func endsASessionThatIsNotUsed() async throws {
        let policy = SessionPolicy(idle: 600_000, absolute: 86_400_000, touchInterval: 60_000)
        try await TestGate.with(policy: policy) { test in
            try await test.gate.prepare()
            let token = try await test.logIn("admin", "hesadmin").token
            for _ in 0..<5 {
                test.clock.advance(seconds: 500)
                _ = try await test.gate.authenticate(token: token, address: "192.0.2.1")
            }
            test.clock.advance(seconds: 601)
            await #expect(throws: AccessError.unauthenticated) {
                _ = try await test.gate.authenticate(token: token, address: "192.0.2.1")
            }
        }
    }

    @Test func endsASessionAfterItsTimeHoweverMuchItIsUsed() async throws {
        let policy = SessionPolicy(idle: 600_000, absolute: 1_500_000, touchInterval: 60_000)
        try await TestGate.with(policy: policy) { test in
            try await test.gate.prepare()
            let token = try await test.logIn("admin", "hesadmin").token
            for _ in 0..<2 {
                test.clock.advance(seconds: 500)
                _ = try await test.gate.authenticate(token: token, address: "192.0.2.1")
            }
            test.clock.advance(seconds: 500)
            await #expect(throws: AccessError.unauthenticated) {
                _ = try await test.gate.authenticate(token: token, address: "192.0.2.1")
            }
        }
    }

    @Test func endsTheSessionOfALogOut() async throws {
        try await TestGate.with { test in
            try await test.gate.prepare()
            let login = try await test.logIn("admin", "hesadmin")
            _ = try await test.gate.authenticate(token: login.token, address: "192.0.2.1")
            try await test.gate.logOut(login.caller)
            await #expect(throws: AccessError.unauthenticated) {
                _ = try await test.gate.authenticate(token: login.token, address: "192.0.2.1")
            }
            #expect(try await test.audit().map(\.symbol) == ["SSET_LOGOUT", "SSET_LOGIN"])
        }
    }

    @Test func boundsTheSessionsOfAUser() async throws {
        try await TestGate.with(policy: SessionPolicy(mostSessions: 3)) { test in
            try await test.gate.prepare()
            let first = try await test.logIn("admin", "hesadmin")
            for _ in 0..<3 { _ = try await test.logIn("admin", "hesadmin") }
            #expect(try await test.gate.sessions(of: first.caller.user.id).count == 3)
            await #expect(throws: AccessError.unauthenticated) {
                _ = try await test.gate.authenticate(token: first.token, address: "192.0.2.1")
            }
        }
    }

    @Test func leavesTheSessionsOfOthersAlone() async throws {
        try await TestGate.with { test in
            try await test.gate.prepare()
            let admin = try await test.admin()
            let other = try await test.logIn("operator", "hesoperator").caller
            let session = try #require(other.session)
            await #expect(throws: AccessError.store(.notFound(.session))) {
                try await test.gate.endSession(session, of: admin)
            }
        }
    }

    @Test func tellsTheAuditOfFailuresWithoutWhatWasTyped() async throws {
        try await TestGate.with { test in
            try await test.gate.prepare()
            _ = try? await test.logIn("hesadmin-my-password", "admin")
            _ = try? await test.logIn("admin", "hunter-22")
            let entries = try await test.audit()
            #expect(entries.map(\.symbol) == ["SSET_LOGIN_FAILED", "SSET_LOGIN_FAILED"])
            #expect(entries.map(\.actor) == ["admin", ""])
            #expect(!"\(entries)".contains("hunter-22"))
            #expect(!"\(entries)".contains("my-password"))
        }
    }

    @Test func makesTheAdministratorAgainWhenNoneIsLeft() async throws {
        try await TestGate.with { test in
            try await test.gate.prepare()
            var user = try await test.user("admin")
            user.enabled = false
            user.roles = []
            let disabled = user
            try await test.store.write { (t) throws(StoreError) in
                try t.update(disabled)
                try t.setPassword(ofUser: disabled.id, hash: "unusable", mustChange: false)
            }
            try await test.gate.prepare()
            let login = try await test.logIn("admin", "hesadmin")
            #expect(login.caller.permissions == Set(Permission.allCases))
            #expect(try await test.gate.defaultPasswords().contains("admin"))
            #expect(try await test.audit().contains { $0.symbol == "SSET_ADMINISTRATOR_RECREATE" })
        }
    }

    @Test func actsForATokenUntilItEnds() async throws {
        try await TestGate.with { test in
            try await test.gate.prepare()
            let admin = try await test.admin()
            let end = Moment(milliseconds: test.clock.now.milliseconds + 100_000)
            let made = try await test.gate.addToken(name: "script", expires: end, by: admin)
            let caller = try await test.gate.authenticate(token: made.text, address: "192.0.2.7")
            #expect(caller.user.name == "admin")
            #expect(caller.session == nil)
            test.clock.advance(seconds: 101)
            await #expect(throws: AccessError.unauthenticated) {
                _ = try await test.gate.authenticate(token: made.text, address: "192.0.2.7")
            }
        }
    }
}
