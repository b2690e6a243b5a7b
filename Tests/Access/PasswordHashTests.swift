import Reactor
import Testing

@testable import Access

/// A pool of one thread.
struct WorkOfTest: Sendable {
    let work: Work

    init() throws {
        work = try Work(name: "test-hash", threads: 1)
    }

    func stop() async { await work.stop() }
}

@Suite struct PasswordHashTests {
    @Test func readsItsOwnText() throws {
        let hash = PasswordHash(
            parameters: .interactive, salt: [1, 2, 255], key: [UInt8](repeating: 7, count: 32))
        #expect(hash.text.hasPrefix("$scrypt$n=32768,r=8,p=1$0102ff$0707"))
        #expect(PasswordHash(hash.text) == hash)
    }

    @Test(arguments: [
        "", "$scrypt$", "plain", "$scrypt$n=32768,r=8$01$07", "$scrypt$n=3,r=8,p=1$01$07",
        "$scrypt$n=1073741824,r=64,p=64$01$07", "$bcrypt$n=2,r=1,p=1$01$07",
        "$scrypt$n=2,r=1,p=1$$07", "$scrypt$n=2,r=1,p=1$zz$07",
    ])
    func refusesOtherText(_ text: String) {
        #expect(PasswordHash(text) == nil)
    }

    @Test func verifiesPasswords() async throws {
        let work = try WorkOfTest()
        let hasher = try PasswordHasher(work: work.work, parameters: TestGate.cheap())
        let text = try await hasher.hash("пароль-1").text
        #expect(try await hasher.verify("пароль-1", against: text))
        #expect(try await !hasher.verify("пароль-2", against: text))
        #expect(try await !hasher.verify("пароль-1", against: nil))
        #expect(try await !hasher.verify("пароль-1", against: "unusable"))
        await work.stop()
    }

    @Test func saltsEveryUser() async throws {
        let work = try WorkOfTest()
        let hasher = try PasswordHasher(work: work.work, parameters: TestGate.cheap())
        let first = try await hasher.hash("secret-1")
        let second = try await hasher.hash("secret-1")
        #expect(first.salt != second.salt)
        #expect(first.key != second.key)
        await work.stop()
    }

    @Test func comparesAUsersPasswordsWithOneDerivation() async throws {
        let work = try WorkOfTest()
        let hasher = try PasswordHasher(work: work.work, parameters: TestGate.cheap())
        let first = try await hasher.hash("secret-1")
        let second = try await hasher.hash("secret-2", history: [first.text])
        #expect(first.salt == second.salt)
        await #expect(throws: AccessError.password(.usedBefore)) {
            _ = try await hasher.hash("secret-1", history: [second.text, first.text])
        }
        await work.stop()
    }
}
