import Glibc
import JSON

/// One measurement as the API shows it.
struct Reading: Hashable {
    /// What makes a measurement one and the same.
    struct Key: Hashable, Comparable {
        var device, archive, quantity, tag, time: String

        static func < (one: Key, other: Key) -> Bool {
            (one.device, one.archive, one.quantity, one.tag, one.time)
                < (other.device, other.archive, other.quantity, other.tag, other.time)
        }
    }

    var key: Key
    var value: String?
    var unit: String?

    init(_ item: JSONValue) {
        func text(_ name: String) -> String { item[name]?.string ?? "" }
        key = Key(
            device: text("deviceId"), archive: text("archive"), quantity: text("quantity"),
            tag: text("tag"), time: text("time"))
        value = item["value"]?.string
        unit = item["unit"]?.string
    }
}

/// A run of the host, from its order to its end.
struct FinishedRun {
    var id: String
    var result: String?
    /// The run as the API shows it at its end.
    var body: JSONValue
    var tasks: [JSONValue]

    func statistic(_ name: String) -> Int? { body["statistics"]?[name]?.int.map { Int($0) } }
}

extension HostUnderTest {
    /// Imports a configuration.
    func importing(_ configuration: Configuration) throws {
        let answer = try call("POST", "/api/v1/import", bytes: configuration.bytes)
        guard answer.status == 200 else {
            throw Trouble.answer("import: \(answer.status) \(answer.text)")
        }
    }

    /// Starts a one-off run and gives its id.
    func order(
        devices: [String], read: JSONValue, with more: [String: JSONValue] = [:]
    ) throws -> String {
        var object = JSONObject()
        object["targets"] = ["devices": .array(devices.map { .string($0) })]
        object["read"] = read
        for (name, value) in more { object[name] = value }
        let run = try expect(202, "POST", "/api/v1/actions", .object(object))
        guard let id = run["id"]?.string else { throw Trouble.answer(run.text(pretty: false)) }
        return id
    }

    /// Waits for the end of a run.
    func end(of run: String, within duration: Duration = .seconds(90)) throws -> FinishedRun {
        let body = try Deadline.awaitAnswer("the end of run \(run)", within: duration) {
            let body = try expect(200, "GET", "/api/v1/runs/\(run)")
            // A plain nil would be a JSON null, which is an answer.
            return body["state"]?.string == "done" ? body : JSONValue?.none
        }
        return FinishedRun(
            id: run, result: body["result"]?.string, body: body,
            tasks: try list("/api/v1/runs/\(run)/tasks"))
    }

    /// Reads devices to the end.
    func read(_ devices: [String], _ read: JSONValue) throws -> FinishedRun {
        try end(of: order(devices: devices, read: read))
    }

    /// The lines of a task's journal, joined.
    func journal(of run: FinishedRun) throws -> String {
        try run.tasks.map { task in
            try list("/api/v1/tasks/\(task["id"]?.string ?? "")/journal")
                .map { $0["message"]?.string ?? "" }.joined(separator: "\n")
        }.joined(separator: "\n")
    }

    /// Measurements of the archives that the tests read, over as long a period as one question may have.
    func measurements(_ query: String = "") throws -> [Reading] {
        try ["CURRENT", "END_OF_DAY"].flatMap { archive in
            try list(
                "/api/v1/measurements?archive=\(archive)&from=\(Self.longAgo)&to=\(Self.soon)"
                    + (query.isEmpty ? "" : "&" + query)
            ).map(Reading.init)
        }
    }

    private static var longAgo: String { moment(-365 * 86_400) }
    private static var soon: String { moment(86_400) }

    private static func moment(_ secondsFromNow: Int) -> String {
        var seconds = time(nil) + secondsFromNow
        var parts = tm()
        gmtime_r(&seconds, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))T"
            + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))Z"
    }
}
