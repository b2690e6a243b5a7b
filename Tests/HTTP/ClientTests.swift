import Reactor
import Testing

@testable import HTTP

@Suite struct ResponseParserTests {
    enum Outcome: Hashable {
        case response(Int, String, keepsAlive: Bool)
        case incomplete(mayEnd: Bool)
        case refused(HTTPParseError)
    }

    private static func parse(
        _ pieces: [ArraySlice<UInt8>], method: HTTPMethod = .get
    ) -> Outcome {
        var parser = ResponseParser(method: method)
        var head: ResponseHead?
        var body: [UInt8] = []
        do throws(HTTPParseError) {
            for piece in pieces {
                piece.withUnsafeBytes { parser.append($0) }
                events: while let event = try parser.next() {
                    switch event {
                    case .head(let parsed): head = parsed
                    case .body(let bytes): body += bytes
                    case .end: break events
                    }
                }
            }
            guard let head, try parser.next() == .end else {
                return .incomplete(mayEnd: parser.mayEndByClose)
            }
            return .response(
                head.status.code, String(decoding: body, as: UTF8.self),
                keepsAlive: head.keepsAlive)
        } catch {
            return .refused(error)
        }
    }

    @Test(
        arguments: [
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
                .response(200, "hi", keepsAlive: true)
            ),
            ("HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", .response(200, "", keepsAlive: true)),
            ("HTTP/1.1 204\r\n\r\n", .response(204, "", keepsAlive: true)),
            (
                "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
                .response(304, "", keepsAlive: true)
            ),
            (
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na",
                .response(200, "a", keepsAlive: true)
            ),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                    + "2\r\nab\r\n0\r\n\r\n", .response(200, "ab", keepsAlive: false)
            ),
            (
                "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na",
                .response(200, "a", keepsAlive: false)
            ),
            ("HTTP/1.1 200 OK\r\n\r\nuntil the end", .incomplete(mayEnd: true)),
            ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhi", .incomplete(mayEnd: false)),
            ("HTTP/1.1 200 OK\r\n", .incomplete(mayEnd: false)),
            ("HTTP/2 200 OK\r\n\r\n", .refused(.invalidStatusLine)),
            ("HTTP/2.0 200 OK\r\n\r\n", .refused(.unsupportedVersion)),
            ("HTTP/1.1 2000 OK\r\n\r\n", .refused(.invalidStatusLine)),
            ("HTTP/1.1 99 OK\r\n\r\n", .refused(.invalidStatusLine)),
            ("HTTP/1.1 700 OK\r\n\r\n", .refused(.invalidStatusLine)),
            ("HTTP/1.1\r\n\r\n", .refused(.invalidStatusLine)),
            ("SSH-2.0-server\r\n", .refused(.invalidStatusLine)),
            ("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", .refused(.invalidContentLength)),
            ("HTTP/1.1 200 OK\r\nA\r\n\r\n", .refused(.invalidField)),
        ] as [(String, Outcome)])
    func readsWhatIsRightAndRefusesTheRest(message: String, outcome: Outcome) {
        let bytes = Array(message.utf8)
        #expect(Self.parse([bytes[...]]) == outcome)
        #expect(Self.parse(bytes.indices.map { bytes[$0...$0] }) == outcome)
    }

    @Test func expectsNoBodyAfterHead() {
        let bytes = Array("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n".utf8)
        #expect(
            Self.parse([bytes[...]], method: .head) == .response(200, "", keepsAlive: true))
    }
}

@Suite struct HTTPClientTests {
    /// A server that says one thing on each connection, when a request has come.
    private static func withServer(
        saying answer: String, thenCloses: Bool = true, silence: Duration = .seconds(20),
        _ body: (HTTPClient) async throws -> Void
    ) async throws {
        let reactor = try Reactor.start(name: "client-test")
        let work = try Work(threads: 1)
        let listener = try await reactor.perform { () -> Result<TCPListener, SystemError> in
            do throws(SystemError) {
                return .success(
                    try TCPListener(at: .loopback(port: 0), on: reactor) { stream in
                        stream.start { [weak stream] event in
                            guard case .received = event else { return }
                            stream?.write(Array(answer.utf8))
                            if thenCloses { stream?.finish(within: .milliseconds(200)) }
                        }
                    })
            } catch {
                return .failure(error)
            }
        }.get()
        var configuration = HTTPClient.Configuration()
        configuration.silenceTimeout = silence
        let client = HTTPClient(
            host: "127.0.0.1", port: listener.address.port, reactor: reactor,
            resolver: Resolver(work: work), configuration: configuration)
        var failure: (any Error)?
        do { try await body(client) } catch { failure = error }
        await client.close()
        await reactor.stop()
        await work.stop()
        if let failure { throw failure }
    }

