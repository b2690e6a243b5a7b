import Testing
import Values

@testable import Access
@testable import Store

@Suite struct GateUserTests {
    @Test func changesOnesOwnPassword() async throws {
        try await TestGate.with { test in
            try await test.gate.prepare()
            let other = try await test.logIn("admin", "hesadmin")
            let login = try await test.logIn("admin", "hesadmin")
            try await test.gate.changePassword(
                from: "hesadmin", to: "новый-Пароль1", by: login.caller)
            #expect(try await !test.gate.defaultPasswords().contains("admin"))
            #expect(try await !test.logIn("admin", "новый-Пароль1").mustChangePassword)
            await #expect(throws: AccessError.unauthenticated) {
                _ = try await test.gate.authenticate(token: other.token, address: "192.0.2.1")
            }
            _ = try await test.gate.authenticate(token: login.token, address: "192.0.2.1")
        }
    }

    @Test func needsTheOldPassword() async throws {
        try await TestGate.with { test in
            try await test.gate.prepare()
            let admin = try await test.admin()
            await #expect(throws: AccessError.wrongCredentials) {
                try await test.gate.changePassword(from: "wrong-1", to: "secret-1", by: admin)
            }
        }
    }

    @Test func refusesEveryPasswordUsedBefore() async throws {
        try await TestGate.with { test in
            try await test.gate.prepare()
            let admin = try await test.admin()
            var current = "hesadmin"
            for next in ["secret-1", "secret-2", "secret-3"] {
                try await test.gate.changePassword(from: current, to: next, by: admin)
                current = next
            }
            for old in ["hesadmin", "secret-1", "secret-2", "secret-3"] {
                await #expect(throws: AccessError.password(.usedBefore)) {
                    try await test.gate.changePassword(from: current, to: old, by: admin)
                }
            }
        }
    }

    @Test func remembersPasswordsOfOtherParameters() async throws {
        try await TestGate.with { test in
            try await test.gate.prepare()
            let admin = try await test.admin()
            let work = try WorkOfTest()
            let strong = try PasswordHasher(
                work: work.work, parameters: .init(cost: 4, blockSize: 1, parallelization: 1))
            let hash = try await strong.hash("secret-9").text
            try await test.store.write { (t) throws(StoreError) in
                try t.setPassword(ofUser: admin.user.id, hash: hash, mustChange: false)
            }
            await #expect(throws: AccessError.password(.usedBefore)) {
                try await test.gate.changePassword(from: "secret-9", to: "hesadmin", by: admin)
            }
            try await test.gate.changePassword(from: "secret-9", to: "secret-10", by: admin)
            await work.stop()
        }
    }

    @Test func holdsNewUsersToTheRules() async throws {
        try await TestGate.with { test in
            try await test.gate.prepare()
            let admin = try await test.admin()
            await #expect(throws: AccessError.password(.tooShort)) {
                _ = try await test.gate.add(test.draft("ivan"), password: "short", by: admin)
            }
        }
    }

    @Test func marksThePasswordThatSomebodyElseHasSet() async throws {
        try await TestGate.with { test in
            try await test.gate.prepare()
            let admin = try await test.admin()
            _ = try await test.gate.add(test.draft("ivan"), password: "secret-1", by: admin)
            #expect(try await test.logIn("ivan", "secret-1").mustChangePassword)
            // Not a published one: nobody has to be warned at the start.
            #expect(try await !test.gate.defaultPasswords().contains("ivan"))
        }
    }

    @Test func letsNobodyGiveMoreThanItHas() async throws {
        try await TestGate.with { test in
            try await test.gate.prepare()
            let admin = try await test.admin()
            let role = try await test.gate.add(
                Role(
                    id: test.store.newID(), name: "Clerk",
                    permissions: ["Read.Users", "Write.Users", "Write.Roles", "Delete.Users"]),
                by: admin)
            _ = try await test.gate.add(
                test.draft("clerk", [role.id]), password: "secret-1", by: admin)
            let clerk = try await test.logIn("clerk", "secret-1").caller
            let administrator = try await test.role(.administrator)
            await #expect(throws: AccessError.self) {
                _ = try await test.gate.add(
                    test.draft("mallory", [administrator]), password: "secret-1", by: clerk)
            }
            var own = clerk.user
            own.roles.append(administrator)
            let lifted = own
            await #expect(throws: AccessError.self) {
                _ = try await test.gate.update(lifted, expecting: nil, by: clerk)
            }
            let target = try await test.user("admin").id
            await #expect(throws: AccessError.self) {
                try await test.gate.setPassword(of: target, to: "secret-2", by: clerk)
            }
            await #expect(throws: AccessError.self) {
                try await test.gate.removeUser(target, expecting: nil, by: clerk)
            }
            var wider = role
            wider.permissions.append("Execute.Export")
            let widened = wider
            await #expect(throws: AccessError.exceedsOwnPermissions([.executeExport])) {
                _ = try await test.gate.update(widened, expecting: nil, by: clerk)
            }
        }
    }

    @Test func keepsTheLastAdministrator() async throws {
        try await TestGate.with { test in
            try await test.gate.prepare()
            let admin = try await test.admin()
            var disabled = try await test.user("admin")
            disabled.enabled = false
            var demoted = try await test.user("admin")
            demoted.roles = [try await test.role(.user)]
            for change in [disabled, demoted] {
                await #expect(throws: AccessError.lastAdministrator) {
                    _ = try await test.gate.update(change, expecting: nil, by: admin)
                }
            }
            let id = disabled.id
            await #expect(throws: AccessError.lastAdministrator) {
                try await test.gate.removeUser(id, expecting: nil, by: admin)
            }
        }
    }

    @Test func keepsTheBuiltInRoles() async throws {
        try await TestGate.with { test in
            try await test.gate.prepare()
            let admin = try await test.admin()
            let roles = try await test.store.read { (s) throws(StoreError) in try s.roles() }
            var renamed = try #require(roles.first { $0.name == "Operator" })
            renamed.name = "Chief"
            var poorer = try #require(roles.first { $0.name == "Administrator" })
            poorer.permissions.removeLast()
            for change in [renamed, poorer] {
                await #expect(throws: AccessError.builtIn) {
                    _ = try await test.gate.update(change, expecting: nil, by: admin)
                }
            }
            let id = renamed.id
            await #expect(throws: AccessError.builtIn) {
                try await test.gate.removeRole(id, expecting: nil, by: admin)
            }
        }
    }

    @Test func widensABuiltInRole() async throws {
        try await TestGate.with { test in
            try await test.gate.prepare()
            let admin = try await test.admin()
            let roles = try await test.store.read { (s) throws(StoreError) in try s.roles() }
            var role = try #require(roles.first { $0.name == "Operator" })
            role.permissions.append(Permission.writeDataCollectionJob.symbol)
            _ = try await test.gate.update(role, expecting: nil, by: admin)
            try await test.gate.prepare()
            let login = try await test.logIn("operator", "hesoperator")
            #expect(login.caller.permissions.contains(.writeDataCollectionJob))
        }
    }

    @Test func forgetsAMemberAtOnce() async throws {
        try await TestGate.with { test in
            try await test.gate.prepare()
            let admin = try await test.admin()
            let login = try await test.logIn("operator", "hesoperator")
            let project = try #require(login.caller.projects.first).id
            _ = try await test.gate.authenticate(token: login.token, address: "192.0.2.1")
            try await test.gate.removeMember(login.caller.user.id, from: project, by: admin)
            let after = try await test.gate.authenticate(token: login.token, address: "192.0.2.1")
            #expect(after.projects.isEmpty)
        }
    }
}
