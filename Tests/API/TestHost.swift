import Crypto
@testable import Dispatching
import Glibc
import HTTP
import JSON
import Jobs
import Log
import Plugins
import Reactor
import Synchronization
import Testing
import Values

@testable import API
@testable import Access
@testable import Store

/// An answer of the API, read.
struct Reply {
    let status: Int
    let headers: HeaderFields
    let bytes: [UInt8]

    /// The body; null where it is no JSON.
    var json: JSONValue { (try? JSONValue(parsing: bytes)) ?? .null }
    var text: String { String(decoding: bytes, as: UTF8.self) }
    var code: String { json["code"]?.string ?? "" }
    /// The pointers of all faults.
    var pointers: [String] {
        (json["errors"]?.array ?? []).compactMap { $0["pointer"]?.string }
    }
    /// The rows of a list.
    var items: [JSONValue] { json["items"]?.array ?? [] }
    /// The identifier of the thing that is shown.
    var id: String { json["id"]?.string ?? "" }
    var etag: String { headers["etag"] ?? "" }
}

/// A whole host but for its sockets: requests go through the router in process.
struct TestHost: Sendable {
    let folder: TestFolder
    let store: Store
    let gate: Gate
    let runs: RecordedRuns
    let jobs: JobScheduler
    let api: API
    let clock: HostClock
    private let work: Work

    /// 2026-11-21T00:00:00Z.
    static let start = Moment(milliseconds: 1_795_219_200_000)

    /// Runs a test with a host that is closed after it.
    static func with(
        policy: SessionPolicy = SessionPolicy(), manifests: [String] = [TestHost.manifests],
        _ body: (TestHost) async throws -> Void
    ) async throws {
        let host = try await TestHost(policy: policy, manifests)
        do {
            try await body(host)
        } catch {
            await host.close()
            throw error
        }
        await host.close()
    }

    private init(policy: SessionPolicy, _ manifests: [String]) async throws {
        Log.level = .error
        folder = try TestFolder()
        let clock = HostClock(Self.start)
        self.clock = clock
        store = try await Store.open(
            StoreConfiguration(path: folder.path, readers: 1, clock: { clock.now }))
        work = try Work(name: "test-work", threads: 2)
        let cheap = try Scrypt(cost: 2, blockSize: 1, parallelization: 1)
        gate = Gate(
            store: store, hasher: try PasswordHasher(work: work, parameters: cheap),
            policy: policy, clock: { clock.now })
        try await gate.prepare()
        runs = RecordedRuns(store: store)
        jobs = JobScheduler(store: store, runs: runs, alarm: StillAlarm(clock: clock))
        try await jobs.start()
        let catalogue = Catalogue.load(directories: manifests)
        let plugins = PluginSet(catalogue: catalogue, plugins: [])
        api = try API(
            Services(
                store: store, gate: gate, plugins: { plugins }, runs: runs, jobs: jobs,
                version: "1.2.3"))
    }

    func close() async {
        await store.close()
        await work.stop()
    }

    /// The manifests of the repository.
    static let manifests: String = {
        let parts = #filePath.split(separator: "/").dropLast(3)
        return "/" + parts.joined(separator: "/") + "/plugin-manifests"
    }()

    // MARK: Asking

    /// Makes a request and reads the answer.
    func ask(
        _ method: HTTPMethod, _ path: String, as token: String? = nil, _ body: JSONValue? = nil,
        headers: HeaderFields = [:]
    ) async throws -> Reply {
        var headers = headers
        if let token { headers.set("Authorization", "Bearer \(token)") }
        let target = path.hasPrefix("/") ? path : "/api/v1/" + path
        let request =
            body.map { HTTPRequest(method, target, headers: headers, json: $0) }
            ?? HTTPRequest(method, target, headers: headers)
        return try await send(request)
    }

    func send(_ request: HTTPRequest) async throws -> Reply {
        let response = await api.service.respond(to: request)
        let reply = Reply(
            status: response.status.code, headers: response.headers,
            bytes: try await response.collectBody())
        reply.expectWhatIsDescribed(of: request)
        return reply
    }

    /// Logs in.
    func logIn(_ name: String = "admin", _ password: String = "hesadmin") async throws -> String {
        let reply = try await ask(
            .post, "sessions", ["login": .string(name), "password": .string(password)])
        return try #require(reply.json["token"]?.string, "\(reply.text)")
    }

    /// Makes a user with one role and logs it in.
    func member(
        _ name: String, role: BuiltInRole, of projects: [String] = ["Default"]
    ) async throws -> String {
        let (role, own, admin) = try await store.read { (s) throws(StoreError) in
            (
                try s.roles().first { $0.name == role.name }?.id,
                try s.projects().filter { projects.contains($0.name) }.map(\.id),
                try s.user(login: "admin")
            )
        }
        let caller = Caller(
            user: try #require(admin), permissions: Set(Permission.allCases), projects: [],
            credential: .session(store.newID()), address: "test")
        let user = User(
            id: store.newID(), name: name, roles: [try #require(role)], projects: own,
            created: clock.now)
        _ = try await gate.add(user, password: "secret-1", by: caller)
        return try await logIn(name, "secret-1")
    }

    /// Makes a project with the administrator as its member.
    @discardableResult
    func project(_ name: String, by token: String) async throws -> String {
        let reply = try await ask(.post, "projects", as: token, ["name": .string(name)])
        #expect(reply.status == 201, "\(reply.text)")
        return reply.id
    }

    /// Makes a device and gives its identifier.
    func device(
        _ serial: String = "000000000013065", by token: String, in project: String = "Default"
    ) async throws -> String {
        let reply = try await ask(
            .post, "projects/\(project)/devices", as: token,
            ["serialNumber": .string(serial), "type": "DT_CE307"])
        #expect(reply.status == 201, "\(reply.text)")
        return reply.id
    }
}

/// A clock that moves only when it is told to.
final class HostClock: Sendable {
    private let moment: Mutex<Moment>