    private static let get = HTTPClientRequest(.get, "/")

    @Test func readsABodyThatEndsWithTheConnection() async throws {
        try await Self.withServer(saying: "HTTP/1.1 200 OK\r\n\r\nhello") { client in
            let response = try await client.send(Self.get)
            #expect(String(decoding: response.body, as: UTF8.self) == "hello")
        }
    }

    @Test func saysThatTheServerHasGone() async throws {
        try await Self.withServer(saying: "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello") {
            client in
            await #expect(throws: HTTPClientError.disconnected) { try await client.send(Self.get) }
        }
        try await Self.withServer(saying: "") { client in
            await #expect(throws: HTTPClientError.disconnected) { try await client.send(Self.get) }
        }
    }

    @Test func saysThatTheServerIsSilent() async throws {
        let silence = Duration.milliseconds(30)
        try await Self.withServer(saying: "HTTP/1.1 2", thenCloses: false, silence: silence) {
            client in
            await #expect(throws: HTTPClientError.timedOut(silence)) {
                try await client.send(Self.get)
            }
        }
    }

    @Test func saysThatTheServerDoesNotSpeakHTTP() async throws {
        try await Self.withServer(saying: "SSH-2.0-server\r\n") { client in
            await #expect(throws: HTTPClientError.malformed(.invalidStatusLine)) {
                try await client.send(Self.get)
            }
        }
    }

    @Test func saysThatNobodyListens() async throws {
        let reactor = try Reactor.start(name: "client-test")
        let work = try Work(threads: 1)
        let port = try await reactor.perform {
            Result {
                let listener = try TCPListener(at: .loopback(port: 0), on: reactor) { _ in }
                defer { listener.close() }
                return listener.address.port
            }
        }.get()
        let client = HTTPClient(
            host: "127.0.0.1", port: port, reactor: reactor, resolver: Resolver(work: work))
        do throws(HTTPClientError) {
            _ = try await client.send(Self.get)
            Issue.record("answered by nobody")
        } catch {
            #expect(error.description.hasPrefix("cannot reach 127.0.0.1:\(port): "))
            #expect(error.description.hasSuffix("Connection refused (ECONNREFUSED)"))
        }
        await reactor.stop()
        await work.stop()
    }

    @Test func endsWhenItsTaskIsCancelled() async throws {
        try await Self.withServer(saying: "", thenCloses: false) { client in
            let task = Task { try await client.send(Self.get) }
            task.cancel()
            await #expect(throws: HTTPClientError.cancelled) { try await task.value }
        }
    }

    @Test func usesAConnectionAgain() async throws {
        try await LiveServer.run(EchoService()) { live in
            let client = live.client()
            for number in 0..<20 {
                let response = try await client.send(
                    HTTPClientRequest(.put, "/\(number)", body: .bytes([0x68, 0x69])))
                #expect(String(decoding: response.body, as: UTF8.self) == "PUT /\(number) hi")
            }
            #expect(live.server.metrics.accepted == 1)
            await client.close()
        }
    }

    @Test func makesANewConnectionWhenTheKeptOneHasGone() async throws {
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
        try await Self.withServer(saying: answer) { client in
            for _ in 0..<10 {
                let response = try await client.send(Self.get)
                #expect(String(decoding: response.body, as: UTF8.self) == "hi")
            }
        }
    }

    @Test func readsEventsAsTheyCome() async throws {
        let service = EchoService()
        try await LiveServer.run(service) { live in
            let stream = try await live.client().open(HTTPClientRequest(.get, "/events"))
            #expect(stream.head.headers["content-type"] == "text/event-stream")
            let piece = try await stream.next()
            #expect(String(decoding: piece ?? [], as: UTF8.self).contains("data: one"))
            await stream.cancel()
            await service.gate.value
        }
    }

    @Test func stopsSendingABodyThatIsRefused() async throws {
        try await LiveServer.run(EchoService()) { live in
            let body = BodyStream { () async throws(BodyStream.Failure) -> [UInt8]? in
                [UInt8](repeating: 1, count: 50_000)
            }
            let response = try await live.client().send(
                HTTPClientRequest(.post, "/small", body: .stream(length: nil, body)))
            #expect(response.status == .contentTooLarge)
        }
    }
}
