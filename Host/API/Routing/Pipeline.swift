import Access
import HTTP
import JSON
import Store

/// What every request goes through before its handler sees it: who calls, may it, where, with what.
struct Pipeline: Sendable {
    let services: Services

    /// Finds out everything about a request that was matched with a route.
    ///
    /// - Parameters:
    ///   - endpoint: The row of the table.
    ///   - call: The request with the parameters of its path.
    /// - Returns: What the handler works with.
    /// - Throws: Why the request is refused; who may not call learns nothing about the rest.
    func visit(
        _ endpoint: Endpoint, _ call: HTTP.Call<Void>
    ) async throws(Failure) -> Visit {
        let caller = try await caller(endpoint, call.request)
        let place =
            try endpoint.scope == .project ? project(call.pathParameters, caller) : nil
        try QueryCheck.check(call.query, for: endpoint.form)
        let body = try await BodyCheck.json(of: call.request, for: endpoint)
        return Visit(services: services, visitor: caller, place: place, body: body)
    }

    /// Writes down what the caller is not told, and turns the failure into the server's problem.
    func problem(_ failure: Failure, _ endpoint: Endpoint) -> Problem {
        if let cause = failure.cause {
            services.log.error(
                "a request failed", ["operation": endpoint.form.id, "cause": cause])
        }
        return failure.problem
    }

    /// Finds out who calls, and refuses who may not.
    private func caller(
        _ endpoint: Endpoint, _ request: HTTPRequest
    ) async throws(Failure) -> Caller? {
        if endpoint.requirement == .open { return nil }
        guard let token = request.bearerToken else { throw Failure(AccessError.unauthenticated) }
        let caller: Caller
        do throws(AccessError) {
            caller = try await services.gate.authenticate(token: token, address: request.address)
        } catch {
            throw Failure(error)
        }
        guard endpoint.requirement.isMet(by: caller.permissions) else {
            throw Failure(.permissionDenied, endpoint.requirement.phrase)
        }
        return caller
    }

    /// Finds the project; that of others does not exist for the caller.
    private func project(
        _ path: [String: String], _ caller: Caller?
    ) throws(Failure) -> Project {
        let own = caller?.projects ?? []
        if let name = path[PathParameter.project.rawValue] {
            let found = own.first { $0.id.description == name.lowercased() || $0.name == name }
            guard let found else { throw Failure(.notFound) }
            return found
        }
        guard let only = own.first, own.count == 1 else {
            let names = own.map(\.name).joined(separator: ", ")
            throw Failure(
                .projectNeeded,
                own.isEmpty
                    ? Phrase("Вы не состоите ни в одном проекте.", "You are in no project.")
                    : Phrase(
                        "Укажите проект в пути: /api/v1/projects/{project}/…; ваши проекты: \(names).",
                        "Name it in the path: /api/v1/projects/{project}/…; yours are: \(names)."))
        }
        return only
    }
}

extension HTTPRequest {
    /// The token of `Authorization: Bearer`; the scheme's name has no case (RFC 9110, 11.1).
    var bearerToken: String? {
        guard let field = headers["authorization"] else { return nil }
        let parts = field.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1])
    }

    /// Where the request came from, without the port.
    var address: String { peer?.host ?? "in-process" }
}
