import JSON
import Plugins
import Reactor

/// `commline bench isolation`: what a process of its own costs a driver.
enum BenchCommand {
    static let spec = CommandSpec(
        name: "bench isolation",
        summary: "Measures events per second into a driver, inline and through a worker process.",
        discussion: """
            Opens sessions of a driver that answers every RECEIVED with one send (Tests/Bench/echo), \
            and feeds them without any channel: one session whose events wait for each other, and many \
            at once. In the same run it measures bare packets between two processes, which is the limit. \
            Prints JSON.
            """,
        options: [
            .value("--plugin", "ID", "The driver. Default: echo."),
            .value("--events", "N", "Events of each measurement. Default: 200000."),
            .value("--size", "BYTES", "Bytes of an event. Default: 512."),
            .value("--sessions", "N", "Sessions at once. Default: 500."),
        ] + PluginPlaces.options, run: run)

    private static func run(_ arguments: ParsedArguments) async throws -> ExitCode {
        let id = arguments.value("--plugin") ?? "echo"
        let events = try arguments.integer("--events", in: 1000...100_000_000, default: 200_000)
        let size = try arguments.integer("--size", in: 1...60_000, default: 512)
        let sessions = try arguments.integer("--sessions", in: 1...1000, default: 500)
        let places = try PluginPlaces(arguments)
        let reactor = try Reactor.start(name: "bench")
        var answer: JSONObject = ["events": JSONValue(events), "bytes": JSONValue(size)]
        func note(_ name: String, _ result: EventBench.Result?) throws {
            guard let result else { throw CommandFailure("\(name): the sessions were lost") }
            answer[name] = [
                "eventsPerSecond": JSONValue(Int(result.eventsPerSecond)),
                "microseconds": JSONNumber(rounded(result.microsecondsEach)).map(JSONValue.number)
                    ?? .null,
            ]
        }
        for (name, inFlight) in [("packets", 1), ("packetsPipelined", 64)] {
            try note(
                name,
                await PacketBench.run(packets: events, size: size, inFlight: inFlight, on: reactor))
        }
        for (place, inline) in [("inline", Set([id])), ("worker", [])] {
            let host = PluginHost(places.hostOptions(inline: inline), on: reactor)
            await host.load()
            guard let plugin = host.current.plugin(id) else {
                throw CommandFailure(
                    host.current.refusal(of: id)?.description ?? "there is no plugin \(id)")
            }
            // Once to warm up.
            _ = await EventBench.run(plugin, sessions: 1, events: 1000, size: size, on: reactor)
            try note(
                place,
                await EventBench.run(plugin, sessions: 1, events: events, size: size, on: reactor))
            try note(
                place + "Pipelined",
                await EventBench.run(
                    plugin, sessions: sessions, events: events, size: size, on: reactor))
            await host.stop()
        }
        await reactor.stop()
        Terminal.write(JSONValue.object(answer).text() + "\n")
        return .success
    }

    private static func rounded(_ number: Double) -> String {
        let thousandths = Int((number * 1000).rounded())
        let fraction = String(1000 + thousandths % 1000).dropFirst()
        return "\(thousandths / 1000).\(fraction)"
    }
}