    init(_ moment: Moment) {
        self.moment = Mutex(moment)
    }

    var now: Moment { moment.withLock { $0 } }

    func advance(seconds: Int64) {
        moment.withLock { $0.milliseconds += seconds * 1_000 }
    }
}

/// The clock of a test; its alarm never rings.
struct StillAlarm: Alarm {
    let clock: HostClock

    var now: Moment { clock.now }

    func set(_ moment: Moment?, _ ring: @escaping @Sendable (AlarmReason) async -> Void) {}
}

/// A folder that is gone after the test.
final class TestFolder: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/commline-api-XXXXXX".utf8CString)
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

/// Stores runs as the dispatcher does and carries none out.
final class RecordedRuns: RunService {
    private let store: Store
    private let state = Mutex<(orders: [RunOrder], cancelled: [UUID])>(([], []))

    init(store: Store) {
        self.store = store
    }

    var orders: [RunOrder] { state.withLock { $0.orders } }
    var cancelled: [UUID] { state.withLock { $0.cancelled } }
    var load: DispatchLoad { DispatchLoad(runs: orders.count, waiting: 0, running: 0) }

    func start(_ order: RunOrder) async throws(DispatchError) -> Run {
        state.withLock { $0.orders.append(order) }
        let run = Run(
            id: store.newID(), project: order.project, job: order.job,
            name: order.name.isEmpty ? "test" : order.name, initiator: order.initiator,
            user: order.user, priority: order.priority, context: order.context,
            created: store.now, occurrence: order.occurrence)
        let store = store
        do throws(StoreError) {
            return try await store.write { (transaction) throws(StoreError) in
                var tasks: [RunTask] = []
                for id in order.devices {
                    let device = try transaction.device(id)
                    tasks.append(
                        RunTask(
                            id: transaction.newID(), run: run.id, project: run.project,
                            device: id, serialNumber: device.serialNumber,
                            deviceType: device.type,
                            items: [
                                TaskItem(
                                    number: 0, kind: .archive, symbol: "CURRENT", quantity: "A+",
                                    tags: ["TOTAL"]
                                ).json
                            ]))
                }
                try transaction.insert(run, tasks: tasks)
                return try transaction.run(run.id)
            }
        } catch {
            throw .store(error)
        }
    }

    func cancel(
        run: UUID, project: UUID, as result: ExecutionResult
    ) async throws(DispatchError) {
        let isFirst = state.withLock { state in
            guard !state.cancelled.contains(run) else { return false }
            state.cancelled.append(run)
            return true
        }
        guard isFirst else { throw .alreadyDone }
    }
}

extension TestHost {
    /// The attributes of a device as they are stored, secrets included.
    func stored(device id: String) async throws -> String {
        let id = try #require(UUID(id))
        return try await store.read { (s) throws(StoreError) in
            try s.device(id).attributes?.text ?? ""
        }
    }

    /// The settings of a protocol as they are stored, secrets included.
    func stored(protocol id: String) async throws -> String {
        let id = try #require(UUID(id))
        return try await store.read { (s) throws(StoreError) in
            try s.protocolProfile(id).settings.text
        }
    }
}

extension Reply {
    /// Holds every answer of every test against what the OpenAPI document says of its route.
    fileprivate func expectWhatIsDescribed(of request: HTTPRequest) {
        let path = request.head.path.split(separator: "/")
        let endpoint = API.endpoints.first { endpoint in
            endpoint.method == request.method && endpoint.pattern.matches(path)
        }
        guard let endpoint else { return }
        let id = endpoint.form.id
        guard let outcome = endpoint.form.answers.first(where: { $0.status == status }) else {
            #expect(endpoint.problemStatuses.contains(status), "\(id) answers \(status)")
            #expect(headers["content-type"] == "application/problem+json", "\(id)")
            return
        }
        let type = headers["content-type"]?.split(separator: ";").first.map(String.init)
        let content = outcome.contents.first { $0.mediaType == type }
        #expect(outcome.contents.isEmpty == bytes.isEmpty, "\(id)")
        #expect(outcome.contents.isEmpty || content != nil, "\(id) answers \(type ?? "nothing")")
        if let content, type == "application/json" {
            let issues = content.shape.issues(in: json, as: .output)
            #expect(issues.isEmpty, "\(id): \(issues)")
        }
    }
}

extension PathPattern {
    /// Whether a path is one of the pattern; literal segments of other patterns go first in the table.
    fileprivate func matches(_ path: [Substring]) -> Bool {
        guard segments.count == path.count else { return false }
        return zip(segments, path).allSatisfy { segment, part in
            switch segment {
            case .literal(let text): text == part
            case .parameter: true
            }
        }
    }
}
