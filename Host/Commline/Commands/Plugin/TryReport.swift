import Check
import Dispatching
import JSON
import Manifests
import Plugins
import Values

/// What a session that was tried brought, for people and for machines.
struct TryReport: Sendable {
    private let plan: SessionPlan
    private let catalogue: Catalogue
    private let isJSON: Bool

    init(_ plan: SessionPlan, _ catalogue: Catalogue, isJSON: Bool) {
        self.plan = plan
        self.catalogue = catalogue
        self.isJSON = isJSON
    }

    /// Prints lines of the journal as they come.
    @Sendable func tell(_ notes: [SessionNote]) {
        guard !isJSON else { return }
        for note in notes { Terminal.write(line(note) + "\n") }
    }

    private func line(_ note: SessionNote) -> String {
        let time = Timestamp(milliseconds: note.stamp.wallMilliseconds).rfc3339
        return "\(time)  \(note.level)  \(text(note.message))"
    }

    private func text(_ message: Message?) -> String {
        message.map { catalogue.text(of: $0, in: .en) } ?? ""
    }

    /// 0 where everything was answered, 5 where the device lacks a part, 1 else.
    func exitCode(of result: TryResult) -> ExitCode {
        let ends = result.outcomes.filter { $0.stage == .final }.map(\.code)
        guard result.end.code == .ok, result.end.checkpoint == nil else { return .failure }
        switch Verdict(of: ends) {
        case .success: return .success
        case .partial: return .partial
        case .error: return .failure
        }
    }

    /// All of it as text.
    func text(of result: TryResult, _ recorder: TraceRecorder?, in path: String?) -> String {
        if isJSON { return json(result, recorder, path).text(pretty: true) + "\n" }
        var text = records(result.records) + outcomes(result.outcomes)
        for child in result.children {
            text += "behind it: \(child.number) \(child.type) \(child.serial) \(child.address)\n"
        }
        for write in result.memory {
            text += "to remember: \(write.key), \(write.bytes.count) bytes\n"
        }
        let statistics = result.end.statistics
        let nanoseconds =
            statistics.ended.monotonicNanoseconds - statistics.started.monotonicNanoseconds
        text +=
            "\(end(result.end)): \(result.records.count) records, \(statistics.bytesOut) bytes out, "
            + "\(statistics.bytesIn) bytes in, \(nanoseconds / 1_000_000) ms\n"
        if let recorder, let path {
            text +=
                recorder.problem.map { "the recording \(path) cannot be played again: \($0)\n" }
                ?? "recorded \(recorder.events) events in \(path), passwords in the clear\n"
        }
        return text
    }

    private func end(_ end: SessionEnd) -> String {
        var text = end.checkpoint == nil ? end.code.symbol : "yielded"
        if end.detail != 0 { text += " (\(end.detail))" }
        let message = self.text(end.message)
        return message.isEmpty ? text : "\(text), \(message)"
    }

    private func records(_ records: [EmittedRecord]) -> String {
        guard !records.isEmpty else { return "" }
        var table = TextTable([
            ("archive", .left), ("quantity", .left), ("tag", .left), ("value", .right),
            ("time", .left), ("status", .left), ("child", .left),
        ])
        for record in records {
            table.append([
                record.archive, record.quantity, record.tag, Self.value(of: record),
                Self.time(of: record), Self.status(of: record).joined(separator: " "),
                record.child,
            ])
        }
        return table.text + "\n"
    }

    private func outcomes(_ outcomes: [ItemOutcome]) -> String {
        guard !outcomes.isEmpty else { return "" }
        var table = TextTable([
            ("item", .right), ("asked for", .left), ("stage", .left), ("outcome", .left),
            ("message", .left),
        ])
        for outcome in outcomes {
            table.append([
                "\(outcome.item)", title(of: outcome.item), outcome.stage.symbol,
                outcome.code.symbol + (outcome.detail == 0 ? "" : " (\(outcome.detail))"),
                text(outcome.message),
            ])
        }
        return table.text + "\n"
    }

    /// Such as `END_OF_DAY A+`.
    private func title(of item: UInt32) -> String {
        let found = plan.request["items"]?.array?.first { $0["number"]?.int == Int(item) }
        guard let found, let kind = found["kind"]?.string else { return "" }
        return ([found[kind]] + (found["quantities"]?.array ?? [])).compactMap { $0?.string }
            .joined(separator: " ")
    }

    // MARK: Values

    private static func value(of record: EmittedRecord) -> String {
        switch record.content {
        case .measurement(let value, _): value?.description ?? "—"
        case .event(let code, _, let parameters):
            parameters.isEmpty ? "\(code)" : "\(code) " + JSONValue.object(parameters).text()
        case .state(let value): value.string ?? value.text()
        }
    }

    private static func status(of record: EmittedRecord) -> [String] {
        if case .measurement(_, let status) = record.content { status.symbols } else { [] }
    }

    private static func time(of record: EmittedRecord) -> String {
        let isOwn = !record.time.flags.contains(.fromHost)
        guard let end = record.intervalEnd else { return isOwn ? record.time.rfc3339 : "" }
        return Timestamp(
            milliseconds: end, offsetMinutes: isOwn ? record.time.offsetMinutes : 0
        ).rfc3339
    }

    // MARK: JSON

    private func json(
        _ result: TryResult, _ recorder: TraceRecorder?, _ path: String?
    ) -> JSONValue {
        let statistics = result.end.statistics
        var document: JSONObject = [
            "notes": .array(
                result.notes.map { note in
                    [
                        "time": .string(
                            Timestamp(milliseconds: note.stamp.wallMilliseconds).rfc3339),
                        "level": .string("\(note.level)"), "message": .string(text(note.message)),
                    ]
                }),
            "records": .array(result.records.map(Self.json)),
            "outcomes": .array(
                result.outcomes.map { outcome in
                    [
                        "item": JSONValue(outcome.item),
                        "title": .string(title(of: outcome.item)),
                        "stage": .string(outcome.stage.symbol),
                        "code": .string(outcome.code.symbol), "detail": JSONValue(outcome.detail),
                        "message": .string(text(outcome.message)),
                    ]
                }),
            "end": [
                "code": .string(result.end.code.symbol), "detail": JSONValue(result.end.detail),
                "message": .string(text(result.end.message)),
                "byDriver": .bool(result.end.byDriver),
                "yielded": .bool(result.end.checkpoint != nil),
                "bytesIn": JSONValue(statistics.bytesIn),
                "bytesOut": JSONValue(statistics.bytesOut),
            ],
        ]
        if let recorder, let path {
            document["recording"] = [
                "file": .string(path), "events": JSONValue(recorder.events),
                "problem": recorder.problem.map(JSONValue.string) ?? .null,
            ]
        }
        return .object(document)
    }

    private static func json(_ record: EmittedRecord) -> JSONValue {
        let kind =
            switch record.content {
            case .measurement: "measurement"
            case .event: "event"
            case .state: "state"
            }
        return [
            "kind": .string(kind), "archive": .string(record.archive),
            "quantity": .string(record.quantity), "tag": .string(record.tag),
            "child": .string(record.child), "value": .string(value(of: record)),
            "time": .string(time(of: record)),
            "status": .array(status(of: record).map(JSONValue.string)),
            "item": record.item.map { JSONValue($0) } ?? .null,
        ]
    }
}
