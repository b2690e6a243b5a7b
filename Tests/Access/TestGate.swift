import Crypto
import Glibc
import Log
import Reactor
import Synchronization
import Testing
import Values

@testable import Access
@testable import Store

/// A gate over a store in a folder of its own, with cheap hashes and a clock that the test sets.
struct TestGate: Sendable {
    let store: Store
    let gate: Gate
    let clock: GateClock
    private let folder: GateFolder
    private let work: Work

    /// Runs a test with a gate that is closed after it.
    static func with(
        policy: SessionPolicy = SessionPolicy(), _ body: (TestGate) async throws -> Void
    ) async throws {
        Log.level = .error
        let folder = try GateFolder()
        let gate = try await TestGate(folder, policy: policy)
        do {
            try await body(gate)
        } catch {
            await gate.close()
            throw error
        }
        await gate.close()
    }

    private init(_ folder: GateFolder, policy: SessionPolicy) async throws {
        self.folder = folder
        let clock = GateClock()
        self.clock = clock
        store = try await Store.open(
            StoreConfiguration(path: folder.path, readers: 1, clock: { clock.now }))
        work = try Work(name: "test-work", threads: 2)
        gate = Gate(
            store: store,
            hasher: try PasswordHasher(work: work, parameters: Self.cheap()), policy: policy,
            clock: { clock.now })
    }

    static func cheap() throws -> Scrypt {
        try Scrypt(cost: 2, blockSize: 1, parallelization: 1)
    }

    private func close() async {
        await store.close()
        await work.stop()
    }

    func logIn(
        _ name: String, _ password: String, from address: String = "192.0.2.1"
    ) async throws -> Login {
        try await gate.logIn(
            login: name, password: password, address: address, userAgent: "Unknown")
    }

    func admin() async throws -> Caller { try await logIn("admin", "hesadmin").caller }

    func role(_ role: BuiltInRole) async throws -> UUID {
        let roles = try await store.read { (s) throws(StoreError) in try s.roles() }
        return try #require(roles.first { $0.name == role.name }).id
    }

    func user(_ name: String) async throws -> User {
        let user = try await store.read { (s) throws(StoreError) in try s.user(login: name) }
        return try #require(user)
    }

    func audit() async throws -> [AuditEntry] {
        try await store.read { (s) throws(StoreError) in try s.audit(.security).items }
    }

    /// A user to be made.
    func draft(_ name: String, _ roles: [UUID] = []) -> User {
        User(id: store.newID(), name: name, roles: roles, created: clock.now)
    }
}

/// A clock that moves only when it is told to.
final class GateClock: Sendable {
    private let moment = Mutex(Moment(milliseconds: 1_795_219_200_000))

    var now: Moment { moment.withLock { $0 } }

    func advance(seconds: Int64) {
        moment.withLock { $0.milliseconds += seconds * 1_000 }
    }
}

/// A folder that is gone after the test.
final class GateFolder: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/commline-access-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw StoreError.file(path: "/tmp", operation: "making a folder", errno: errno)
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        Self.remove(path)
    }

    private static func remove(_ path: String) {
        for name in (try? Folder.names(in: path)) ?? [] {
            let child = path + "/" + name
            if unlink(child) != 0 { remove(child) }
        }
        rmdir(path)
    }
}
