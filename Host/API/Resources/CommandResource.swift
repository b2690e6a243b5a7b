import Access
import HTTP
import JSON
import Plugins
import Store
import Values

/// The history of commands.
enum CommandResource {
    static let endpoints: [Endpoint] = [
        Endpoint.project(.get, "/commands", .permission(.readDatastore), listForm, list),
        Endpoint.project(.get, "/commands/export", .permission(.readDatastore), exportForm, export),
        Endpoint.project(.get, "/commands/{command}", .permission(.readDatastore), readForm, read),
    ].flatMap { $0 }

    // MARK: Forms

    private static let shape = ObjectShape(
        "Command",
        [
            .id,
            .output("deviceId", .form(.id), Phrase("Устройство.", "The device.")),
            .output(
                "serialNumber", .text(upTo: 64),
                Phrase(
                    "Серийный номер; пусто, если устройство удалено.",
                    "The serial number; empty when the device is gone.")),
            .output("function", .text(upTo: 200), Phrase("Функция.", "The function.")),
            .output("user", .nullable(.text(upTo: 64)), Phrase("Имя пользователя.", "Who asked.")),
            .output("initiator", .text(upTo: 64), Phrase("Инициатор.", "The system that asked.")),
            .output(
                "launch", .choice(CommandLaunch.allCases.map(\.rawValue)),
                Phrase("Тип запуска.", "How it was launched.")),
            .output("launchName", .object(names), Phrase("Тип запуска словами.", "In words.")),
            .output(
                "state", .choice(ExecutionState.allCases.map(\.rawValue)),
                Phrase("Состояние.", "Where it stands.")),
            .output(
                "result", .nullable(.choice(ExecutionResult.allCases.map(ExecutionForm.symbol))),
                Phrase("Результат.", "How it ended.")),
            .output("stateName", .object(names), Phrase("Состояние словами.", "In words.")),
            .output("createdAt", .form(.time), Phrase("Когда поставлена.", "When it was given.")),
            .output(
                "startedAt", .nullable(.form(.time)), Phrase("Дата начала.", "When it began.")),
            .output(
                "finishedAt", .nullable(.form(.time)),
                Phrase("Дата выполнения.", "When it was carried out.")),
            .output(
                "parameters", .anything(Phrase("Параметры.", "Names and values.")),
                Phrase("Параметры.", "Names and values.")),
            .output("comment", .text(upTo: 10_000), Phrase("Комментарий.", "The comment.")),
            .output("taskId", .nullable(.form(.id)), Phrase("Задача.", "The task.")),
            .output(
                "stages", .list(.object(stage)),
                Phrase("Этапы по порядку.", "What happened, in order.")),
        ])

    private static let names = ObjectShape(
        "Names",
        [
            .output("ru", .text(upTo: 200), Phrase("По-русски.", "In Russian.")),
            .output("en", .text(upTo: 200), Phrase("По-английски.", "In English.")),
        ])

    private static let stage = ObjectShape(
        "CommandStage",
        [
            .output("symbol", .text(upTo: 200), Phrase("Этап.", "The stage.")),
            .output("at", .form(.time), Phrase("Когда.", "When.")),
            .output(
                "code", .text(upTo: 64), Phrase("Код; ok — успех.", "The code; ok for success.")),
            .output("message", .text(upTo: 10_000), Phrase("Пояснение.", "An explanation.")),
        ])

    private static let columns: [ListColumn<CommandField>] = [
        ListColumn("deviceId", .device, .id), ListColumn("function", .function, .text),
        ListColumn("userId", .user, .id), ListColumn("initiator", .initiator, .text),
        ListColumn("launch", .launch, .symbols(CommandLaunch.allCases.map(\.rawValue))),
        ListColumn("state", .state, .symbols(ExecutionState.allCases.map(\.rawValue))),
        ListColumn(
            "result", .result, .mapped(ExecutionForm.results.mapValues(\.rawValue))),
        ListColumn("createdAt", .created, .time), ListColumn("startedAt", .started, .time),
        ListColumn("finishedAt", .finished, .time),
    ]

    private static let listForm = EndpointForm(
        id: "listCommands", tag: .measurements,
        summary: Phrase("История команд, новые первыми.", "Lists commands, the newest first."),
        parameters: ListForm.parameters(columns, shape), answers: [ListForm.answer(shape)])
    private static let readForm = EndpointForm(
        id: "readCommand", tag: .measurements,
        summary: Phrase("Команда с этапами.", "Reads a command with its stages."),
        answers: [.json(.object(shape), Phrase("Команда.", "The command."))])
    private static let exportForm = EndpointForm(
        id: "exportCommands", tag: .measurements,
        summary: Phrase(
            "Выгрузка истории команд в CSV или JSON lines.",
            "Exports the history of commands as CSV or JSON lines."),
        parameters: ListForm.parameters(columns, shape).filter { $0.name == "filter" }
            + [ExportFormat.parameter], answers: ExportFormat.answers)

