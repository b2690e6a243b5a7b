import JSON
import Manifests
import Plugins
import Reactor
import Store
import Synchronization
import Values

/// Says what sessions over commlines must hold, and remembers what it read of their settings.
final class ClaimBook: Sendable {
    /// What the settings of a channel say; of an older revision it is read again.
    private struct Place {
        var revision: Int64
        var host: String?
        var port: UInt16 = 0
        var limit: Int = 0
        /// Where the channel is no endpoint of the network.
        var name = ""
    }

    private struct Bus {
        var revision: Int64
        var address: String?
    }

    private struct State {
        var places: [UUID: Place] = [:]
        var buses: [UUID: Bus] = [:]
        /// Addresses of host names, each with the time until which it is believed.
        var addresses: [String: (text: String, until: UInt64)] = [:]
    }

    private let state = Mutex(State())
    private let resolver: Resolver
    private let pluginLimits: [String: Int]
    /// Entries of each kind; with more, the book begins anew.
    private static let capacity = 200_000
    /// How long the address of a name is believed, in nanoseconds.
    private static let belief: UInt64 = 60_000_000_000

    init(resolver: Resolver, pluginLimits: [String: Int]) {
        self.resolver = resolver
        self.pluginLimits = pluginLimits
    }

    /// Names what the lines of devices must hold.
    ///
    /// Names of hosts are resolved first: two names of one terminal server are one endpoint.
    func lines(of targets: [DispatchTarget], plugins: PluginSet) async -> [[TaskLine]] {
        var names: Set<String> = []
        for target in targets {
            for line in target.lines {
                if let host = place(of: line.channel, plugins).host { names.insert(host) }
            }
        }
        var addresses: [String: String] = [:]
        for name in names { addresses[name] = await address(of: name) }
        return targets.map { target in
            target.lines.map { line in
                TaskLine(
                    id: line.commline.id,
                    claim: claim(of: line, target.device, plugins, addresses),
                    attempts: line.commline.attempts)
            }
        }
    }

    private func claim(
        of line: LinePlan, _ device: Device, _ plugins: PluginSet, _ addresses: [String: String]
    ) -> Claim {
        let place = place(of: line.channel, plugins)
        let name =
            place.host.map { "\(addresses[$0] ?? $0):\(place.port)" } ?? place.name
        var gates: [SessionGate] = []
        if place.limit > 0 {
            gates.append(SessionGate(name: "channel:\(line.channel.id)", limit: place.limit))
        }
        if !pluginLimits.isEmpty,
            let driver = plugins.catalogue.driver(
                deviceLib: line.commline.deviceLib, protocolMap: line.commline.protocolMap,
                deviceType: device.type), let limit = pluginLimits[driver.plugin]
        {
            gates.append(SessionGate(name: "plugin:\(driver.plugin)", limit: limit))
        }
        return Claim(
            line: name, bus: bus(of: line, device, plugins),
            isExclusive: line.channel.isExclusive, gates: gates)
    }

    private func place(of channel: Channel, _ plugins: PluginSet) -> Place {
        if let known = state.withLock({ $0.places[channel.id] }), known.revision == channel.revision
        {
            return known
        }
        let settings = channel.settings.object
        let complete =
            plugins.catalogue.checkChannel(type: channel.type, settings)?.complete ?? settings
        var place = Place(revision: channel.revision)
        switch ChannelEndpoint(type: channel.type, settings: complete) {
        case .tcp(let endpoint)?:
            place.host = endpoint.host.lowercased()
            place.port = endpoint.port
        case nil: place.name = "channel:\(channel.id)"
        }
        place.limit = BuiltInChannels.sessionLimit(in: complete)
        state.withLock { state in
            if state.places.count >= Self.capacity { state.places = [:] }
            state.places[channel.id] = place
        }
        return place
    }

    /// The address of a device on its line: the commline's, or the setting that the manifest marks
    /// with `x-bus-address`, or the serial number, from which drivers derive it.
    private func bus(of line: LinePlan, _ device: Device, _ plugins: PluginSet) -> String {
        if !line.commline.address.isEmpty { return line.commline.address }
        let profile = line.profile
        let known = state.withLock { $0.buses[profile.id] }
        if let known, known.revision == profile.revision {
            return known.address ?? "serial:\(device.serialNumber)"
        }
        var address: String?
        let settings = profile.settings.object
        for setting in plugins.catalogue.protocolTypes[profile.type]?.settings.settings ?? []
        where setting.schema["x-bus-address"]?.bool == true && address == nil {
            switch settings[setting.name] {
            case .string(let text)? where !text.isEmpty: address = text
            case .number(let number)?: address = number.text
            default: break
            }
        }
        let bus = Bus(revision: profile.revision, address: address)
        state.withLock { state in
            if state.buses.count >= Self.capacity { state.buses = [:] }
            state.buses[profile.id] = bus
        }
        return address ?? "serial:\(device.serialNumber)"
    }

    /// The address of a host; the name itself where it cannot be found now.
    private func address(of host: String) async -> String {
        let now = SystemClock.monotonicNanoseconds
        if let known = state.withLock({ $0.addresses[host] }), known.until > now {
            return known.text
        }
        let text: String
        do throws(Resolver.Failure) {
            // The least of them, because their order changes from one answer to the next.
            text = try await resolver.resolve(host, port: 0).map(\.host).min() ?? host
        } catch {
            return host
        }
        state.withLock { state in
            if state.addresses.count >= Self.capacity { state.addresses = [:] }
            state.addresses[host] = (text, now &+ Self.belief)
        }
        return text
    }

    /// How much later than its interval's end a channel may deliver a value.
    static func deliveryDelay(of channel: Channel) -> Duration {
        BuiltInChannels.deliveryDelay(in: channel.settings.object)
    }
}

extension SettingsText {
    /// The settings; what is stored was checked when it was saved, and an empty object fails its schema again.
    var object: JSONObject { (try? JSONValue(parsing: text))?.object ?? [:] }
}
