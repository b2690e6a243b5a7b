import Glibc
import Testing
import Values

@testable import Store

@Suite struct SealingTests {
    private static let password = "Pa55w0rd-0000000011111111"

    /// A store that holds the password in every place where one may be.
    private func filled() async throws -> (TestStore, ProtocolProfile) {
        let test = try await TestStore()
        let project = try await test.project()
        let text = SettingsText("{\"DLMS_PASSWORD\":\"\(Self.password)\"}")
        let profile = ProtocolProfile(
            id: test.store.newID(), project: project, name: "p", type: "PROTO_DLMS",
            settings: text, created: test.store.now)
        let channel = Channel(
            id: test.store.newID(), project: project, name: "c", type: "CHAN_TYPE_TCP",
            isExclusive: false, settings: text, created: test.store.now)
        var device = try await test.device()
        device.attributes = text
        let edited = device
        try await test.store.write { (t) throws(StoreError) in
            try t.insert(profile)
            try t.insert(channel)
            try t.update(edited)
        }
        try await test.store.append(
            CollectionBatch(
                project: project, device: device.id,
                memory: [MemoryWrite(key: "key", bytes: Array(Self.password.utf8))]))
        return (test, profile)
    }

    @Test func leavesNoPasswordInAnyFile() async throws {
        let (test, _) = try await filled()
        func search() throws -> [String] {
            try TemporaryFolder.files(in: test.folder.path).filter { file in
                let bytes = try TemporaryFolder.read(file)
                return Self.contains(bytes, Array(Self.password.utf8))
            }
        }
        #expect(try search() == [])
        await test.store.close()
        #expect(try search() == [])
    }

    @Test func needsTheKeyOfTheDatabase() async throws {
        let (test, profile) = try await filled()
        await test.store.close()
        let path = test.folder.path + "/secret.key"
        let key = try TemporaryFolder.read(path)
        #expect(key.count == 32)
        let before = try TemporaryFolder.read(test.folder.path + "/main.sqlite")

        unlink(path)
        await #expect(throws: StoreError.keyMissing(path: path)) { _ = try await test.reopen() }
        #expect(try TemporaryFolder.read(path).isEmpty)

        try TemporaryFolder.write([UInt8](repeating: 1, count: 32), to: path)
        await #expect(throws: StoreError.keyMismatch(path: path)) { _ = try await test.reopen() }

        for count in [0, 31, 33] {
            try TemporaryFolder.write([UInt8](repeating: 1, count: count), to: path)
            await #expect(
                throws: StoreError.keyUnusable(
                    path: path, message: "it must hold exactly 32 bytes")
            ) { _ = try await test.reopen() }
        }
        try TemporaryFolder.write(key, to: path)
        chmod(path, 0o644)
        await #expect(throws: StoreError.self) { _ = try await test.reopen() }
        #expect(try TemporaryFolder.read(test.folder.path + "/main.sqlite") == before)

        chmod(path, 0o600)
        let again = try await test.reopen()
        let found = try await again.read { (s) throws(StoreError) in
            try s.protocolProfile(profile.id)
        }
        #expect(found == profile)
        await again.close()
    }

    @Test func doesNotOpenATextInAnotherRow() async throws {
        let (test, profile) = try await filled()
        let other = ProtocolProfile(
            id: test.store.newID(), project: profile.project, name: "other", type: "PROTO_DLMS",
            settings: SettingsText("{}"), created: test.store.now)
        try await test.store.write { (t) throws(StoreError) in
            try t.insert(other)
            try t.database.run(
                """
                UPDATE protocol SET settings = (SELECT settings FROM protocol WHERE uuid = ?)
                WHERE uuid = ?
                """, profile.id, other.id)
        }
        await #expect(throws: StoreError.unsealable(.protocol)) {
            _ = try await test.store.read { (s) throws(StoreError) in
                try s.protocolProfile(other.id)
            }
        }
        await test.store.close()
    }

    @Test func noticesEveryChangedBit() throws {
        let vault = try Vault(key: [UInt8](repeating: 3, count: 32))
        let sealed = try vault.seal(Array("settings".utf8), binding: "a")
        #expect(sealed.count == 8 + Vault.overhead)
        #expect(try vault.open(sealed, binding: "a") == Array("settings".utf8))
        #expect(try vault.open(sealed, binding: "b") == nil)
        for index in sealed.indices {
            for bit in 0..<8 {
                var damaged = sealed
                damaged[index] ^= 1 << bit
                #expect(try vault.open(damaged, binding: "a") == nil)
            }
            #expect(try vault.open(Array(sealed[..<index]), binding: "a") == nil)
        }
    }

    @Test(arguments: 0..<40)
    func writesBytesAsTextForAddresses(_ count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 200) }
        let text = URLText.encode(bytes)
        #expect(URLText.decode(text) == bytes)
        #expect(text.utf8.allSatisfy { $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "/") })
        // RFC 4648, section 10.
        #expect(URLText.encode(Array("foob".utf8)) == "Zm9vYg")
        #expect(URLText.decode("Zm9v.") == nil)
    }

    private static func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
        guard let first = part.first, bytes.count >= part.count else { return false }
        for start in 0...bytes.count - part.count where bytes[start] == first {
            if bytes[start..<start + part.count].elementsEqual(part) { return true }
        }
        return false
    }
}
