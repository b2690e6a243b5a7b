import Glibc
import JSON
import Synchronization
import Testing
import Values

@testable import Store

/// A folder that is gone after the test.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/commline-store-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw StoreError.file(path: "/tmp", operation: "making a folder", errno: errno)
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        Self.remove(path)
    }

    static func remove(_ path: String) {
        for name in (try? Folder.names(in: path)) ?? [] {
            let child = path + "/" + name
            if unlink(child) != 0 { remove(child) }
        }
        rmdir(path)
    }

    /// Copies everything as it is now, as a power cut would leave it at best.
    static func copy(_ source: String, to target: String) throws {
        mkdir(target, 0o700)
        for name in try Folder.names(in: source) {
            let (from, to) = (source + "/" + name, target + "/" + name)
            var status = stat()
            guard lstat(from, &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                try copy(from, to: to)
            } else {
                try write(read(from), to: to)
                chmod(to, status.st_mode & 0o777)
            }
        }
    }

    static func read(_ path: String) throws -> [UInt8] {
        let file = open(path, O_RDONLY)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(file, &part, part.count)
            guard count > 0 else { return bytes }
            bytes += part[..<count]
        }
    }

    static func write(_ bytes: [UInt8], to path: String) throws {
        let file = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0o600)
        guard file >= 0 else {
            throw StoreError.file(path: path, operation: "making", errno: errno)
        }
        defer { close(file) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            guard count > 0 else {
                throw StoreError.file(path: path, operation: "writing", errno: errno)
            }
            rest = rest.dropFirst(count)
        }
    }

    /// All files below a folder.
    static func files(in path: String) throws -> [String] {
        var found: [String] = []
        for name in try Folder.names(in: path) {
            var status = stat()
            let child = path + "/" + name
            guard lstat(child, &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                found += try files(in: child)
            } else {
                found.append(child)
            }
        }
        return found
    }
}

/// A store in a folder of its own, with a clock that the test sets.
struct TestStore {
    let folder: TemporaryFolder
    let store: Store
    let clock: TestClock

    static let start = Moment(milliseconds: 1_795_219_200_000)  // 2026-11-21T00:00:00Z

    init(readers: Int = 2, traceLimits: TraceLimits = TraceLimits()) async throws {
        folder = try TemporaryFolder()
        let clock = TestClock(Self.start)
        self.clock = clock
        store = try await Store.open(
            StoreConfiguration(
                path: folder.path, readers: readers, traceLimits: traceLimits,
                clock: { clock.now }))
    }

    /// Opens the same folder again, after the store was closed.
    func reopen() async throws -> Store {
        let clock = clock
        return try await Store.open(StoreConfiguration(path: folder.path, clock: { clock.now }))
    }

    /// The project that every store has.
    func project() async throws -> UUID {
        try #require(try await store.read { (s) throws(StoreError) in try s.projects() }.first).id
    }

    /// Makes a device in the first project.
    func device(
        _ serial: String = "000000000013065", type: String = "DT_CE307", project: UUID? = nil
    ) async throws -> Device {
        var owner = project
        if owner == nil { owner = try await self.project() }
        let device = Device(
            id: store.newID(), project: try #require(owner), serialNumber: serial, type: type,
            added: store.now)
        try await store.write { (t) throws(StoreError) in try t.insert(device) }
        return device
    }

    /// Makes a run with a task for each device.
    func run(_ devices: [Device]) async throws -> (run: Run, tasks: [RunTask]) {
        let run = Run(
            id: store.newID(), project: try #require(devices.first).project, name: "test",
            initiator: "user", context: ["items": []], created: store.now)
        let tasks = devices.map { device in
            RunTask(
                id: store.newID(), run: run.id, project: run.project, device: device.id,
                serialNumber: device.serialNumber, deviceType: device.type)
        }
        try await store.write { (t) throws(StoreError) in try t.insert(run, tasks: tasks) }
        return (run, tasks)
    }
}

extension TestStore {
    /// Makes a job for devices, with a schedule that is off.
    func job(_ devices: [Device]) async throws -> UUID {
        let job = Job(
            id: store.newID(), project: try #require(devices.first).project, name: "test",
            targets: JobTargets(devices: devices.map(\.id)), contents: [],
            schedule: ["cron": "@daily", "timeZone": "UTC"], created: store.now)
        try await store.write { (t) throws(StoreError) in try t.insert(job) }
        return job.id
    }
}

/// A clock that moves only when it is told to.
final class TestClock: Sendable {
    private let moment: Mutex<Moment>

    init(_ moment: Moment) {
        self.moment = Mutex(moment)
    }

    var now: Moment { moment.withLock { $0 } }

    func advance(milliseconds: Int64) {
        moment.withLock { $0.milliseconds += milliseconds }
    }
}

extension Timestamp {
    /// A time by a device's clock that is set right.
    static func at(_ text: String) -> Timestamp {
        Timestamp(rfc3339: text) ?? Timestamp(milliseconds: 0)
    }
}
