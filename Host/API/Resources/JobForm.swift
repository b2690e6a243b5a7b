import Access
import Dispatching
import JSON
import Scheduling
import Store
import Values

/// A job as the API takes and shows it.
enum JobForm {
    /// A job with all that it is aimed at.
    static let shape = ObjectShape(
        "Job",
        [.id, .revision]
            + [
                .required("name", .text(1...200), Phrase("Наименование.", "The name.")),
                .required(
                    "targets", .object(targets),
                    Phrase(
                        "Устройства и группы; состав групп — на момент каждого запуска.",
                        "Devices and groups, whose members are those of each start.")),
            ] + settings + outputs)

    /// A job as a list shows it: its targets are counted.
    static let rowShape = ObjectShape(
        "JobRow",
        [.id, .revision, .output("name", .text(upTo: 200), Phrase("Наименование.", "The name."))]
            + settings.map { Field($0.name, $0.shape, use: .output, $0.note) } + outputs)

    private static let targets = ObjectShape("JobTargets", ActionOrder.targets.fields)

    /// What a job may ask for: whatever an action may, and commands.
    static let kinds: [ContentLine.Kind] = [.archive, .state, .journal, .command]

    private static let line = ObjectShape(
        "JobLine",
        ActionOrder.line.fields + [
            Field("command", .form(.symbol), Phrase("Команда.", "A command.")),
            Field(
                "parameters",
                .map(.anything(Phrase("Значение параметра.", "A parameter's value."))),
                Phrase("Параметры команды.", "Parameters of the command.")),
        ])

    private static let settings: [Field] = [
        .required(
            "contents", .list(.object(line), 1...100),
            Phrase("Что прочитать и выполнить.", "What to read and command.")),
        Field(
            "priority", .integer(0...999),
            Phrase("Больший раньше; по умолчанию 1.", "Higher goes first; by default 1.")),
        Field(
            "retries", .integer(0...1_000),
            Phrase("Перезапусков в случае ошибки.", "Attempts after the first one failed.")),
        Field(
            "retryDelaySeconds", .integer(0...86_400),
            Phrase("Задержка между перезапусками, с.", "The pause before each, in seconds.")),
        Field(
            "isEndless", .flag,
            Phrase(
                "Бесконечный опрос: повторять до успеха, отмены или следующего запуска.",
                "Try again until it succeeds, is cancelled, or the next start comes.")),
        Field(
            "schedule", .nullable(.object(ScheduleForm.shape)),
            Phrase("Расписание; null — только вручную.", "The schedule; null for by hand only.")),
        Field(
            "missed", .choice(["runOnce", "skip"]),
            Phrase(
                "Пропущенное за простой хоста: запустить один раз (по умолчанию) или пропустить.",
                "Starts missed while the host was down: one run (by default), or none.")),
    ]

    private static let outputs: [Field] = [
        .output(
            "deviceCount", .integer(0...Int64.max),
            Phrase("Устройств в задаче.", "How many devices are named.")),
        .output(
            "groupCount", .integer(0...Int64.max),
            Phrase("Групп в задаче.", "How many groups are named.")),
        .output(
            "isOn", .flag, Phrase("Включено ли расписание.", "Whether the schedule is on.")),
        .output(
            "switchedOnAt", .nullable(.form(.time)),
            Phrase("Вкл. расписание.", "When it was last switched on.")),
        .output(
            "switchedOffAt", .nullable(.form(.time)),
            Phrase("Выкл. расписание.", "When it was last switched off.")),
        .output(
            "switchedBy", .nullable(.text(upTo: 64)),
            Phrase("Кто переключил.", "Who switched it last.")),
        .output(
            "nextStartAt", .nullable(.form(.time)),
            Phrase("Следующий запуск.", "When the next run is started.")),
        .output(
            "lastRun", .nullable(.object(RunForm.shape)),
            Phrase("Последний запуск.", "The last run.")),
        .output("createdBy", .nullable(.text(upTo: 64)), Phrase("Кто создал.", "Who made it.")),
        .createdAt,
    ]

    static let columns: [ListColumn<JobField>] = [
        ListColumn("name", .name, .text), ListColumn("priority", .priority, .integer),
        ListColumn("isOn", .isOn, .flag), ListColumn("createdAt", .created, .time),
    ]

    static let references: [Entity: String] = [.device: "targets", .group: "targets"]

    static let missed: [String: MissedPolicy] = ["runOnce": .runOnce, "skip": .skip]
}

/// A job with what stands around it.
struct JobView: Sendable {
    var job: Job
    var lastRun: Run?
    /// The login names of the users that it speaks of.
    var names: [UUID: String]

    /// Reads what stands around a job.
    init(_ job: Job, _ snapshot: Snapshot) throws(StoreError) {
        self.job = job
        lastRun = try snapshot.latestRun(ofJob: job.id)
        names = [:]
        for user in [job.user, job.switching.by, lastRun?.user].compactMap({ $0 }) {
            names[user] = try snapshot.loginName(of: user)
        }
    }

    /// The job as the API shows it.
    ///
    /// - Parameters:
    ///   - next: When the schedule starts it next.
    ///   - isRow: Whether it is a row of a list.
    /// - Returns: The members, as ``JobForm/shape`` or ``JobForm/rowShape`` has them.
    func render(next: Moment?, isRow: Bool = false) -> JSONObject {
        var object: JSONObject = [
            "id": JSONValue(job.id), "revision": JSONValue(job.revision),
            "name": .string(job.name),
        ]
        if !isRow {
            object["targets"] = [
                "devices": .array(job.targets.devices.map { JSONValue($0) }),
                "groups": .array(job.targets.groups.map { JSONValue($0) }),
            ]
        }
        object["contents"] = .array((job.contents.array ?? []).map(Self.line))
        object["priority"] = JSONValue(job.priority)
        object["retries"] = JSONValue(job.retries)
        object["retryDelaySeconds"] = JSONValue(job.retryDelaySeconds)
        object["isEndless"] = .bool(job.isEndless)
        object["schedule"] = job.schedule
        object["missed"] = .string(job.missed == .skip ? "skip" : "runOnce")
        object["deviceCount"] = JSONValue(job.targets.deviceCount)
        object["groupCount"] = JSONValue(job.targets.groupCount)
        object["isOn"] = .bool(job.switching.isOn)
        object["switchedOnAt"] = JSONValue(job.switching.lastOn)
        object["switchedOffAt"] = JSONValue(job.switching.lastOff)
        object["switchedBy"] = JSONValue(orNull: name(job.switching.by))
        object["nextStartAt"] = JSONValue(next)
        object["lastRun"] =
            lastRun.map { .object(RunForm.render($0, user: name($0.user))) } ?? .null
        object["createdBy"] = JSONValue(orNull: name(job.user))
        object["createdAt"] = JSONValue(job.created)
        return object
    }

    private func name(_ user: UUID?) -> String? { user.flatMap { names[$0] } }

    /// A line of the contents: instants are numbers in the store, and both ends count for callers.
    private static func line(_ json: JSONValue) -> JSONValue {
        guard var object = json.object else { return json }
        if let from = json["from"]?.number?.int64, let to = json["to"]?.number?.int64 {
            object["from"] = JSONValue(Moment(milliseconds: from))
            object["to"] = JSONValue(Moment(milliseconds: to - 1))
        }
        return .object(object)
    }
}
