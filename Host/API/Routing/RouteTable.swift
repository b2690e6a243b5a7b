import HTTP

/// The route table as the server serves it.
enum RouteTable {
    /// Makes the router of a table.
    ///
    /// - Parameters:
    ///   - endpoints: The table.
    ///   - services: What its handlers stand on.
    /// - Returns: What answers requests.
    /// - Throws: A mistake in the table.
    static func router(
        _ endpoints: [Endpoint], services: Services
    ) throws(RouteTableError) -> Router<Visit> {
        let pipeline = Pipeline(services: services)
        let byID = Dictionary(
            endpoints.map { ($0.form.id, $0) }, uniquingKeysWith: { first, _ in first })
        let routes = endpoints.map { endpoint in
            Route<Visit>(endpoint.method, endpoint.pattern, endpoint.operation) {
                (call) throws(Problem) in
                do throws(Failure) {
                    return try await endpoint.handler(call).response
                } catch {
                    throw pipeline.problem(error, endpoint)
                }
            }
        }
        return try Router(routes) { (call) throws(Problem) in
            guard let endpoint = byID[call.operation.id] else { throw Failure(.notFound).problem }
            do throws(Failure) {
                return try await pipeline.visit(endpoint, call)
            } catch {
                throw pipeline.problem(error, endpoint)
            }
        }
    }
}

extension Endpoint {
    /// What the server has to know about the route.
    fileprivate var operation: HTTP.Operation {
        let access: HTTP.Operation.Access =
            switch requirement {
            case .open: .everyone
            case .signedIn, .any: .anyUser
            case .all(let permissions): .permissions(permissions.map(\.symbol))
            }
        let body = form.body.map { body in
            HTTP.Operation.BodyRule(
                contentType: body.mediaTypes.first,
                delivery: body.limit > Limits.body ? .streamed : .collected,
                limit: UInt64(body.limit))
        }
        return HTTP.Operation(
            id: form.id, tag: form.tag.rawValue, summary: form.summary.en, access: access,
            body: body ?? .none, place: form.isHeavy ? .work : .reactor)
    }
}
