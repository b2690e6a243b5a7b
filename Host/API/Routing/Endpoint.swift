import HTTP

/// One row of the route table: an address, who may use it, what it does and the code that does it.
struct Endpoint: Sendable {
    /// Whether the route works within a project.
    enum Scope: Sendable {
        /// Belongs to the whole host.
        case host
        /// Exists twice: under `/api/v1/projects/{project}`, and without it for callers who belong to
        /// one project only.
        case project
    }

    typealias Handler = @Sendable (Call) async throws(Failure) -> Answer

    let method: HTTPMethod
    let pattern: PathPattern
    let scope: Scope
    let requirement: Requirement
    let form: EndpointForm
    let handler: Handler
}

extension Endpoint {
    /// Where the routes of the API begin.
    static let root = "/api/v1"

    /// A route that belongs to the whole host; the path stands below `/api/v1`.
    static func host(
        _ method: HTTPMethod, _ path: String, _ requirement: Requirement, _ form: EndpointForm,
        _ handler: @escaping Handler
    ) -> Endpoint {
        Endpoint(
            method: method, pattern: PathPattern(root + path), scope: .host,
            requirement: requirement, form: form, handler: handler)
    }

    /// A route beside the versioned API; the path stands at the root.
    static func root(
        _ path: String, _ requirement: Requirement, _ form: EndpointForm,
        _ handler: @escaping Handler
    ) -> Endpoint {
        Endpoint(
            method: .get, pattern: PathPattern(path), scope: .host, requirement: requirement,
            form: form, handler: handler)
    }

    /// The two routes of something within a project; the path stands below the project.
    static func project(
        _ method: HTTPMethod, _ path: String, _ requirement: Requirement, _ form: EndpointForm,
        _ handler: @escaping Handler
    ) -> [Endpoint] {
        [("/projects/{project}" + path, form), (path, form.inOwnProject)].map { path, form in
            Endpoint(
                method: method, pattern: PathPattern(root + path), scope: .project,
                requirement: requirement, form: form, handler: handler)
        }
    }
}

extension EndpointForm {
    /// The same at the shorter address.
    fileprivate var inOwnProject: EndpointForm {
        var copy = EndpointForm(
            id: id + "InOwnProject", tag: tag, summary: summary, answers: answers)
        copy.parameters = parameters
        copy.body = body
        copy.isHeavy = isHeavy
        return copy
    }
}
