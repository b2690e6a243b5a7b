/// One row of the route table.
///
/// `Context` is what the handlers of an application share and what the router makes for each request: the
/// caller, the project, the services.
package struct Route<Context: Sendable>: Sendable {
    package typealias Handler = @Sendable (Call<Context>) async throws(Problem) -> HTTPResponse

    package let method: HTTPMethod
    package let pattern: PathPattern
    package let operation: Operation
    package let handler: Handler

    package init(
        _ method: HTTPMethod, _ pattern: PathPattern, _ operation: Operation,
        handler: @escaping Handler
    ) {
        self.method = method
        self.pattern = pattern
        self.operation = operation
        self.handler = handler
    }
}

/// One request on its way through a route.
package struct Call<Context: Sendable>: Sendable {
    package let request: HTTPRequest
    package let operation: Operation
    /// The parameters of the path, decoded.
    package let pathParameters: [String: String]
    package let query: Query
    package let language: Language
    package let context: Context

    /// The same call with another context.
    func with<Other: Sendable>(_ context: Other) -> Call<Other> {
        Call<Other>(
            request: request, operation: operation, pathParameters: pathParameters,
            query: query, language: language, context: context)
    }
}
