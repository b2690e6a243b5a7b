import Access
import HTTP
import JSON

/// The OpenAPI 3.1 document, generated from the route table that serves requests.
struct OpenAPIDocument {
    let endpoints: [Endpoint]
    let version: String
    private var schemas = SchemaWriter()

    /// The document of a route table.
    ///
    /// - Parameters:
    ///   - endpoints: The table.
    ///   - version: The product's version.
    /// - Returns: The document, ready to be written.
    static func make(endpoints: [Endpoint], version: String) -> JSONValue {
        var document = OpenAPIDocument(endpoints: endpoints, version: version)
        return document.write()
    }

    private init(endpoints: [Endpoint], version: String) {
        self.endpoints = endpoints
        self.version = version
    }

    private mutating func write() -> JSONValue {
        var paths = JSONObject()
        for endpoint in endpoints {
            let text = endpoint.pattern.description
            var item = paths[text]?.object ?? JSONObject()
            if item.isEmpty, !endpoint.pattern.parameterNames.isEmpty {
                item["parameters"] = .array(endpoint.pattern.parameterNames.map(Self.pathParameter))
            }
            item[endpoint.method.description.lowercased()] = operation(endpoint)
            paths[text] = .object(item)
        }
        _ = schemas.schema(of: .object(ProblemForm.shape), as: .output)
        var components = JSONObject()
        for (name, schema) in schemas.components.sorted(by: { $0.key < $1.key }) {
            components[name] = schema
        }
        return [
            "openapi": "3.1.1",
            "info": [
                "title": "Commline",
                "version": .string(version),
                "summary": "The operators' API of the Commline metering host.",
                "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
            ],
            "servers": [["url": "/", "description": "The host that serves this document."]],
            "tags": .array(
                Tag.allCases.filter { tag in endpoints.contains { $0.form.tag == tag } }.map {
                    ["name": .string($0.rawValue), "description": .string($0.label.en)]
                }),
            "paths": .object(paths),
            "components": [
                "securitySchemes": ["token": ["type": "http", "scheme": "bearer"]],
                "responses": .object(Self.problems),
                "schemas": .object(components),
            ],
        ]
    }

    private mutating func operation(_ endpoint: Endpoint) -> JSONValue {
        let form = endpoint.form
        var object: JSONObject = [
            "operationId": .string(form.id),
            "tags": [.string(form.tag.rawValue)],
            "summary": .string(form.summary.en),
            "description": .string(
                form.summary.ru + "\n\n" + endpoint.requirement.phrase.en),
            "x-permissions": .array(
                endpoint.requirement.permissions.map { .string($0.symbol) }),
        ]
        let parameters = form.parameters.map { parameter($0) }
        if !parameters.isEmpty { object["parameters"] = .array(parameters) }
        if let body = form.body { object["requestBody"] = requestBody(body) }
        object["responses"] = responses(endpoint)
        object["security"] = endpoint.requirement == .open ? [] : [["token": []]]
        return .object(object)
    }

    private mutating func parameter(_ parameter: EndpointForm.Parameter) -> JSONValue {
        var schema = schemas.schema(of: parameter.shape, as: .input)
        var object: JSONObject = [
            "name": .string(parameter.name), "in": .string(parameter.place.rawValue),
            "description": .string(parameter.note.en),
        ]
        if parameter.isRepeated {
            schema = ["type": "array", "items": schema]
            object["explode"] = true
        }
        object["schema"] = schema
        return .object(object)
    }

    private mutating func requestBody(_ body: EndpointForm.Body) -> JSONValue {
        let schema = schemas.schema(of: body.shape, as: body.use)
        var content = JSONObject()
        for mediaType in body.mediaTypes { content[mediaType] = ["schema": schema] }
        return ["required": true, "content": .object(content)]
    }

