import JSON
import Reactor

/// What to simulate, and where.
package struct SimulationPlan: Sendable {
    /// How the devices are reached.
    package enum Layout: Hashable, Sendable {
        /// Each device has a port of its own, counting up from the first one.
        case portEach
        /// All devices stand behind one port, as on a bus; the plugin tells them apart by their addresses.
        case bus
    }

    package var plugin: Plugin
    /// The types of the devices, in turn; one or more.
    package var deviceTypes: [String]
    package var count: Int
    package var layout: Layout
    /// A numeric address.
    package var host: String
    /// The first port; with 0 the system chooses every port.
    package var port: UInt16
    /// How long every answer waits before it leaves.
    package var delay: Duration
    /// Which devices are sick.
    package var fleet = SickFleet()
    /// The first device's serial number, digits; the others count up from it, as wide as it is.
    package var firstSerialNumber: String
    /// The same seed makes the same devices.
    package var seed: UInt64
    /// The plugin's own options.
    package var options: JSONObject
    package var timeZoneName: String
    package var timeZoneOffsets: [(from: Int64, minutes: Int)]

    package init(
        plugin: Plugin, deviceTypes: [String], count: Int = 1, layout: Layout = .portEach,
        host: String = "127.0.0.1", port: UInt16 = 0, delay: Duration = .zero,
        firstSerialNumber: String = "000000000010001", seed: UInt64 = 1,
        options: JSONObject = [:], timeZoneName: String = "UTC+03:00",
        timeZoneOffsets: [(from: Int64, minutes: Int)] = [(from: 0, minutes: 180)]
    ) {
        self.plugin = plugin
        self.deviceTypes = deviceTypes
        self.count = count
        self.layout = layout
        self.host = host
        self.port = port
        self.delay = delay
        self.firstSerialNumber = firstSerialNumber
        self.seed = seed
        self.options = options
        self.timeZoneName = timeZoneName
        self.timeZoneOffsets = timeZoneOffsets
    }

    /// Most devices of one simulation.
    package static let mostDevices = 10_000

    /// What is wrong with the plan, or nil.
    var problem: String? {
        if !plugin.hasSimulator { return "the plugin \(plugin.id) has no simulator" }
        if deviceTypes.isEmpty { return "no device type is named" }
        if !(1...Self.mostDevices).contains(count) {
            return "\(count) devices are not possible: 1 to \(Self.mostDevices)"
        }
        if layout == .portEach, port != 0, Int(port) + count - 1 > 65_535 {
            return "\(count) devices from port \(port) on need ports above 65535"
        }
        if let problem = fleet.problem { return problem }
        if layout == .bus, fleet != SickFleet() {
            return "devices on a bus cannot be sick: they share their connection"
        }
        if SocketAddress(host, port: port) == nil { return "\(host) is no numeric address" }
        let isNumber = firstSerialNumber.utf8.allSatisfy { (0x30...0x39).contains($0) }
        if !isNumber || UInt64(firstSerialNumber) == nil {
            return "the serial number \(firstSerialNumber) is not 1 to 19 digits"
        }
        return nil
    }

    func deviceType(_ index: Int) -> String { deviceTypes[index % deviceTypes.count] }

    /// The serial number of a device: deterministic, as wide as the first one.
    func serialNumber(_ index: Int) -> String {
        let first = UInt64(firstSerialNumber) ?? 0
        let digits = String(first &+ UInt64(index))
        let padding = max(0, firstSerialNumber.utf8.count - digits.utf8.count)
        return String(repeating: "0", count: padding) + digits
    }

    /// The request of a device's session; behind a bus the first one answers for all.
    func request(_ index: Int) -> JSONObject {
        [
            "type": .string(deviceType(index)), "serialNumber": .string(serialNumber(index)),
            "index": JSONValue(index), "count": JSONValue(count), "seed": JSONValue(seed),
            "options": .object(options),
            "timeZone": [
                "name": .string(timeZoneName),
                "offsets": JSONValue(
                    timeZoneOffsets.map { [JSONValue($0.from), JSONValue($0.minutes)] }),
            ],
        ]
    }
}

/// Why a simulation cannot begin.
package struct SimulationError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String
}
