import Access
import Dispatching
import HTTP
import JSON
import Store
import Values

/// A task of a run as the API shows it.
struct TaskForm {
    private let texts: MessageTexts

    init(_ call: Call) {
        texts = MessageTexts(call)
    }

    static let shape = ObjectShape(
        "Task",
        [
            .id,
            .output("runId", .form(.id), Phrase("Запуск.", "The run.")),
            .output("device", .object(device), Phrase("Устройство.", "The device.")),
        ] + ExecutionForm.fields + [
            .output(
                "code", .nullable(.text(upTo: 64)),
                Phrase("Код ошибки.", "The code of what went wrong.")),
            .output("note", .text(upTo: 10_000), Phrase("Примечание.", "The note.")),
            .output("attempts", .integer(0...Int64.max), Phrase("Попыток.", "Attempts so far.")),
        ])

    /// A single task also tells what it asks for.
    static let wholeShape = ObjectShape(
        "TaskWithItems",
        shape.fields + [
            .output("items", .list(.object(item)), Phrase("Что читается.", "What is read."))
        ])

    private static let device = ObjectShape(
        "TaskDevice",
        [
            .id,
            .output(
                "serialNumber", .text(upTo: 64), Phrase("Серийный номер.", "The serial number.")),
            .output("type", .text(upTo: 64), Phrase("Тип.", "The type.")),
        ])

    private static let item = ObjectShape(
        "TaskItem",
        [
            .output("number", .integer(0...Int64.max), Phrase("Номер.", "The number.")),
            .output(
                "kind", .choice(ContentLine.Kind.allCases.map(\.rawValue)),
                Phrase("Вид.", "The kind.")),
            .output("symbol", .text(upTo: 64), Phrase("Что читается.", "What is read.")),
            .output("quantity", .text(upTo: 64), Phrase("Величина.", "The quantity.")),
            .output("tags", .list(.text(upTo: 64)), Phrase("Тарифы.", "The tags.")),
            .output("from", .nullable(.form(.time)), Phrase("Начало.", "The beginning.")),
            .output("to", .nullable(.form(.time)), Phrase("Конец.", "The end.")),
            .output(
                "outcome", .nullable(.object(outcome)),
                Phrase("Итог; null — ещё нет.", "What became of it; null for nothing yet.")),
        ])

    private static let outcome = ObjectShape(
        "TaskOutcome",
        [
            .output(
                "stage", .choice(["sent", "accepted", "verified", "final"]),
                Phrase("Этап.", "The stage.")),
            .output(
                "code", .text(upTo: 64), Phrase("Код; ok — успех.", "The code; ok for success.")),
            .output("message", .text(upTo: 10_000), Phrase("Пояснение.", "An explanation.")),
            .output("at", .form(.time), Phrase("Когда.", "When.")),
        ])

    static let columns: [ListColumn<TaskField>] = [
        ListColumn("deviceId", .device, .id), ListColumn("serialNumber", .serialNumber, .text),
        ListColumn("deviceType", .deviceType, .text),
        ListColumn("state", .state, .symbols(ExecutionState.allCases.map(\.rawValue))),
        ListColumn(
            "result", .result, .mapped(ExecutionForm.results.mapValues(\.rawValue))),
        ListColumn("attempts", .attempts, .integer), ListColumn("startedAt", .started, .time),
        ListColumn("finishedAt", .finished, .time),
    ]

    func render(_ task: RunTask) -> JSONObject {
        var object: JSONObject = [
            "id": JSONValue(task.id), "runId": JSONValue(task.run),
            "device": [
                "id": JSONValue(task.device), "serialNumber": .string(task.serialNumber),
                "type": .string(task.deviceType),
            ],
        ]
        for (name, value) in ExecutionForm.members(task.state, task.result) {
            object[name] = value
        }
        let progress = task.progress
        let share = progress.total > 0 ? min(100, 100 * progress.done / progress.total) : 0
        object["progress"] = JSONValue(task.state == .done ? 100 : share)
        object["startedAt"] = JSONValue(task.started)
        object["finishedAt"] = JSONValue(task.finished)
        object["code"] =
            task.notes.first.map { .string(Self.symbol($0.code)) } ?? .null
        object["note"] = .string(task.notes.map { texts.text($0.message) }.joined(separator: "; "))
        object["attempts"] = JSONValue(task.attempts)
        return object
    }

    /// The task with its items and what became of them.
    func render(_ task: RunTask, _ outcomes: [ItemOutcome]) -> JSONObject {
        // They come by item and stage, so that the furthest stage of an item is the last one.
        let latest = Dictionary(outcomes.map { ($0.item, $0) }, uniquingKeysWith: { $1 })
        var object = render(task)
        let items = (task.items.array ?? []).compactMap { TaskItem($0) }
        object["items"] = .array(items.map { render($0, latest[$0.number]) })
        return object
    }

    private func render(_ item: TaskItem, _ outcome: ItemOutcome?) -> JSONValue {
        func time(_ milliseconds: Int64?) -> JSONValue {
            JSONValue(milliseconds.map { Moment(milliseconds: $0) })
        }
        return [
            "number": JSONValue(item.number), "kind": .string(item.kind.rawValue),
            "symbol": .string(item.symbol), "quantity": .string(item.quantity),
            "tags": JSONValue(texts: item.tags), "from": time(item.period?.lowerBound),
            // The stored period ends before its second bound; callers see the last instant in it.
            "to": time(item.period.map { $0.upperBound - 1 }),
            "outcome": outcome.map { render($0) } ?? .null,
        ]
    }

    private func render(_ outcome: ItemOutcome) -> JSONValue {
        [
            "stage": .string("\(outcome.stage)"), "code": .string(Self.symbol(outcome.code)),
            "message": .string(texts.text(outcome.message)), "at": JSONValue(outcome.at),
        ]
    }

    private static func symbol(_ code: Int32) -> String {
        ErrorCode(rawValue: code)?.symbol ?? "internal"
    }
}
