import JSON
import Values

/// The fields that the history of commands can be filtered by.
package enum CommandField: String, QueryField {
    case device, function, user, initiator, launch, state, result, created, started, finished

    /// Commands come in the order of their making only.
    package var isSortable: Bool { false }

    var column: ListColumn {
        switch self {
        case .device: ListColumn("c.device", .reference(.device))
        case .function: ListColumn("c.function", .text)
        case .user: ListColumn("c.user", .id)
        case .initiator: ListColumn("c.initiator", .text)
        case .launch: ListColumn("c.launch", .text)
        case .state: ListColumn("c.state", .text)
        case .result: ListColumn("c.result", .text)
        case .created: ListColumn("c.created", .moment)
        case .started: ListColumn("c.started", .moment)
        case .finished: ListColumn("c.finished", .moment)
        }
    }
}

extension Snapshot {
    private static let commandColumns = """
        c.uuid, p.uuid, k.uuid, c.task, c.item, c.function, c.parameters, c.comment, c.user, \
        c.initiator, c.launch, c.state, c.result, c.created, c.started, c.finished, c.stages, \
        c.revision
        """
    private static let commandTables = """
        command c JOIN project p ON p.id = c.project JOIN device_key k ON k.id = c.device
        """

    /// Lists commands of a project, by default the newest first.
    package func commands(
        in project: UUID, _ query: Query<CommandField> = Query(descending: true)
    ) throws(StoreError) -> Page<CommandRecord> {
        let source = ListSource(
            columns: Self.commandColumns, tables: Self.commandTables, scope: "c.project = ?",
            arguments: [try key(.project, project)], key: "c.id")
        return try page(query, from: source, column: \.column, as: Self.command)
    }

    /// Lists the commands that a device was given, by default the newest first.
    package func commands(
        ofDevice device: UUID, _ query: Query<CommandField> = Query(descending: true)
    ) throws(StoreError) -> Page<CommandRecord> {
        let source = ListSource(
            columns: Self.commandColumns, tables: Self.commandTables, scope: "c.device = ?",
            arguments: [try key(.device, device)], key: "c.id")
        return try page(query, from: source, column: \.column, as: Self.command)
    }

    /// Reads one command.
    ///
    /// - Throws: `.notFound`.
    package func command(_ id: UUID) throws(StoreError) -> CommandRecord {
        let found = try database.first(
            "SELECT \(Self.commandColumns) FROM \(Self.commandTables) WHERE c.uuid = ?", id,
            as: Self.command)
        guard let found else { throw .notFound(.command) }
        return found
    }

    private static func command(_ row: inout Row) throws(StoreError) -> CommandRecord {
        CommandRecord(
            id: try row.uuid(), project: try row.uuid(), device: try row.uuid(),
            task: try row.optionalUUID(), item: row.optionalInteger().map { Int($0) },
            function: row.text(), parameters: try row.json(), comment: row.text(),
            user: try row.optionalUUID(), initiator: row.text(), launch: try row.symbol(),
            state: try row.symbol(),
            result: try row.optionalSymbol(), created: row.moment(),
            started: row.optionalMoment(), finished: row.optionalMoment(),
            stages: try row.list { (json) throws(StoreError) in try CommandStage(json: json) },
            revision: row.integer())
    }
}

extension Transaction {
    /// Writes a command into the history.
    package func insert(_ command: CommandRecord) throws(StoreError) {
        let project = try key(.project, command.project)
        try database.run(
            """
            INSERT INTO command (uuid, project, device, task, item, function, parameters, comment,
                user, initiator, launch, state, result, created, started, finished, stages,
                revision)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
            """, command.id, project, try deviceKey(command.device, in: project), command.task,
            command.item, command.function, command.parameters.stored, command.comment,
            command.user, command.initiator, command.launch.rawValue, command.state.rawValue,
            command.result?.rawValue, command.created, command.started, command.finished,
            JSONValue.array(command.stages.map(\.json)).text())
        try record(.created, .command, command.id, project: command.project)
    }

    /// Adds a stage to a command that has not ended.
    ///
    /// - Parameters:
    ///   - id: The command.
    ///   - stage: What happened.
    ///   - result: How the command ended; nil while it goes on.
    /// - Throws: `.illegalTransition` when it has ended before.
    package func advanceCommand(
        _ id: UUID, _ stage: CommandStage, result: ExecutionResult? = nil
    ) throws(StoreError) {
        let command = try command(id)
        guard command.state != .done else {
            throw .illegalTransition(.command, from: "done", to: stage.symbol)
        }
        try database.run(
            """
            UPDATE command SET stages = ?, state = ?, result = ?, started = coalesce(started, ?),
                finished = ?, revision = revision + 1
            WHERE uuid = ?
            """, JSONValue.array((command.stages + [stage]).map(\.json)).text(),
            result == nil ? ExecutionState.running.rawValue : ExecutionState.done.rawValue,
            result?.rawValue, stage.at, result == nil ? nil : stage.at, id)
        try record(
            .updated, .command, id, project: command.project, data: ["stage": .string(stage.symbol)]
        )
    }
}
