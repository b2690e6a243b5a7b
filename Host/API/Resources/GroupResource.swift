import Access
import HTTP
import JSON
import Store
import Values

/// Groups of devices.
enum GroupResource {
    static let endpoints: [Endpoint] = [
        Endpoint.project(.get, "/groups", .permission(.readDeviceGroups), listForm, list),
        Endpoint.project(.post, "/groups", .permission(.writeDeviceGroups), addForm, add),
        Endpoint.project(.get, "/groups/{group}", .permission(.readDeviceGroups), readForm, read),
        Endpoint.project(
            .put, "/groups/{group}", .permission(.writeDeviceGroups), replaceForm, edit),
        Endpoint.project(
            .patch, "/groups/{group}", .permission(.writeDeviceGroups), editForm, edit),
        Endpoint.project(
            .delete, "/groups/{group}", .permission(.deleteDeviceGroups), removeForm, remove),
    ].flatMap { $0 }

    // MARK: Shapes

    private static let shape = ObjectShape(
        "Group",
        [
            .id, .revision,
            .required(
                "name", .text(1...200),
                Phrase("Наименование, единственное на своём уровне.", "Unique on its level.")),
            Field("description", .text(upTo: 1_000), Phrase("Описание.", "A description.")),
            Field(
                "parentId", .nullable(.form(.id)),
                Phrase(
                    "Группа выше; уровней не больше трёх.", "The group above; three levels at most."
                )
            ),
            Field(
                "isDefault", .flag,
                Phrase(
                    "В неё попадают новые устройства; такая в проекте одна.",
                    "New devices join it; a project has exactly one.")),
            .createdAt,
        ])

    private static let columns: [ListColumn<GroupField>] = [
        ListColumn("name", .name, .text), ListColumn("description", .description, .text),
        ListColumn("isDefault", .isDefault, .flag), ListColumn("parentId", .parent, .id),
        ListColumn("createdAt", .created, .time),
    ]

    // MARK: Forms

    private static let one = EndpointForm.Outcome.json(
        .object(shape), Phrase("Группа.", "The group."))

    private static let listForm = EndpointForm(
        id: "listGroups", tag: .groups, summary: Phrase("Список групп.", "Lists groups."),
        parameters: ListForm.parameters(columns, shape), answers: [ListForm.answer(shape)])
    private static let addForm = EndpointForm(
        id: "addGroup", tag: .groups, summary: Phrase("Добавить группу.", "Adds a group."),
        body: .init(.object(shape)),
        answers: [.json(.object(shape), status: 201, Phrase("Добавлена.", "It is added."))])
    private static let readForm = EndpointForm(
        id: "readGroup", tag: .groups, summary: Phrase("Группа.", "Reads a group."),
        answers: [one])
    private static let replaceForm = EndpointForm(
        id: "replaceGroup", tag: .groups,
        summary: Phrase("Заменить данные группы.", "Replaces a group's data."),
        parameters: [ListForm.ifMatch], body: .init(.object(shape)), answers: [one])
    private static let editForm = EndpointForm(
        id: "editGroup", tag: .groups, summary: Phrase("Изменить группу.", "Changes a group."),
        parameters: [ListForm.ifMatch], body: .patch(shape), answers: [one])
    private static let removeForm = EndpointForm(
        id: "deleteGroup", tag: .groups,
        summary: Phrase(
            "Удалить группу; её устройства останутся без группы.",
            "Deletes a group; its devices stay, without a group."),
        parameters: [ListForm.ifMatch],
        answers: [.empty(Phrase("Группа удалена.", "It is deleted."))])

    // MARK: Handlers

    @Sendable private static func list(_ call: Call) async throws(Failure) -> Answer {
        let project = try call.project.id
        let request = try ListRequest(call.query, columns: columns, shape: shape)
        let page = try await call.read { (snapshot) throws(StoreError) in
            try snapshot.groups(in: project, request.query)
        }
        return page.answer(fields: request.fields, render)
    }

    @Sendable private static func read(_ call: Call) async throws(Failure) -> Answer {
        let group = try await find(call)
        return .json(.object(render(group))).tagged(group.revision)
    }

    @Sendable private static func add(_ call: Call) async throws(Failure) -> Answer {
        let (caller, project) = (try call.caller, try call.project)
        let wanted = decode(call.members, keeping: nil)
        let stored = try await call.storing(wanted, references: [.group: "parentId"]) {
            (transaction, wanted) throws(StoreError) in
            var group = wanted
            group.id = transaction.newID()
            group.project = project.id
            group.created = transaction.now
            try transaction.insert(group)
            try caller.note(
                .groupAdded, ["group": .string(group.name)], project: project.id, in: transaction)
            return try transaction.group(group.id)
        }
        return .json(.object(render(stored)), status: .created).tagged(stored.revision)
            .with("Location", call.location("/groups/\(stored.id)"))
    }

    @Sendable private static func edit(_ call: Call) async throws(Failure) -> Answer {
        let (caller, expected) = (try call.caller, try call.expectedRevision)
        let current = try await find(call)
        let input = try Edit.input(call, shape, current: render(current))
        let wanted = decode(input, keeping: current)
        let stored = try await call.storing(wanted, references: [.group: "parentId"]) {
            (transaction, wanted) throws(StoreError) in
            try transaction.update(wanted, expecting: expected ?? current.revision)
            try caller.note(
                .groupUpdated, ["group": .string(wanted.name)], project: wanted.project,
                in: transaction)
            return try transaction.group(wanted.id)
        }
        return .json(.object(render(stored))).tagged(stored.revision)
    }

    @Sendable private static func remove(_ call: Call) async throws(Failure) -> Answer {
        let (caller, expected) = (try call.caller, try call.expectedRevision)
        let group = try await find(call)
        try await call.write { (transaction) throws(StoreError) in
            try transaction.deleteGroup(group.id, expecting: expected)
            try caller.note(
                .groupRemoved, ["group": .string(group.name)], project: group.project,
                in: transaction)
        }
        return .empty
    }

    private static func find(_ call: Call) async throws(Failure) -> DeviceGroup {
        let (id, project) = (try call.id(.group), try call.project.id)
        return try await call.read { (snapshot) throws(StoreError) in
            try snapshot.group(id, in: project)
        }
    }

    // MARK: Rendering

    private static func render(_ group: DeviceGroup) -> JSONObject {
        [
            "id": JSONValue(group.id), "revision": JSONValue(group.revision),
            "name": .string(group.name), "description": .string(group.description),
            "parentId": JSONValue(group.parent), "isDefault": .bool(group.isDefault),
            "createdAt": JSONValue(group.created),
        ]
    }

    private static func decode(_ input: Members, keeping current: DeviceGroup?) -> DeviceGroup {
        let none = UUID(high: 0, low: 0)
        var group =
            current
            ?? DeviceGroup(id: none, project: none, name: "", created: Moment(milliseconds: 0))
        group.name = input.text("name")
        group.description = input.text("description")
        group.parent = input.optionalID("parentId")
        group.isDefault = input.flag("isDefault")
        return group
    }
}
