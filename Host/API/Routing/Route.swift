import HTTP

/// One row of the route table: an address, who may use it, what it does and the code that does it.
struct Route: Sendable {
    /// Whether the route works within a project.
    enum Scope: Sendable {
        /// Belongs to the whole host.
        case host
        /// Exists twice: under `/api/v1/projects/{project}`, and without it for callers who belong to
        /// one project only.
        case project
        /// Is about one project, which its path names.
        case oneProject
    }

    typealias Handler = @Sendable (Call) async throws(Failure) -> Answer

    let method: HTTPMethod
    let path: PathTemplate
    let scope: Scope
    let requirement: Requirement
    let operation: Operation
    let handler: Handler
}

extension Route {
    /// Where the routes of the API begin.
    static let root = "/api/v1"

    /// A route that belongs to the whole host; the path stands below `/api/v1`.
    static func host(
        _ method: HTTPMethod, _ path: String, _ requirement: Requirement, _ operation: Operation,
        _ handler: @escaping Handler
    ) -> Route {
        Route(
            method: method, path: PathTemplate(root + path), scope: .host,
            requirement: requirement, operation: operation, handler: handler)
    }

    /// The two routes of something within a project; the path stands below the project.
    static func project(
        _ method: HTTPMethod, _ path: String, _ requirement: Requirement, _ operation: Operation,
        _ handler: @escaping Handler
    ) -> [Route] {
        let named = Route(
            method: method, path: PathTemplate(root + "/projects/{project}" + path),
            scope: .project, requirement: requirement, operation: operation, handler: handler)
        let own = Route(
            method: method, path: PathTemplate(root + path), scope: .project,
            requirement: requirement, operation: operation.inOwnProject, handler: handler)
        return [named, own]
    }
}

extension Operation {
    /// The same operation at its shorter address.
    fileprivate var inOwnProject: Operation {
        var copy = Operation(
            id: id + "InOwnProject", tag: tag, summary: summary, answers: answers)
        copy.parameters = parameters
        copy.body = body
        return copy
    }
}
