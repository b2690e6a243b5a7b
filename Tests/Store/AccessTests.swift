import Testing
import Values

@testable import Store

@Suite struct AccessTests {
    @Test func findsAUserByNameMailAndTelephone() async throws {
        let test = try await TestStore()
        let project = try await test.project()
        let role = Role(
            id: test.store.newID(), name: "Оператор", permissions: ["Read.Devices", "View.Devices"])
        let user = User(
            id: test.store.newID(), name: "Иванов", displayName: "Иванов И. И.",
            email: "Ivanov@example.org", phone: "+7 900 000", roles: [role.id],
            projects: [project], created: test.store.now)
        try await test.store.write { (t) throws(StoreError) in
            try t.insert(role)
            try t.insert(user, passwordHash: "first")
        }
        for login in ["Иванов", "иванов", "ИВАНОВ", "ivanov@EXAMPLE.org", "+7 900 000"] {
            let found = try await test.store.read { (s) throws(StoreError) in
                try s.user(login: login)
            }
            #expect(found == user, "\(login)")
        }
        let nobody = try await test.store.read { (s) throws(StoreError) in
            try s.user(login: "petrov")
        }
        #expect(nobody == nil)
        var twin = user
        twin.id = test.store.newID()
        twin.name = "ИВАНОВ"
        let other = twin
        await #expect(throws: StoreError.self) {
            try await test.store.write { (t) throws(StoreError) in
                try t.insert(other, passwordHash: "x")
            }
        }
        await #expect(throws: StoreError.inUse(.role, by: .user)) {
            try await test.store.write { (t) throws(StoreError) in try t.deleteRole(role.id) }
        }
        let members = try await test.store.read { (s) throws(StoreError) in
            (try s.users(inProject: project), try s.projects(ofUser: user.id).map(\.id))
        }
        #expect(members == ([user], [project]))
        await test.store.close()
    }

    @Test func remembersAllPasswords() async throws {
        let test = try await TestStore()
        let user = User(
            id: test.store.newID(), name: "u", mustChangePassword: true, created: test.store.now)
        try await test.store.write { (t) throws(StoreError) in
            try t.insert(user, passwordHash: "first")
            try t.setPassword(ofUser: user.id, hash: "second", mustChange: false)
        }
        let (hashes, found) = try await test.store.read { (s) throws(StoreError) in
            (try s.passwordHashes(ofUser: user.id), try s.user(user.id))
        }
        #expect(hashes == ["second", "first"])
        #expect(!found.mustChangePassword)
        await test.store.close()
    }

    @Test func endsSessionsAndTokens() async throws {
        let test = try await TestStore()
        let user = User(id: test.store.newID(), name: "u", created: test.store.now)
        let now = test.store.now
        func session(_ number: UInt8, expires: Int64) -> LoginSession {
            LoginSession(
                id: test.store.newID(), user: user.id,
                tokenHash: [UInt8](repeating: number, count: 32), address: "192.0.2.1",
                userAgent: "Unknown", created: now, lastSeen: now,
                expires: Moment(milliseconds: now.milliseconds + expires))
        }
        let (first, second, third) = (
            session(1, expires: 10), session(2, expires: 1_000), session(3, expires: 1_000)
        )
        let token = APIToken(
            id: test.store.newID(), user: user.id, name: "ПОДИС",
            tokenHash: [UInt8](repeating: 9, count: 32), created: now)
        try await test.store.write { (t) throws(StoreError) in
            try t.insert(user, passwordHash: "x")
            for session in [first, second, third] { try t.insert(session) }
            try t.insert(token)
        }
        let found = try await test.store.read { (s) throws(StoreError) in
            (
                try s.session(tokenHash: second.tokenHash),
                try s.session(tokenHash: [UInt8](repeating: 0, count: 32)),
                try s.token(tokenHash: token.tokenHash), try s.sessions(ofUser: user.id).count
            )
        }
        #expect(found.0 == second && found.1 == nil && found.2 == token && found.3 == 3)
        test.clock.advance(milliseconds: 10)
        let expired = try await test.store.cleanUp().sessions
        #expect(expired == 1)
        await #expect(throws: StoreError.notFound(.session)) {
            try await test.store.write { (t) throws(StoreError) in
                try t.touchSession(first.id, lastSeen: now, expires: now)
            }
        }
        try await test.store.write { (t) throws(StoreError) in
            try t.deleteSessions(ofUser: user.id, except: third.id)
        }
        let left = try await test.store.read { (s) throws(StoreError) in
            try s.sessions(ofUser: user.id)
        }
        #expect(left == [third])
        try await test.store.write { (t) throws(StoreError) in try t.deleteUser(user.id) }
        let gone = try await test.store.read { (s) throws(StoreError) in
            try s.token(tokenHash: token.tokenHash)
        }
        #expect(gone == nil)
        await test.store.close()
    }

    @Test func keepsTheTwoBooksOfTheAuditApart() async throws {
        let test = try await TestStore()
        let now = test.store.now
        let entries = (0..<5).map { number in
            AuditEntry(
                id: test.store.newID(), category: number == 2 ? .security : .general,
                actor: "admin", address: "192.0.2.1", symbol: "S\(number)",
                parameters: ["n": 1], at: now)
        }
        try await test.store.write { (t) throws(StoreError) in
            for entry in entries + entries { try t.insert(entry) }
        }
        let (general, security) = try await test.store.read { (s) throws(StoreError) in
            (try s.audit(.general), try s.audit(.security))
        }
        #expect(general.items == [4, 3, 1, 0].map { entries[$0] })
        #expect(security.items == [entries[2]])
        await test.store.close()
    }
}
