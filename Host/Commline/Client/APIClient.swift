import Glibc
import HTTP
import JSON
import Reactor

/// The REST API as the client commands use it.
struct APIClient {
    private let client: HTTPClient
    private let group: ReactorGroup
    private let work: Work
    private let address: String
    private var token: String
    private let project: String?

    /// The options of all client commands.
    static let options: [OptionSpec] = [
        .value(
            "--server", "URL",
            "The host. Default: COMMLINE_SERVER, or http://127.0.0.1:8080."),
        .value("--token", "TOKEN", "A bearer token. Default: COMMLINE_TOKEN."),
        .value("--login", "NAME", "Logs in by name instead. Default: COMMLINE_LOGIN."),
        .value(
            "--password", "TEXT",
            "The password; better given as COMMLINE_PASSWORD, which other users cannot see."),
        .value("--project", "NAME", "The project, for those who belong to several."),
    ]

    /// Opens the way to the API, does something over it, and closes it in any case.
    static func use<Answer>(
        _ arguments: ParsedArguments, _ body: (APIClient) async throws -> Answer
    ) async throws -> Answer {
        let client = try await open(arguments)
        do {
            let answer = try await body(client)
            await client.close()
            return answer
        } catch {
            await client.close()
            throw error
        }
    }

    /// Opens the way to the API, and logs in where no token was given.
    private static func open(_ arguments: ParsedArguments) async throws -> APIClient {
        let text =
            arguments.value("--server") ?? environment("COMMLINE_SERVER")
            ?? "http://127.0.0.1:8080"
        guard let place = ServerAddress(text) else {
            throw ArgumentError.badValue(
                option: "--server", given: text, expected: "an address like http://127.0.0.1:8080")
        }
        let group = try await ReactorGroup(name: "client", count: 1)
        let work = try Work(name: "client-work", threads: 1)
        let http = HTTPClient(
            host: place.host, port: place.port, reactor: group.reactors[0],
            resolver: Resolver(work: work))
        var client = APIClient(
            client: http, group: group, work: work, address: text, token: "",
            project: arguments.value("--project"))
        if let token = arguments.value("--token") ?? environment("COMMLINE_TOKEN") {
            client.token = token
            return client
        }
        guard let login = arguments.value("--login") ?? environment("COMMLINE_LOGIN"),
            let password = arguments.value("--password") ?? environment("COMMLINE_PASSWORD")
        else {
            throw CommandFailure(
                "who are you? Give --token, or --login and COMMLINE_PASSWORD", .usage)
        }
        let answer = try await client.send(
            .post, "/api/v1/sessions",
            body: ["login": .string(login), "password": .string(password)])
        guard let token = answer["token"]?.string else {
            throw CommandFailure("the host gave no token")
        }
        client.token = token
        return client
    }

    private static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }

    /// The path of something of the project.
    func path(_ rest: String) -> String {
        guard let project else { return "/api/v1/" + rest }
        return "/api/v1/projects/" + Self.encoded(project) + "/" + rest
    }

    /// Makes a text safe inside a path or a query.
    static func encoded(_ text: String) -> String {
        let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
        var result = ""
        for byte in text.utf8 {
            if plain.contains(byte) {
                result.unicodeScalars.append(UnicodeScalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                result += "%" + (byte < 16 ? "0" : "") + digits
            }
        }
        return result
    }

    /// Sends a request and gives the JSON of its answer.
    ///
    /// - Throws: A `CommandFailure` with the problem's own words and an exit code that fits.
    func send(
        _ method: HTTPMethod, _ path: String, body: JSONValue? = nil
    ) async throws -> JSONValue {
        var request =
            body.map { HTTPClientRequest(method, path, json: $0) }
            ?? HTTPClientRequest(method, path)
        if !token.isEmpty { request.headers.set("Authorization", "Bearer " + token) }
        let response: HTTPClientResponse
        do throws(HTTPClientError) {
            response = try await client.send(request)
        } catch {
            throw CommandFailure("\(address): \(error.description)", .unreachable)
        }
        let json = response.body.isEmpty ? .null : (try? response.json()) ?? .null
        guard (200..<300).contains(response.status.code) else {
            throw Self.failure(Int(response.status.code), json)
        }
        return json
    }

    private static func failure(_ status: Int, _ problem: JSONValue) -> CommandFailure {
        var text = problem["detail"]?.string ?? problem["title"]?.string ?? "HTTP \(status)"
        for error in problem["errors"]?.array ?? [] {
            let pointer = error["pointer"]?.string ?? ""
            text += "\n  \(pointer): \(error["message"]?.string ?? "")"
        }
        return CommandFailure(text, status == 401 || status == 403 ? .refused : .failure)
    }

    /// Gives all items of a list, page by page.
    func list(_ path: String) async throws -> [JSONValue] {
        var items: [JSONValue] = []
        var cursor: String?
        repeat {
            let separator = path.contains("?") ? "&" : "?"
            let page = try await send(
                .get, path + (cursor.map { separator + "cursor=" + Self.encoded($0) } ?? ""))
            items += page["items"]?.array ?? []
            cursor = page["nextCursor"]?.string
        } while cursor != nil
        return items
    }

    /// Pauses on the client's own timer wheel.
    func pause(_ duration: Duration) async {
        let reactor = group.reactors[0]
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            reactor.execute { reactor.schedule(after: duration) { continuation.resume() } }
        }
    }

    private func close() async {
        await client.close()
        await work.stop()
        await group.stop()
    }
}

/// Where a host is, as a person writes it.
struct ServerAddress: Hashable {
    let host: String
    let port: UInt16

    /// Reads `http://host:port`; the scheme and the port may be left out.
    init?(_ text: String) {
        var rest = text[...]
        if rest.hasPrefix("http://") { rest = rest.dropFirst(7) }
        if rest.contains("://") { return nil }
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        if rest.hasPrefix("["), let close = rest.firstIndex(of: "]") {
            host = String(rest[rest.index(after: rest.startIndex)..<close])
            rest = rest[rest.index(after: close)...]
        } else {
            let colon = rest.firstIndex(of: ":") ?? rest.endIndex
            host = String(rest[..<colon])
            rest = rest[colon...]
        }
        if rest.isEmpty {
            port = 8080
        } else {
            guard rest.first == ":", let number = UInt16(rest.dropFirst()) else { return nil }
            port = number
        }
        guard !host.isEmpty else { return nil }
    }
}
