import Check
import Dispatching
import JSON
import Manifests
import Plugins
import Reactor
import Values

/// Makes the plan of a session of a command line and a manifest, as a host makes it of its database.
struct TryRequest {
    private let arguments: ParsedArguments
    private let manifest: Manifest
    private let type: DeviceType
    private let map: DeviceType.ProtocolMap
    private let zone: TimeZoneRules
    private let now = TimeStamp.now.wallMilliseconds

    /// Chooses the device type and the way to talk to it.
    init(_ arguments: ParsedArguments, _ manifest: Manifest) throws {
        self.arguments = arguments
        self.manifest = manifest
        type = try Self.chosen("--type", arguments, manifest.deviceTypes, \.symbol)
        map = try Self.chosen("--map", arguments, type.protocolMaps, \.symbol)
        guard let name = arguments.value("--zone") else {
            zone = TimeZones.host
            return
        }
        guard let zone = TimeZones.find(name) else {
            throw ArgumentError.badValue(
                option: "--zone", given: name, expected: "a time zone, as +03:00 or Europe/Moscow")
        }
        self.zone = zone
    }

    /// The one that is named, or the only one that there is.
    private static func chosen<Choice>(
        _ option: String, _ arguments: ParsedArguments, _ choices: [Choice],
        _ symbol: (Choice) -> String
    ) throws(CommandFailure) -> Choice {
        let known = choices.map(symbol).joined(separator: ", ")
        guard let name = arguments.value(option) else {
            guard let first = choices.first, choices.count == 1 else {
                throw CommandFailure("name one with \(option): \(known)", .usage)
            }
            return first
        }
        guard let found = choices.first(where: { symbol($0) == name }) else {
            throw CommandFailure("\(option) \(name): the manifest has \(known)", .usage)
        }
        return found
    }

    /// The next numbers of counters, by name.
    static func counters(
        _ arguments: ParsedArguments
    ) throws(ArgumentError) -> [String: UInt64] {
        var counters: [String: UInt64] = [:]
        for (name, text) in try pairs("--counter", arguments) {
            guard let first = UInt64(text) else {
                throw .badValue(option: "--counter", given: text, expected: "a whole number")
            }
            counters[name] = first
        }
        return counters
    }

