import API
import Access
import Dispatching
import HTTP
import Jobs
import Log
import Plugins
import Reactor
import Store

/// What the host is started with.
struct HostOptions {
    var data: String
    var listen: SocketAddress
    /// Sessions with devices at once.
    var sessions: Int
    /// Event loops for sessions; 0 for one per core.
    var reactors: Int
    var places: PluginPlaces
    /// Plugins that may run in the host's own process; `*` is all.
    var inline: Set<String> = []
}

/// A host that serves: its parts in the order in which they were started.
final class RunningHost: Sendable {
    /// Where the API listens.
    let address: SocketAddress
    /// The event loop of the API, which also hears signals.
    let frontReactor: Reactor
    private let store: Store
    private let dispatcher: Dispatcher
    private let jobs: JobScheduler
    private let server: HTTPServer
    private let sessions: ReactorGroup
    private let plugins: PluginHost
    private let work: Work
    private let upkeep: Upkeep
    private static let log = Log("host")

    private init(
        address: SocketAddress, frontReactor: Reactor, store: Store, dispatcher: Dispatcher,
        jobs: JobScheduler, server: HTTPServer, sessions: ReactorGroup, plugins: PluginHost,
        work: Work, upkeep: Upkeep
    ) {
        self.address = address
        self.frontReactor = frontReactor
        self.store = store
        self.dispatcher = dispatcher
        self.jobs = jobs
        self.server = server
        self.sessions = sessions
        self.plugins = plugins
        self.work = work
        self.upkeep = upkeep
    }

    /// Starts a host; what is wrong is said before anything is served.
    static func start(_ options: HostOptions) async throws -> RunningHost {
        let limit = try DescriptorLimit.raise()
        if limit.soft < UInt64(options.sessions) + 256 {
            log.warning(
                "the limit of open files is lower than the sessions need; raise it (ulimit -n)",
                ["limit": "\(limit.soft)", "sessions": "\(options.sessions)"])
        }
        let store: Store
        do throws(StoreError) {
            store = try await Store.open(StoreConfiguration(path: options.data))
        } catch {
            throw CommandFailure("--data \(options.data): \(error)")
        }
        do {
            return try await start(options, on: store)
        } catch {
            await store.close()
            throw error
        }
    }

    private static func start(_ options: HostOptions, on store: Store) async throws -> RunningHost {
        let front = try Reactor.start(name: "http")
        let sessions = try await ReactorGroup(
            name: "session", count: options.reactors == 0 ? nil : options.reactors)
        let work = try Work(name: "work", threads: max(2, ProcessFacts.usableCores))
        let plugins = PluginHost(
            options.places.hostOptions(inline: options.inline), on: sessions.reactors[0])
        await plugins.load()
        let gate = Gate(store: store, hasher: try PasswordHasher(work: work))
        try await gate.prepare()
        let launcher = PluginLauncher(
            store: store, plugins: { plugins.current }, reactors: sessions,
            resolver: Resolver(work: work))
        let dispatcher = Dispatcher(
            store: store, launcher: launcher, offer: plugins, timers: sessions.reactors[0],
            limit: options.sessions)
        let jobs = JobScheduler(
            store: store, runs: dispatcher, alarm: try await SystemAlarm(on: front))
        let api = try API(
            store: store, gate: gate, dispatcher: dispatcher, jobs: jobs, version: Main.version,
            plugins: plugins)
        let server = HTTPServer(api.service, work: work)
        if !options.inline.isEmpty { watch(plugins, on: front) }
        let address: SocketAddress
        do throws(SystemError) {
            address = try await server.listen(at: options.listen, on: front)
        } catch {
            throw CommandFailure("--listen \(options.listen): \(error)")
        }
        let resumed = try await dispatcher.recover()
        if resumed > 0 {
            log.info("goes on with runs that were interrupted", ["runs": "\(resumed)"])
        }
        // What was interrupted goes on first: a schedule that is due cancels it, and waits for its end.
        try await jobs.start()
        let upkeep = Upkeep(of: store, on: front)
        await upkeep.start()
        return RunningHost(
            address: address, frontReactor: front, store: store, dispatcher: dispatcher,
            jobs: jobs, server: server, sessions: sessions, plugins: plugins, work: work,
            upkeep: upkeep)
    }

    /// Looks once a second after plugins that run in the host's own threads.
    private static func watch(_ plugins: PluginHost, on reactor: Reactor) {
        reactor.execute {
            reactor.schedule(after: .seconds(1)) {
                plugins.lookAfterInline()
                watch(plugins, on: reactor)
            }
        }
    }

    /// Stops in an order that loses nothing: no new requests, goodbyes to devices, then the store.
    func stop() async {
        Self.log.info("stopping")
        await upkeep.stop()
        await server.stop(within: .seconds(5))
        await jobs.stop()
        await dispatcher.stop()
        await plugins.stop()
        await sessions.stop()
        await store.close()
        await work.stop()
        await frontReactor.stop()
        Self.log.info("stopped")
    }
}
