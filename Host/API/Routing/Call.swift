import Access
import HTTP
import JSON
import Store
import Values

/// One request on its way through a handler: everything about it was checked against its route.
typealias Call = HTTP.Call<Visit>

/// What the pipeline finds out about a request before its handler sees it.
struct Visit: Sendable {
    let services: Services
    /// Who calls; nil on routes that are open to everybody.
    let visitor: Caller?
    /// The project of a route that works within one.
    let place: Project?
    /// The body; null where there is none.
    let body: JSONValue
}

extension Call {
    var services: Services { context.services }
    var body: JSONValue { context.body }

    /// Who calls.
    ///
    /// - Throws: `unauthenticated` on a route that is open to everybody.
    var caller: Caller {
        get throws(Failure) {
            guard let visitor = context.visitor else { throw Failure(.unauthenticated) }
            return visitor
        }
    }

    /// The project of the request.
    ///
    /// - Throws: `project_needed` on a route that belongs to the whole host.
    var project: Project {
        get throws(Failure) {
            guard let place = context.place else { throw Failure(.projectNeeded) }
            return place
        }
    }

    /// The body's members.
    var members: Members { Members(body) }

    /// An identifier in the path; text that is none names nothing.
    func id(_ parameter: PathParameter) throws(Failure) -> UUID {
        guard let id = pathParameters[parameter.rawValue].flatMap({ UUID($0) }) else {
            throw Failure(.notFound)
        }
        return id
    }

    /// A whole number of the query, which was compared with its shape already.
    func queryNumber(_ name: String) throws(Failure) -> Int? {
        guard let text = query[name] else { return nil }
        guard let number = Int(text) else {
            throw .parameter(name, Phrase("Ожидается целое число.", "Expected a whole number."))
        }
        return number
    }

    /// An instant of the query in milliseconds, which was compared with its shape already.
    func queryTime(_ name: String) throws(Failure) -> Int64? {
        guard let text = query[name] else { return nil }
        guard let time = Timestamp(rfc3339: text) else {
            throw .parameter(name, TextForm.time.complaint)
        }
        return time.milliseconds
    }

    /// The revision that `If-Match` names; nil when any will do.
    ///
    /// - Throws: `revision_mismatch` for a tag that no revision has, `precondition_required` where a
    ///   whole thing is replaced without saying which.
    var expectedRevision: Int64? {
        get throws(Failure) {
            let tags = request.headers.list("if-match")
            guard let tag = tags.first else {
                if request.method == .put { throw Failure(.preconditionRequired) }
                return nil
            }
            if tag == "*" { return nil }
            guard tags.count == 1, tag.hasPrefix("\""), tag.hasSuffix("\""),
                let revision = Int64(tag.dropFirst().dropLast())
            else { throw Failure(.revisionMismatch) }
            return revision
        }
    }
}

extension Call {
    /// Reads from the store.
    func read<T: Sendable>(
        _ body: @escaping @Sendable (Snapshot) throws(StoreError) -> T
    ) async throws(Failure) -> T {
        do throws(StoreError) {
            return try await services.store.read(body)
        } catch {
            throw Failure(error)
        }
    }

    /// Changes the store; all of the change is kept or none.
    func write<T: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws(StoreError) -> T
    ) async throws(Failure) -> T {
        do throws(StoreError) {
            return try await services.store.write(body)
        } catch {
            throw Failure(error)
        }
    }

    /// Stores a thing that refers to others; one that is not there is a fault of the body.
    ///
    /// - Parameters:
    ///   - thing: What is to be stored.
    ///   - references: The members of the body that name other things, by what they name.
    ///   - body: Stores it and gives it back as it is then.
    /// - Returns: What `body` gave.
    /// - Throws: `invalid_body` with the member that names nothing.
    func storing<T: Sendable>(
        _ thing: T, references: [Entity: String] = [:],
        _ body: @escaping @Sendable (Transaction, T) throws(StoreError) -> T
    ) async throws(Failure) -> T {
        do throws(StoreError) {
            return try await services.store.write { (transaction) throws(StoreError) in
                try body(transaction, thing)
            }
        } catch {
            throw Failure(error, references: references)
        }
    }

    /// The address of something in the request's project, as its path named it.
    func location(_ path: String) -> String {
        guard let name = pathParameters[PathParameter.project.rawValue] else {
            return Endpoint.root + path
        }
        return PathPattern(Endpoint.root + "/projects/{project}" + path).path(["project": name])
    }

    /// Asks the gate.
    func gate<T: Sendable>(
        references: [Entity: String] = [:], _ body: (Gate) async throws(AccessError) -> T
    ) async throws(Failure) -> T {
        do throws(AccessError) {
            return try await body(services.gate)
        } catch .store(let error) {
            throw Failure(error, references: references)
        } catch {
            throw Failure(error)
        }
    }
}