    /// The values of an option `NAME=VALUE`.
    static func pairs(
        _ option: String, _ arguments: ParsedArguments
    ) throws(ArgumentError) -> [(name: String, value: String)] {
        var pairs: [(name: String, value: String)] = []
        for text in arguments.allValues(option) {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                // Not repeated: it may hold a password.
                throw .badValue(option: option, given: "…", expected: "NAME=VALUE")
            }
            pairs.append((String(parts[0]), String(parts[1])))
        }
        return pairs
    }

    // MARK: The plan

    /// The plan of the session.
    func plan() throws -> SessionPlan {
        let settings = try TrySettings(arguments, manifest, map.protocolType)
        guard
            let endpoint = ChannelEndpoint(type: BuiltInChannels.tcp, settings: settings.channel)
        else { throw CommandFailure("--connect names no place to connect to", .usage) }
        var attributes = JSONObject()
        for (name, value) in try Self.pairs("--attribute", arguments) {
            guard type.attributes.contains(name) else {
                let known = type.attributes.joined(separator: ", ")
                throw CommandFailure(
                    "--attribute \(name): \(type.symbol) reads \(known.isEmpty ? "none" : known)",
                    .usage)
            }
            attributes[name] = .string(value)
        }
        let serial = arguments.value("--serial") ?? ""
        let request = SessionRequest(
            device: SessionRequest.Device(
                uuid: UUID(high: 0x0191_b3c0_0000_7000, low: 0x8000_0000_0001_0001),
                serialNumber: serial, type: type.symbol, attributes: attributes,
                timeZoneName: zone.name, timeZoneOffsets: offsets),
            protocol: .init(type: map.protocolType, settings: settings.protocol),
            channel: .init(type: BuiltInChannels.tcp, settings: settings.channel),
            deviceLib: type.deviceLib, protocolMap: map.symbol,
            address: arguments.value("--address") ?? "", items: try items())
        return SessionPlan(
            label: serial.isEmpty ? type.symbol : serial, request: request.json,
            channel: endpoint, secrets: settings.secrets)
    }

    /// Four years back and one ahead, as a host tells them.
    private var offsets: [(from: Int64, minutes: Int)] {
        let year: Int64 = 366 * 86_400_000
        let start = now - 4 * year
        return [(from: start, minutes: zone.offset(atUTC: start))]
            + zone.transitions(from: start, to: now + year).map {
                (from: $0.milliseconds, minutes: $0.offsetAfter)
            }
    }

    // MARK: Items

    private func items() throws -> [SessionRequest.Item] {
        var items: [SessionRequest.Item] = []
        func add(
            _ kind: SessionRequest.ItemKind, quantity: String = "", period: Range<Int64>? = nil,
            parameters: JSONObject = [:]
        ) {
            items.append(
                SessionRequest.Item(
                    number: UInt32(items.count), kind: kind, quantity: quantity, period: period,
                    parameters: parameters))
        }
        let period = try period()
        let hasOthers = ["--state", "--journal", "--command"].contains {
            !arguments.allValues($0).isEmpty
        }
        var archives = arguments.allValues("--archive")
        if archives.isEmpty, !hasOthers { archives = ["CURRENT"] }
        for symbol in archives {
            let archive = try declared("--archive", symbol, type.archives, \.archive)
            for quantity in archive.quantities {
                // Only the values of this moment belong to no period.
                add(
                    .archive(symbol), quantity: quantity,
                    period: symbol == "CURRENT" ? nil : period)
            }
        }
        for symbol in arguments.allValues("--state") {
            let state = try declared("--state", symbol, type.states, \.archive)
            add(.state(state.archive))
        }
        for symbol in arguments.allValues("--journal") {
            add(.journal(try declared("--journal", symbol, type.journals, \.self)), period: period)
        }
        for (symbol, parameters) in try commands() {
            add(.command(symbol), parameters: parameters)
        }
        return items
    }

    private func declared<Choice>(
        _ option: String, _ symbol: String, _ choices: [Choice], _ name: (Choice) -> String
    ) throws(CommandFailure) -> Choice {
        if let found = choices.first(where: { name($0) == symbol }) { return found }
        let known = choices.map(name).joined(separator: ", ")
        throw CommandFailure(
            "\(option) \(symbol): the manifest's \(type.symbol) has "
                + (known.isEmpty ? "none" : known), .usage)
    }

    private func commands() throws -> [(String, JSONObject)] {
        let symbols = arguments.allValues("--command")
        let documents = arguments.allValues("--parameters")
        guard documents.count <= symbols.count else {
            throw CommandFailure("there are more --parameters than --command", .usage)
        }
        return try symbols.enumerated().map { place, symbol in
            let command = try declared("--command", symbol, type.commands, \.symbol)
            var given = JSONObject()
            if place < documents.count {
                guard let object = (try? JSONValue(parsing: documents[place]))?.object else {
                    throw ArgumentError.badValue(
                        option: "--parameters", given: documents[place],
                        expected: "a JSON object")
                }
                given = object
            }
            guard let schema = command.parameters else { return (symbol, given) }
            let checked = schema.check(given)
            if let violation = checked.violations.first {
                throw CommandFailure(
                    "the parameters of \(symbol): at \(violation.pointer): \(violation.message)",
                    .usage)
            }
            return (symbol, checked.complete)
        }
    }

    private func period() throws -> Range<Int64> {
        let to = try time("--to") ?? now
        let from = try time("--from") ?? to - 3 * 86_400_000
        guard from < to else {
            throw CommandFailure("--from has to be before --to", .usage)
        }
        return from..<to
    }

    private func time(_ option: String) throws(ArgumentError) -> Int64? {
        guard let text = arguments.value(option) else { return nil }
        guard let time = Timestamp(rfc3339: text) else {
            throw .badValue(
                option: option, given: text, expected: "a time, as 2026-05-01T00:00:00+03:00")
        }
        return time.milliseconds
    }
}