    private static let exported: [ExportColumn] = [
        .init("serialNumber", "Серийный номер", "Serial number"),
        .init("function", "Функция", "Function"),
        .init("user", "Имя пользователя", "User"),
        .init("createdAt", "Дата постановки", "Given"),
        .init("startedAt", "Дата начала", "Started"),
        .init("finishedAt", "Дата выполнения", "Carried out"),
        .init("launch", "Тип запуска", "Launch"),
        .init("state", "Состояние", "State"),
        .init("result", "Результат", "Result"),
        .init("parameters", "Параметры", "Parameters"),
        .init("comment", "Комментарий", "Comment"),
        .init("deviceId", "Идентификатор устройства", "Device id"),
    ]

    // MARK: Handlers

    @Sendable private static func list(_ call: Call) async throws(Failure) -> Answer {
        let project = try call.project.id
        let request = try ListRequest(
            call.query, columns: columns, shape: shape, order: .newestFirst)
        let page = try await call.read { (snapshot) throws(StoreError) in
            try located(snapshot.commands(in: project, request.query), snapshot)
        }
        let texts = MessageTexts(call)
        return page.answer(fields: request.fields) { render($0, texts) }
    }

    @Sendable private static func read(_ call: Call) async throws(Failure) -> Answer {
        let (id, project) = (try call.id(.command), try call.project.id)
        let found = try await call.read { (snapshot) throws(StoreError) in
            let command = try snapshot.command(id)
            guard command.project == project else { throw .notFound(.command) }
            return try located(Page(items: [command], next: nil), snapshot)
        }
        guard let command = found.items.first else { throw Failure(.notFound) }
        return .json(.object(render(command, MessageTexts(call))))
    }

    @Sendable private static func export(_ call: Call) async throws(Failure) -> Answer {
        let project = try call.project.id
        let request = try ListRequest(
            call.query, columns: columns, shape: shape, order: .newestFirst)
        let (texts, store) = (MessageTexts(call), call.services.store)
        let export = Export(name: "commands", columns: exported) {
            (cursor) async throws(StoreError) in
            let page = try await store.read { (snapshot) throws(StoreError) in
                var query = request.query
                query.limit = Export.pageSize
                query.cursor = cursor
                return try located(snapshot.commands(in: project, query), snapshot)
            }
            return (page.items.map { render($0, texts) }, page.next)
        }
        return try await export.answer(call)
    }

    // MARK: Rendering

    /// A command with the names that its row has not.
    private struct Named: Sendable {
        var command: CommandRecord
        var serialNumber: String
        var user: String?
    }

    private static func located(
        _ page: Page<CommandRecord>, _ snapshot: Snapshot
    ) throws(StoreError) -> Page<Named> {
        var serials: [UUID: String] = [:]
        var users: [UUID: String] = [:]
        for command in page.items {
            if serials[command.device] == nil {
                serials[command.device] =
                    try snapshot.existing { (snapshot) throws(StoreError) in
                        try snapshot.outline(ofDevice: command.device, in: command.project)
                    }?.serialNumber ?? ""
            }
            if let user = command.user, users[user] == nil {
                users[user] = try snapshot.loginName(of: user) ?? ""
            }
        }
        let items = page.items.map { command in
            Named(
                command: command, serialNumber: serials[command.device] ?? "",
                user: command.user.flatMap { users[$0] }.flatMap { $0.isEmpty ? nil : $0 })
        }
        return Page(items: items, next: page.next, total: page.total)
    }

    @Sendable private static func render(_ named: Named, _ texts: MessageTexts) -> JSONObject {
        let command = named.command
        return [
            "id": JSONValue(command.id), "deviceId": JSONValue(command.device),
            "serialNumber": .string(named.serialNumber), "function": .string(command.function),
            "user": JSONValue(orNull: named.user), "initiator": .string(command.initiator),
            "launch": .string(command.launch.rawValue),
            "launchName": phrase(launchName(command.launch)),
            "state": .string(command.state.rawValue),
            "result": command.result.map { .string(ExecutionForm.symbol($0)) } ?? .null,
            "stateName": phrase(ExecutionForm.name(command.state, command.result)),
            "createdAt": JSONValue(command.created), "startedAt": JSONValue(command.started),
            "finishedAt": JSONValue(command.finished), "parameters": command.parameters,
            "comment": .string(command.comment), "taskId": JSONValue(command.task),
            "stages": .array(command.stages.map { render($0, texts) }),
        ]
    }

    private static func render(_ stage: CommandStage, _ texts: MessageTexts) -> JSONValue {
        [
            "symbol": .string(stage.symbol), "at": JSONValue(stage.at),
            "code": .string(
                (ErrorCode(rawValue: stage.code) ?? .internalError).symbol),
            "message": .string(texts.text(stage.message)),
        ]
    }

    /// As the manual calls the launches (ceHES 3.4, figure 126).
    private static func launchName(_ launch: CommandLaunch) -> Phrase {
        switch launch {
        case .system: Phrase("Системный", "By the system")
        case .schedule: Phrase("По расписанию", "By schedule")
        case .external: Phrase("Внешняя система", "By an outer system")
        case .undefined: Phrase("Не определен", "Not determined")
        }
    }

    private static func phrase(_ phrase: Phrase) -> JSONValue {
        ["ru": .string(phrase.ru), "en": .string(phrase.en)]
    }
}
