import Glibc
import Plugins
import Reactor
import Store
import Testing
import Values

@testable import Dispatching

/// A host without devices: a real store in a folder of its own, and a scripted launcher.
struct DispatchBench {
    let store: Store
    let reactor: Reactor
    let launcher: ScriptedLauncher
    let dispatcher: Dispatcher
    let project: UUID
    let directory: String

    static func make(
        isExclusive: Bool = false, limit: Int = 100, gates: [SessionGate] = []
    ) async throws -> DispatchBench {
        var template = Array("/tmp/commline-dispatch-XXXXXX".utf8CString)
        let made = mkdtemp(&template)
        try #require(made != nil)
        let directory = String(
            decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let store = try await Store.open(StoreConfiguration(path: directory + "/data"))
        return try await make(
            store, directory, isExclusive: isExclusive, limit: limit, gates: gates)
    }

    /// The same data with a new host, as after a restart.
    func restarted() async throws -> DispatchBench {
        await store.close()
        await reactor.stop()
        let store = try await Store.open(StoreConfiguration(path: directory + "/data"))
        return try await Self.make(store, directory, isExclusive: false, limit: 100)
    }

    private static func make(
        _ store: Store, _ directory: String, isExclusive: Bool, limit: Int,
        gates: [SessionGate] = []
    ) async throws -> DispatchBench {
        let reactor = try Reactor.start(name: "test")
        let launcher = ScriptedLauncher(store: store, isExclusive: isExclusive, gates: gates)
        let project = try await store.read { (snapshot) throws(StoreError) in
            try snapshot.projects()
        }.first
        return DispatchBench(
            store: store, reactor: reactor, launcher: launcher,
            dispatcher: Dispatcher(
                store: store, launcher: launcher,
                offer: PluginSet(catalogue: Catalogue(), plugins: []),
                timers: reactor, limit: limit),
            project: try #require(project?.id), directory: directory)
    }

    /// Makes a device with some lines.
    func device(
        _ serial: String, lines: Int = 1, attempts: Int = 0, enabled: Bool = true,
        group: UUID? = nil, timeZone: String? = nil
    ) async throws -> Device {
        let now = store.now
        let device = Device(
            id: store.newID(), project: project, serialNumber: serial, type: "DT_CE307",
            enabled: enabled, group: group, timeZone: timeZone, added: now)
        let ids = (0..<lines).map { _ in (store.newID(), store.newID(), store.newID()) }
        try await store.write { [project] (transaction) throws(StoreError) in
            try transaction.insert(device)
            for (index, id) in ids.enumerated() {
                try transaction.insert(
                    Channel(
                        id: id.0, project: project, name: "\(serial)/\(index)",
                        type: "CHAN_TYPE_TCP", isExclusive: false, settings: SettingsText("{}"),
                        created: now))
                try transaction.insert(
                    ProtocolProfile(
                        id: id.1, project: project, name: "p\(serial)/\(index)",
                        type: "PROTO_DLMS", settings: SettingsText("{}"), created: now))
                try transaction.insert(
                    Commline(
                        id: id.2, project: project, device: device.id, channel: id.0,
                        profile: id.1, deviceLib: "DL_CE_307",
                        protocolMap: "PROTO_MAP_SPODES_CE307_V10", priority: -index,
                        attempts: attempts, created: now))
            }
        }
        return device
    }

    /// Makes many devices with a line each, on one channel, in one go.
    func devices(_ count: Int) async throws -> [Device] {
        let now = store.now
        let channel = Channel(
            id: store.newID(), project: project, name: "many", type: "CHAN_TYPE_TCP",
            isExclusive: false, settings: SettingsText("{}"), created: now)
        let profile = ProtocolProfile(
            id: store.newID(), project: project, name: "many", type: "PROTO_DLMS",
            settings: SettingsText("{}"), created: now)
        let devices = (0..<count).map { number in
            Device(
                id: store.newID(), project: project, serialNumber: "m\(number)",
                type: "DT_CE307", added: now)
        }
        try await store.write { [project, store] (transaction) throws(StoreError) in
            try transaction.insert(channel)
            try transaction.insert(profile)
            for device in devices {
                try transaction.insert(device)
                try transaction.insert(
                    Commline(
                        id: store.newID(), project: project, device: device.id,
                        channel: channel.id, profile: profile.id, deviceLib: "DL_CE_307",
                        protocolMap: "PROTO_MAP_SPODES_CE307_V10", attempts: 0, created: now))
            }
        }
        return devices
    }

    /// Waits until a run satisfies a condition.
    func until(_ run: UUID, _ isDone: (Run) -> Bool) async throws {
        let signals = store.changeSignals()
        if isDone(try await self.run(run)) { return }
        for await _ in signals where isDone(try await self.run(run)) { return }
    }

    /// An order for two quantities of the current readings.
    func order(
        _ devices: [Device], groups: [UUID] = [], retries: Int = 0, priority: Int = 500
    ) -> RunOrder {
        RunOrder(
            project: project, devices: devices.map(\.id), groups: groups,
            contents: [
                ContentLine(kind: .archive, symbol: "CURRENT", quantities: ["A+", "A-"])
            ], priority: priority, retries: retries)
    }

    /// Waits until a run is done.
    func done(_ run: UUID) async throws -> Run {
        let signals = store.changeSignals()
        if let row = try? await self.run(run), row.state == .done { return row }
        for await _ in signals {
            let row = try await self.run(run)
            if row.state == .done { return row }
        }
        return try await self.run(run)
    }

    func run(_ id: UUID) async throws -> Run {
        try await store.read { (snapshot) throws(StoreError) in try snapshot.run(id) }
    }

    func tasks(_ run: UUID) async throws -> [RunTask] {
        try await store.read { (snapshot) throws(StoreError) in
            try snapshot.tasks(ofRun: run, Query(limit: 1000)).items
        }
    }

    func end() async {
        await dispatcher.stop()
        await store.close()
        await reactor.stop()
    }
}
