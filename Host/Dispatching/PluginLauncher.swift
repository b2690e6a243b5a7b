import Manifests
import JSON
import Plugins
import Reactor
import Store
import Values

/// Holds sessions with the drivers of the loaded plugins.
package struct PluginLauncher: AttemptLauncher {
    private let store: Store
    private let current: @Sendable () -> PluginSet
    private var plugins: PluginSet { current() }
    private let reactors: ReactorGroup
    private let resolver: Resolver
    private let claims: ClaimBook

    /// Makes a launcher.
    ///
    /// - Parameters:
    ///   - store: Where sessions' records go.
    ///   - plugins: The drivers as they are now; asked anew for each session.
    ///   - reactors: Where sessions live, in turn.
    ///   - resolver: Finds the addresses of channels' names.
    ///   - pluginLimits: Sessions at once by plugin; a plugin that is not named has no bound of its own.
    package init(
        store: Store, plugins: @escaping @Sendable () -> PluginSet, reactors: ReactorGroup,
        resolver: Resolver, pluginLimits: [String: Int] = [:]
    ) {
        claims = ClaimBook(resolver: resolver, pluginLimits: pluginLimits)
        self.store = store
        current = plugins
        self.reactors = reactors
        self.resolver = resolver
    }

    package func lines(of targets: [DispatchTarget]) async -> [[TaskLine]] {
        await claims.lines(of: targets, plugins: plugins)
    }

    package func hold(_ plan: AttemptPlan, control: AttemptControl) async -> AttemptEnd {
        let prepared: (plugin: Plugin, session: SessionPlan)
        do throws(SetupFailure) {
            prepared = try await prepare(plan)
        } catch {
            return AttemptEnd(code: error.code, message: error.message)
        }
        let recorder = SessionRecorder(store: store, plan: plan)
        let session = DeviceSession(
            plugin: prepared.plugin, plan: prepared.session, on: reactors.next(),
            resolver: resolver, delegate: recorder)
        control.onCancel { session.cancel() }
        control.onYield { session.yield(grace: Self.yieldGrace) }
        session.start()
        return await recorder.ended()
    }

    /// How long a driver may take to come to a safe point.
    private static let yieldGrace = Duration.seconds(30)

    /// A driver that sets no deadline may not hold its endpoint for ever.
    private static let longestSession = Duration.seconds(3_600)

    // MARK: Preparing

    /// Why no session can be held at all.
    private struct SetupFailure: Error {
        var code: ErrorCode
        var message: StoredMessage

        init(_ code: ErrorCode, _ id: String, _ parameters: JSONValue = .null) {
            self.code = code
            message = StoredMessage(id: id, parameters: parameters)
        }
    }

    private func prepare(
        _ plan: AttemptPlan
    ) async throws(SetupFailure) -> (plugin: Plugin, session: SessionPlan) {
        // One set for the whole session: a reload in between must not mix two versions.
        let plugins = current()
        let line = plan.line.commline
        guard
            let entry = plugins.catalogue.driver(
                deviceLib: line.deviceLib, protocolMap: line.protocolMap,
                deviceType: plan.device.type),
            let plugin = plugins.plugin(entry.plugin)
        else {
            throw SetupFailure(
                .configuration, "host.task.no_driver",
                [
                    "deviceLib": .string(line.deviceLib), "protocolMap": .string(line.protocolMap),
                ])
        }
        let channel = try checked(
            plan.line.channel.settings, of: plan.line.channel.name
        ) { plugins.catalogue.checkChannel(type: plan.line.channel.type, $0) }
        let profile = try checked(plan.line.profile.settings, of: plan.line.profile.name) {
            plugins.catalogue.checkProtocol(
                type: plan.line.profile.type, $0, channelType: plan.line.channel.type,
                plugin: entry.plugin)
        }
        guard let endpoint = ChannelEndpoint(type: plan.line.channel.type, settings: channel)
        else {
            throw SetupFailure(
                .configuration, "host.task.settings",
                [
                    "of": .string(plan.line.channel.name),
                    "problem": .string("channel type \(plan.line.channel.type)"),
                ])
        }
        var request = SessionRequest(
            device: Self.describe(plan.device),
            protocol: .init(type: plan.line.profile.type, settings: profile),
            channel: .init(type: plan.line.channel.type, settings: channel),
            deviceLib: line.deviceLib, protocolMap: line.protocolMap, address: line.address,
            items: ItemParts(plan).requests)
        request.memory = try await memory(of: plan.device.id)
        request.checkpoint = plan.checkpoint
        var session = SessionPlan(
            label: plan.device.serialNumber, request: request.json, channel: endpoint)
        session.limits.longestSession = Self.longestSession
        let secrets = plugins.catalogue.protocolTypes[plan.line.profile.type]?.settings
        session.secrets = secrets?.secrets(in: profile) ?? []
        session.secrets +=
            plugins.catalogue.channelTypes[plan.line.channel.type]?.settings.secrets(in: channel)
            ?? []
        return (plugin, session)
    }

    private func memory(of device: UUID) async throws(SetupFailure) -> [String: [UInt8]] {
        do throws(StoreError) {
            return try await store.read { (snapshot) throws(StoreError) in
                try snapshot.memory(ofDevice: device)
            }
        } catch {
            throw SetupFailure(
                .store, "host.task.store", ["reason": .string("\(error)")])
        }
    }

    private func checked(
        _ text: SettingsText, of name: String, by check: (JSONObject) -> SettingsCheck?
    ) throws(SetupFailure) -> JSONObject {
        func refused(_ problem: String) -> SetupFailure {
            SetupFailure(
                .configuration, "host.task.settings",
                ["of": .string(name), "problem": .string(problem)])
        }
        guard let checked = check(text.object) else {
            throw refused("no plugin has this type")
        }
        if let violation = checked.violations.first {
            throw refused("\(violation.pointer) \(violation.message)")
        }
        return checked.complete
    }

    private static func describe(_ device: Device) -> SessionRequest.Device {
        let zone = TimeZones.zone(of: device)
        let now = Moment.now().milliseconds
        let year: Int64 = 366 * 86_400_000
        let start = now - 4 * year
        var offsets = [(from: start, minutes: zone.offset(atUTC: start))]
        for change in zone.transitions(from: start, to: now + year) {
            offsets.append((from: change.milliseconds, minutes: change.offsetAfter))
        }
        return SessionRequest.Device(
            uuid: device.id, serialNumber: device.serialNumber, type: device.type,
            attributes: device.attributes?.object ?? [:],
            timeZoneName: device.timeZone ?? "", timeZoneOffsets: offsets)
    }
}

extension PluginHost: DeviceOffer {
    package func quantities(of archive: String, deviceType: String) -> [String]? {
        current.quantities(of: archive, deviceType: deviceType)
    }

    package func has(_ kind: ContentLine.Kind, _ symbol: String, deviceType: String) -> Bool {
        current.has(kind, symbol, deviceType: deviceType)
    }
}

extension PluginSet: DeviceOffer {
    package func quantities(of archive: String, deviceType: String) -> [String]? {
        catalogue.deviceType(deviceType)?.type.archives.first { $0.archive == archive }?.quantities
    }

    package func has(_ kind: ContentLine.Kind, _ symbol: String, deviceType: String) -> Bool {
        guard let type = catalogue.deviceType(deviceType)?.type else { return false }
        switch kind {
        case .archive: return type.archives.contains { $0.archive == symbol }
        case .journal: return type.journals.contains(symbol)
        case .state: return type.states.contains { $0.archive == symbol }
        case .command: return type.commands.contains { $0.symbol == symbol }
        }
    }
}
