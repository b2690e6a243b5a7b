import JSON
import Reactor
import Store
import Values

/// `commline bench store`: how fast measurements get to the disk, how much room they take, and how fast
/// they come back.
enum BenchStoreCommand {
    static let spec = CommandSpec(
        name: "bench store",
        summary: "Measures durable measurements a second, bytes a row, and the time of a query.",
        discussion: """
            Many devices hand over a day each, as sessions do; each waits until its day is on disk. It \
            stops after the seconds or the rows, whichever is later with --rows and earlier without. Then \
            one month of one device is asked for again and again. Tests/Bench/store/raw_insert.c writes the \
            same rows straight from C. Prints JSON.
            """,
        options: [
            .value("--data", "DIR", "A new data directory for it; it is left behind."),
            .value("--seconds", "N", "How long to write. Default: 10."),
            .value("--rows", "N", "Write so many rows, however long it takes. Default: 0."),
            .value("--meters", "N", "Devices. Default: 5000."),
            .value("--quantities", "N", "Values a moment, 1 to 20. Default: 4."),
            .value(
                "--slots", "N",
                "Moments a day: 48 are half-hours, 1 is the end of day. Default: 48."),
            .value("--sessions", "N", "Sessions that hand over at once. Default: 500."),
            .value("--queries", "N", "Queries to measure. Default: 1000."),
        ], run: run)

    private static func run(_ arguments: ParsedArguments) async throws -> ExitCode {
        guard let data = arguments.value("--data") else {
            throw ArgumentError.missingArgument("--data", command: spec.name)
        }
        let readings = BenchReadings(
            meters: try arguments.integer("--meters", in: 1...200_000, default: 5_000),
            quantities: try arguments.integer("--quantities", in: 1...20, default: 4),
            slots: try arguments.integer("--slots", in: 1...48, default: 48))
        let seconds = try arguments.integer("--seconds", in: 1...86_400, default: 10)
        let rows = try arguments.integer("--rows", in: 0...2_000_000_000, default: 0)
        let sessions = try arguments.integer("--sessions", in: 1...20_000, default: 500)
        let queries = try arguments.integer("--queries", in: 0...1_000_000, default: 1_000)
        let store = try await Store.open(StoreConfiguration(path: data))
        let devices = try await devices(readings.meters, in: store)
        let bench = StoreBench(store: store, readings: readings, devices: devices)
        let written = try await bench.write(
            sessions: sessions, seconds: seconds, atLeast: rows)
        var answer: JSONObject = [
            "rows": JSONValue(written.rows), "seconds": decimal(written.seconds),
            "rowsPerSecond": JSONValue(Int(Double(written.rows) / written.seconds)),
            "days": JSONValue(written.days),
        ]
        if queries > 0 {
            let times = try await bench.query(queries, days: written.days)
            answer["queryRows"] = JSONValue(times.rows)
            answer["queryMilliseconds"] = [
                "median": decimal(times.percentile(50)), "p99": decimal(times.percentile(99)),
                "worst": decimal(times.percentile(100)),
            ]
        }
        await store.close()
        let bytes = try await bench.measurementBytes()
        answer["bytesPerRow"] = decimal(Double(bytes) / Double(max(1, written.rows)))
        Terminal.write(JSONValue.object(answer).text() + "\n")
        return .success
    }

    private static func devices(_ count: Int, in store: Store) async throws -> [Device] {
        let project = try await store.read { (snapshot) throws(StoreError) in
            guard let first = try snapshot.projects().first else { throw .notFound(.project) }
            return first.id
        }
        var devices: [Device] = []
        while devices.count < count {
            let part = (devices.count..<min(count, devices.count + 1_000)).map { number in
                Device(
                    id: store.newID(), project: project, serialNumber: "\(1_000_000 + number)",
                    type: "DT_CE307", added: store.now)
            }
            try await store.write { (transaction) throws(StoreError) in
                for device in part { try transaction.insert(device) }
            }
            devices += part
        }
        return devices
    }

    private static func decimal(_ number: Double) -> JSONValue {
        let thousandths = Int((number * 1000).rounded())
        let fraction = String(1000 + thousandths % 1000).dropFirst()
        return JSONNumber("\(thousandths / 1000).\(fraction)").map(JSONValue.number) ?? .null
    }
}
