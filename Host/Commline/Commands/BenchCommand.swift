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
            at once. Bare packets between two processes, which are the limit, take turns with them. \
            Prints the medians as JSON.
            """,
        options: [
            .value("--plugin", "ID", "The driver. Default: echo."),
            .value(
                "--events", "N",
                "Events of each pipelined measurement, a tenth of it one by one. Default: 200000."),
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
        var isolated: [PluginHost] = []
        func load(inline: Set<String>) async throws -> Plugin {
            let host = PluginHost(places.hostOptions(inline: inline), on: reactor)
            await host.load()
            isolated.append(host)
            guard let plugin = host.current.plugin(id) else {
                throw CommandFailure(
                    host.current.refusal(of: id)?.description ?? "there is no plugin \(id)")
            }
            // Once to warm up.
            _ = await EventBench.run(plugin, sessions: 1, events: 1000, size: size, on: reactor)
            return plugin
        }
        let inline = try await load(inline: [id])
        let worker = try await load(inline: [])
        // What is compared takes turns, in short rounds: what waking a process costs changes from one second
        // to the next, most of all on a virtual machine.
        var measured: [String: [EventBench.Result]] = [:]
        for _ in 0..<rounds {
            let one = max(events / rounds / 10, 100)
            let many = max(events / rounds, 1000)
            let results: [(String, EventBench.Result?)] = [
                (
                    "packets",
                    await PacketBench.run(packets: one, size: size, inFlight: 1, on: reactor)
                ),
                (
                    "worker",
                    await EventBench.run(worker, sessions: 1, events: one, size: size, on: reactor)
                ),
                (
                    "packetsPipelined",
                    await PacketBench.run(packets: many, size: size, inFlight: 64, on: reactor)
                ),
                (
                    "workerPipelined",
                    await EventBench.run(
                        worker, sessions: sessions, events: many, size: size, on: reactor)
                ),
                (
                    "inline",
                    await EventBench.run(inline, sessions: 1, events: many, size: size, on: reactor)
                ),
                (
                    "inlinePipelined",
                    await EventBench.run(
                        inline, sessions: sessions, events: many, size: size, on: reactor)
                ),
            ]
            for (name, result) in results {
                guard let result else { throw CommandFailure("\(name): the sessions were lost") }
                measured[name, default: []].append(result)
            }
        }
        var answer: JSONObject = ["events": JSONValue(events), "bytes": JSONValue(size)]
        for (name, results) in measured.sorted(by: { $0.key < $1.key }) {
            let median = results.sorted { $0.microsecondsEach < $1.microsecondsEach }[
                results.count / 2]
            answer[name] = [
                "eventsPerSecond": JSONValue(Int(median.eventsPerSecond)),
                "microseconds": JSONNumber(rounded(median.microsecondsEach)).map(JSONValue.number)
                    ?? .null,
            ]
        }
        for host in isolated { await host.stop() }
        await reactor.stop()
        Terminal.write(JSONValue.object(answer).text() + "\n")
        return .success
    }

    /// How often each measurement takes its turn; the median counts.
    private static let rounds = 11

    private static func rounded(_ number: Double) -> String {
        let thousandths = Int((number * 1000).rounded())
        let fraction = String(1000 + thousandths % 1000).dropFirst()
        return "\(thousandths / 1000).\(fraction)"
    }
}
