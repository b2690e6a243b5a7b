import Reactor

/// Finds the route of a request and runs it.
///
/// Literal segments go before parameters. `HEAD` is answered by the `GET` route, `OPTIONS` and what is not in
/// the table by the router itself.
package struct Router<Context: Sendable>: HTTPService {
    /// Makes the context of a request, or refuses it: authentication and permissions, by the operation's data.
    package typealias ContextMaker =
        @Sendable (Call<Void>) async throws(Problem) -> Context

    /// The table, in its order; OpenAPI is written from it.
    package let routes: [Route<Context>]

    private struct Node {
        var literals: [String: Int] = [:]
        var parameter: Int?
        /// Routes that end here, as indices into `routes`.
        var routes: [HTTPMethod: Int] = [:]
    }

    private var nodes = [Node()]
    /// The nodes of patterns without parameters, by their path: most requests need look no further.
    private var literalPaths: [String: Int] = [:]
    private let makeContext: ContextMaker

    /// Makes a router.
    ///
    /// - Parameters:
    ///   - routes: The table.
    ///   - makeContext: Called for each request that has a route, before its handler.
    /// - Throws: A `RouteTableError`, which is a mistake in the table.
    package init(
        _ routes: [Route<Context>], makeContext: @escaping ContextMaker
    ) throws(RouteTableError) {
        self.routes = routes
        self.makeContext = makeContext
        var ids: Set<String> = []
        for (index, route) in routes.enumerated() {
            guard route.pattern.isValid else { throw .invalidPattern(route.pattern.description) }
            guard ids.insert(route.operation.id).inserted else {
                throw .repeatedID(route.operation.id)
            }
            let node = place(route.pattern)
            if route.pattern.parameterNames.isEmpty {
                literalPaths[route.pattern.description] = node
            }
            guard nodes[node].routes.updateValue(index, forKey: route.method) == nil else {
                throw .repeatedRoute(route.method, route.pattern.description)
            }
        }
    }

    /// The node of a pattern, made where it is missing.
    private mutating func place(_ pattern: PathPattern) -> Int {
        var node = 0
        for segment in pattern.segments {
            let existing =
                switch segment {
                case .literal(let text): nodes[node].literals[text]
                case .parameter: nodes[node].parameter
                }
            if let existing {
                node = existing
                continue
            }
            nodes.append(Node())
            switch segment {
            case .literal(let text): nodes[node].literals[text] = nodes.count - 1
            case .parameter: nodes[node].parameter = nodes.count - 1
            }
            node = nodes.count - 1
        }
        return node
    }

    // MARK: Serving

    package func admit(_ head: RequestHead, from peer: SocketAddress?) -> Admission {
        do throws(Problem) {
            return try find(head)
        } catch {
            return .answer(error.response(in: head.language))
        }
    }

    private func find(_ head: RequestHead) throws(Problem) -> Admission {
        switch head.method {
        case .other, .connect: throw .methodNotImplemented(head.method)
        default: break
        }
        if head.path == "*" { return .answer(Self.options("GET, HEAD, POST, PUT, PATCH, DELETE")) }
        var values: [String] = []
        let node = nodes[try match(head.path, &values)]
        let method = head.method == .head && node.routes[.head] == nil ? .get : head.method
        guard let index = node.routes[method] else {
            let allowed = Self.allowed(node)
            if method == .options { return .answer(Self.options(allowed)) }
            throw .methodNotAllowed(head.method, allowed: allowed)
        }
        guard let query = Query(parsing: head.query) else { throw .invalidQuery }
        return .take(plan(routes[index], values, query))
    }

    private func plan(_ route: Route<Context>, _ values: [String], _ query: Query) -> Admission.Plan
    {
        let rule = route.operation.body
        let names = route.pattern.parameterNames
        let makeContext = self.makeContext
        return Admission.Plan(
            delivery: rule.delivery, limit: rule.limit, place: route.operation.place
        ) { request in
            let call = Call<Void>(
                request: request, operation: route.operation,
                pathParameters: Dictionary(uniqueKeysWithValues: zip(names, values)),
                query: query, language: request.language, context: ())
            do throws(Problem) {
                return try await route.handler(call.with(try await makeContext(call)))
            } catch {
                return error.response(in: call.language)
            }
        }
    }

    private static func options(_ allowed: String) -> HTTPResponse {
        HTTPResponse(.noContent, headers: ["Allow": allowed])
    }

    private static func allowed(_ node: Node) -> String {
        var methods = Set(node.routes.keys.map(\.description))
        methods.insert("OPTIONS")
        if methods.contains("GET") { methods.insert("HEAD") }
        return methods.sorted().joined(separator: ", ")
    }

    // MARK: Matching

    /// The node of a path; fills in the values of the parameters on the way.
    private func match(_ path: String, _ values: inout [String]) throws(Problem) -> Int {
        // Literal segments go before parameters, so this is what the descent would find.
        if let node = literalPaths[path] { return node }
        var segments: [String] = []
        for part in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let segment = PercentCoding.decode(part) else { throw .invalidPath }
            segments.append(segment)
        }
        guard path.hasPrefix("/"), let node = descend(from: 0, segments[...], &values) else {
            throw .notFound
        }
        return node
    }

    private func descend(
        from node: Int, _ segments: ArraySlice<String>, _ values: inout [String]
    ) -> Int? {
        guard let segment = segments.first else { return nodes[node].routes.isEmpty ? nil : node }
        let rest = segments.dropFirst()
        if let next = nodes[node].literals[segment],
            let found = descend(from: next, rest, &values)
        {
            return found
        }
        guard let next = nodes[node].parameter, !segment.isEmpty else { return nil }
        values.append(segment)
        if let found = descend(from: next, rest, &values) { return found }
        values.removeLast()
        return nil
    }
}

/// A mistake in a route table.
package enum RouteTableError: Error, Hashable, Sendable {
    /// The pattern does not begin with a slash, or its parameters have no names or the same.
    case invalidPattern(String)
    /// Two operations have this id.
    case repeatedID(String)
    /// Two routes have this method and the same path.
    case repeatedRoute(HTTPMethod, String)
}