    private mutating func responses(_ endpoint: Endpoint) -> JSONValue {
        var object = JSONObject()
        for answer in endpoint.form.answers {
            var content = JSONObject()
            for (mediaType, shape) in answer.contents {
                content[mediaType] = ["schema": schemas.schema(of: shape, as: .output)]
            }
            var response: JSONObject = ["description": .string(answer.note.en)]
            if !content.isEmpty { response["content"] = .object(content) }
            object[String(answer.status)] = .object(response)
        }
        for status in endpoint.problemStatuses {
            object[String(status)] = ["$ref": .string("#/components/responses/\(status)")]
        }
        return .object(object)
    }

    /// The description of a path parameter.
    private static func pathParameter(_ name: String) -> JSONValue {
        let isText = PathParameter(rawValue: name)?.isText ?? false
        return [
            "name": .string(name), "in": "path", "required": true,
            "description": .string(PathParameter(rawValue: name)?.note.en ?? name),
            "schema": isText ? ["type": "string"] : ["type": "string", "format": "uuid"],
        ]
    }

    /// One response for each status that a problem can have.
    private static var problems: JSONObject {
        var object = JSONObject()
        for status in Set(ProblemCode.allCases.map(\.status)).sorted() {
            let codes = ProblemCode.allCases.filter { $0.status == status }
            let text = codes.map { "`\($0.rawValue)`: \($0.title.en)." }.joined(separator: " ")
            object[String(status)] = [
                "description": .string(text),
                "content": [
                    "application/problem+json": ["schema": ["$ref": "#/components/schemas/Problem"]]
                ],
            ]
        }
        return object
    }
}

/// The parameters that stand in paths.
enum PathParameter: String, CaseIterable {
    case project, session, token, user, role, device, group, channel, `protocol`, commline
    case job, run, task, archive, plugin, command

    /// Whether the parameter is more than an identifier.
    var isText: Bool {
        switch self {
        case .project, .session, .archive, .plugin: true
        default: false
        }
    }

    var note: Phrase {
        switch self {
        case .project: Phrase("Идентификатор или имя проекта.", "A project's id or name.")
        case .session: Phrase("Идентификатор сеанса или current.", "A session's id, or current.")
        case .token: Phrase("Идентификатор ключа доступа.", "An API token's id.")
        case .user: Phrase("Идентификатор пользователя.", "A user's id.")
        case .role: Phrase("Идентификатор роли.", "A role's id.")
        case .device: Phrase("Идентификатор устройства.", "A device's id.")
        case .group: Phrase("Идентификатор группы.", "A group's id.")
        case .channel: Phrase("Идентификатор канала связи.", "A channel's id.")
        case .protocol: Phrase("Идентификатор протокола.", "A protocol's id.")
        case .commline: Phrase("Идентификатор линии.", "A commline's id.")
        case .job: Phrase("Идентификатор задачи сбора.", "A job's id.")
        case .run: Phrase("Идентификатор запуска.", "A run's id.")
        case .task: Phrase("Идентификатор задачи.", "A task's id.")
        case .archive: Phrase("Обозначение архива.", "An archive's symbol.")
        case .plugin: Phrase("Идентификатор плагина.", "A plugin's id.")
        case .command: Phrase("Идентификатор команды.", "A command's id.")
        }
    }
}

extension Endpoint {
    /// The statuses of the problems that the route can answer.
    var problemStatuses: [Int] {
        var statuses: Set<Int> = [400, 500, 503]
        if requirement != .open { statuses.insert(401) }
        if !requirement.permissions.isEmpty { statuses.insert(403) }
        if !pattern.parameterNames.isEmpty || scope != .host { statuses.insert(404) }
        if form.body != nil { statuses.formUnion([413, 415]) }
        if method != .get { statuses.formUnion([409, 422, 507]) }
        if [.put, .patch, .delete].contains(method) { statuses.insert(412) }
        if method == .put { statuses.insert(428) }
        if form.id == "login" { statuses.formUnion([401, 403, 429]) }
        return statuses.sorted()
    }
}
