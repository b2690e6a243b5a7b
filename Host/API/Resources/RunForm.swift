import Access
import Dispatching
import JSON
import Plugins
import Store
import Values

/// A run as the API shows it.
enum RunForm {
    static let shape = ObjectShape(
        "Run",
        [
            .id,
            .output(
                "jobId", .nullable(.form(.id)),
                Phrase(
                    "Задача сбора; null у разовых запусков.", "The job; null for one-off runs.")),
            .output(
                "scheduledAt", .nullable(.form(.time)),
                Phrase(
                    "Момент расписания; null у запущенных вручную.",
                    "The schedule's moment; null for runs that were started by hand.")),
            .output("name", .text(upTo: 1_000), Phrase("Имя.", "The name.")),
            .output(
                "initiator", .text(upTo: 64), Phrase("Кто инициировал.", "The system that asked.")),
            .output(
                "user", .nullable(.text(upTo: 64)), Phrase("Имя пользователя.", "Who asked.")),
            .output("priority", .integer(0...999), Phrase("Приоритет.", "The priority.")),
            .createdAt,
        ] + ExecutionForm.fields + [
            .output("statistics", .object(statistics), Phrase("Статистика.", "Counts of tasks."))
        ])

    private static let statistics = ObjectShape(
        "RunStatistics",
        [
            ("all", "Всего.", "All."), ("success", "Успех.", "Success."),
            ("partial", "Частично.", "Partly."), ("error", "Ошибка.", "Error."),
            ("nothing", "Отсутствует.", "Nothing to do."),
            ("cancelled", "Отменено.", "Cancelled."), ("running", "Выполняется.", "Running."),
            ("pending", "Ожидается.", "Waiting."),
        ].map { .output($0.0, .integer(0...Int64.max), Phrase($0.1, $0.2)) })

    static let columns: [ListColumn<RunField>] = [
        ListColumn("name", .name, .text),
        ListColumn("state", .state, .symbols(ExecutionState.allCases.map(\.rawValue))),
        ListColumn(
            "result", .result, .mapped(ExecutionForm.results.mapValues(\.rawValue))),
        ListColumn("initiator", .initiator, .text), ListColumn("jobId", .job, .id),
        ListColumn("priority", .priority, .integer),
        ListColumn("createdAt", .created, .time), ListColumn("startedAt", .started, .time),
        ListColumn("finishedAt", .finished, .time), ListColumn("userId", .user, .id),
    ]

    static func render(_ run: Run, user: String?) -> JSONObject {
        let tally = run.tally
        let cancelled = tally[.cancelledByUser] + tally[.cancelledBySchedule]
        var object: JSONObject = [
            "id": JSONValue(run.id), "jobId": JSONValue(run.job),
            "scheduledAt": JSONValue(run.occurrence), "name": .string(run.name),
            "initiator": .string(run.initiator), "user": JSONValue(orNull: user),
            "priority": JSONValue(run.priority), "createdAt": JSONValue(run.created),
        ]
        for (name, value) in ExecutionForm.members(run.state, run.result) { object[name] = value }
        let share = tally.all > 0 ? 100 * tally.done / tally.all : 0
        object["progress"] = JSONValue(run.state == .done ? 100 : share)
        object["startedAt"] = JSONValue(run.started)
        object["finishedAt"] = JSONValue(run.finished)
        object["statistics"] = [
            "all": JSONValue(tally.all), "success": JSONValue(tally[.success]),
            "partial": JSONValue(tally[.partial]), "error": JSONValue(tally[.error]),
            "nothing": JSONValue(tally[.nothingToDo]), "cancelled": JSONValue(cancelled),
            "running": JSONValue(tally.running), "pending": JSONValue(tally.pending),
        ]
        return object
    }
}

extension Snapshot {
    /// The login name of a user; nil for nobody, and for one who is gone.
    func loginName(of user: UUID?) throws(StoreError) -> String? {
        guard let user else { return nil }
        return try existing { (snapshot) throws(StoreError) in try snapshot.user(user).name }
    }
}
