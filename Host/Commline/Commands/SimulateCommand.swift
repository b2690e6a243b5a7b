import Manifests
import JSON
import Log
import Plugins
import Reactor

/// `commline simulate`: devices that answer, for trying and for benchmarks.
enum SimulateCommand {
    static let spec = CommandSpec(
        name: "simulate", summary: "Serves simulated devices of a plugin on TCP ports.",
        discussion: """
            Every plugin brings simulated devices that speak the same protocol from the same tables \
            as its driver. Device number i has the port P+i; with --bus all of them stand behind \
            one port and are told apart by their addresses, as on an RS-485 line. Serves until \
            interrupted.

            examples:
              commline simulate dlms --count 4 --port 4059
              commline simulate dlms --type DT_CE207 --count 1000 --port 20000 --delay 200
            """,
        positionals: [PositionalSpec(name: "plugin", help: "The plugin's id, as dlms.")],
        options: [
            .value("--count", "N", "How many devices, 1 to 10000. Default: 1."),
            .value("--port", "P", "The first port. Default: the system chooses."),
            .value("--host", "ADDRESS", "Where to listen. Default: 127.0.0.1."),
            .value("--delay", "MS", "How long each answer waits, in milliseconds. Default: 0."),
            .value(
                "--type", "SYMBOL",
                "The device type, as DT_CE307; several, separated by commas, take turns. "
                    + "Default: all types of the plugin in turn."),
            .value("--serial", "DIGITS", "The first serial number; the others count up from it."),
            .value("--seed", "N", "The same seed makes the same devices. Default: 1."),
            .value(
                "--option", "NAME=VALUE",
                "An option of the plugin's simulator, JSON or text; may be given several times."),
            .value("--silent", "PERCENT", "Devices that never answer. Default: 0."),
            .value(
                "--resetting", "PERCENT",
                "Devices that reset their connections in the middle of an exchange. Default: 0."),
            .value("--late", "PERCENT", "Devices whose answers come too late. Default: 0."),
            .value(
                "--late-by", "MS",
                "How much later they come, in milliseconds. Default: 10000."),
            .switch("--bus", "Puts all devices behind one port."),
            .switch("--json", "Prints each device as a line of JSON."),
        ] + PluginPlaces.options, run: run)

    private static func run(_ arguments: ParsedArguments) async throws -> ExitCode {
        Log.level = .warning
        let id = arguments.positionals[0]
        let plugins = try PluginPlaces(arguments).load(only: id)
        guard let manifest = plugins.catalogue.manifest(id) else {
            let known = plugins.catalogue.manifests.map(\.id).joined(separator: ", ")
            throw CommandFailure("there is no plugin \"\(id)\"; known are: \(known)", .usage)
        }
        guard let plugin = plugins.plugin(id) else {
            throw CommandFailure(
                plugins.refusal(of: id)?.description ?? "the plugin \(id) could not be loaded")
        }
        _ = try? DescriptorLimit.raise()  // a low limit shows where ports run out
        let plan = try plan(arguments, plugin, manifest)
        let group = try await ReactorGroup(name: "simulator")
        let devices: SimulatedDevices
        do throws(SimulationError) {
            devices = try await SimulatedDevices.start(plan, on: group.reactors)
        } catch {
            await group.stop()
            throw CommandFailure(error.description, .usage)
        }
        announce(devices, asJSON: arguments.has("--json"))
        await Interruption.wait(on: group.reactors[0])
        await devices.stop()
        await group.stop()
        return .success
    }

    private static func plan(
        _ arguments: ParsedArguments, _ plugin: Plugin, _ manifest: Manifest
    ) throws -> SimulationPlan {
        let known = manifest.deviceTypes.map(\.symbol)
        let types = arguments.value("--type").map { $0.split(separator: ",").map(String.init) }
        for type in types ?? [] where !known.contains(type) {
            throw ArgumentError.badValue(
                option: "--type", given: type,
                expected: "one of " + known.joined(separator: ", "))
        }
        var plan = SimulationPlan(plugin: plugin, deviceTypes: types ?? known)
        plan.count = try arguments.integer(
            "--count", in: 1...SimulationPlan.mostDevices, default: 1)
        plan.port = UInt16(try arguments.integer("--port", in: 0...65_535, default: 0))
        plan.delay = .milliseconds(try arguments.integer("--delay", in: 0...600_000, default: 0))
        plan.seed = UInt64(try arguments.integer("--seed", in: 0...Int(Int32.max), default: 1))
        plan.fleet.silent = try arguments.integer("--silent", in: 0...100, default: 0)
        plan.fleet.resetting = try arguments.integer("--resetting", in: 0...100, default: 0)
        plan.fleet.late = try arguments.integer("--late", in: 0...100, default: 0)
        plan.fleet.lateness = .milliseconds(
            try arguments.integer("--late-by", in: 0...600_000, default: 10_000))
        plan.layout = arguments.has("--bus") ? .bus : .portEach
        if let host = arguments.value("--host") { plan.host = host }
        if let serial = arguments.value("--serial") { plan.firstSerialNumber = serial }
        for option in arguments.allValues("--option") {
            let parts = option.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else {
                throw ArgumentError.badValue(
                    option: "--option", given: option, expected: "NAME=VALUE")
            }
            let text = String(parts[1])
            plan.options[String(parts[0])] = (try? JSONValue(parsing: text)) ?? .string(text)
        }
        return plan
    }

    private static func announce(_ devices: SimulatedDevices, asJSON: Bool) {
        if asJSON {
            for device in devices.devices {
                let line: JSONValue = [
                    "index": JSONValue(device.index), "type": .string(device.type),
                    "serialNumber": .string(device.serialNumber), "host": .string(device.host),
                    "port": JSONValue(device.port), "ailment": .string(device.ailment.rawValue),
                ]
                Terminal.write(line.text() + "\n")
            }
            Terminal.write("{\"ready\":true}\n")
            return
        }
        var table = TextTable([
            ("serial number", .left), ("type", .left), ("address", .left),
        ])
        for device in devices.devices.prefix(20) {
            table.append([device.serialNumber, device.type, "\(device.host):\(device.port)"])
        }
        Terminal.write(table.text)
        let rest = devices.devices.count - 20
        if rest > 0 { Terminal.write("… and \(rest) more\n") }
        Terminal.write("\(devices.devices.count) simulated devices are ready; Ctrl-C ends them\n")
    }
}
