import Glibc
import JSON

/// A running host of the product, on a data folder of its own, spoken to as an operator does.
final class HostUnderTest {
    let data: String
    private let scratch: Scratch
    private let extraArguments: [String]
    private let patience: Duration
    private(set) var child: Child
    private(set) var client: HTTPClient
    private var token = ""

    /// Starts a host on a free port and logs in as the default administrator.
    ///
    /// - Parameters:
    ///   - scratch: Where its data goes.
    ///   - data: Another data folder.
    ///   - arguments: What it is started with besides.
    ///   - patience: How long any one answer may take.
    /// - Throws: `Trouble` where it does not start.
    init(
        in scratch: Scratch, data: String? = nil, arguments: [String] = [],
        patience: Duration = .seconds(30)
    ) throws {
        self.patience = patience
        self.scratch = scratch
        self.data = try data ?? scratch.folder("data")
        extraArguments = arguments
        (child, client) = try Self.start(self.data, arguments, scratch, patience)
        token = try logIn("admin", "hesadmin")
    }

    deinit { child.kill() }

    /// Ends the host as a power cut does, and starts it again on the same data.
    func killAndRestart() throws {
        child.kill()
        (child, client) = try Self.start(data, extraArguments, scratch, patience)
        token = try logIn("admin", "hesadmin")
    }

    var url: String { "http://127.0.0.1:\(client.port)" }

    private static func start(
        _ data: String, _ arguments: [String], _ scratch: Scratch, _ patience: Duration
    ) throws -> (Child, HTTPClient) {
        var words = ["serve", "--data", data, "--listen", "127.0.0.1:0"]
        if !arguments.contains("--manifests") { words += ["--manifests", Workplace.manifests] }
        if !arguments.contains("--plugins") { words += ["--plugins", Workplace.binaries] }
        let child = try Child(Workplace.commline, words + arguments, in: scratch)
        let line = try child.line(containing: "http://127.0.0.1:")
        let digits = line.split(separator: "http://127.0.0.1:").last?.prefix(while: \.isNumber)
        guard let port = digits.flatMap({ UInt16($0) }) else {
            throw Trouble.answer("no port in \"\(line)\"")
        }
        return (child, HTTPClient(port: port, patience: patience))
    }

    /// Logs in and gives the token.
    func logIn(_ login: String, _ password: String) throws -> String {
        let body: JSONValue = ["login": .string(login), "password": .string(password)]
        let answer = try call("POST", "/api/v1/sessions", body, token: "")
        guard answer.status == 201, let token = try answer.json()["token"]?.string else {
            throw Trouble.answer("log in as \(login): \(answer.status) \(answer.text)")
        }
        return token
    }

    /// Calls the API with somebody's token; empty for nobody's, by default the administrator's.
    func call(
        _ method: String, _ path: String, _ body: JSONValue? = nil, token: String? = nil,
        headers: [(String, String)] = []
    ) throws -> Answer {
        try call(
            method, path, bytes: body?.bytes(pretty: false), token: token, headers: headers)
    }

    /// Calls the API with a body that need not be JSON.
    func call(
        _ method: String, _ path: String, bytes: [UInt8]?, token: String? = nil,
        headers: [(String, String)] = []
    ) throws -> Answer {
        var headers = headers
        let token = token ?? self.token
        if !token.isEmpty { headers.append(("Authorization", "Bearer \(token)")) }
        if bytes != nil { headers.append(("Content-Type", "application/json")) }
        return try client.send(method, path, headers: headers, body: bytes)
    }

    /// Calls the API and insists on a status.
    func expect(
        _ status: Int, _ method: String, _ path: String, _ body: JSONValue? = nil
    ) throws -> JSONValue {
        let answer = try call(method, path, body)
        guard answer.status == status else {
            throw Trouble.answer("\(method) \(path): \(answer.status) \(answer.text.prefix(600))")
        }
        return answer.body.isEmpty ? .null : try answer.json()
    }

    /// Reads a whole list, page after page.
    func list(_ path: String, limit: Int = 500) throws -> [JSONValue] {
        var items: [JSONValue] = []
        var cursor: String?
        repeat {
            var page = path + (path.contains("?") ? "&" : "?") + "limit=\(limit)"
            if let cursor { page += "&cursor=" + cursor.percentEncoded }
            let answer = try expect(200, "GET", page)
            items += answer["items"]?.array ?? []
            cursor = answer["nextCursor"]?.string
        } while cursor != nil
        return items
    }
}

extension String {
    /// The text as it may stand in a query.
    var percentEncoded: String {
        utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                return String(UnicodeScalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                return "%" + (digits.count == 1 ? "0" : "") + digits
            }
        }.joined()
    }
}
