import Reactor
import Synchronization
import Testing

@testable import HTTP

@Suite struct HTTPServerTests {
    private static func get(_ path: String, _ fields: String = "") -> String {
        "GET \(path) HTTP/1.1\r\nHost: h\r\n\(fields)\r\n"
    }

    private static func post(_ path: String, _ fields: String, _ body: String = "") -> String {
        "POST \(path) HTTP/1.1\r\nHost: h\r\n\(fields)\r\n\(body)"
    }

    @Test func keepsAConnectionForTheNextRequest() async throws {
        try await LiveServer.run(EchoService()) { live in
            let client = await live.connect()
            await client.send(Self.get("/a"))
            await client.wait { $0.text.hasSuffix("GET /a ") }
            await client.send(Self.get("/b"))
            let heard = await client.wait { $0.text.hasSuffix("GET /b ") }
            #expect(heard.text.hasPrefix("HTTP/1.1 200 OK\r\nDate: "))
            #expect(!heard.text.contains("Connection:"))
            #expect(live.server.metrics.accepted == 1)
            #expect(live.server.metrics.requests == 2)
        }
    }

    @Test func closesWhenAskedTo() async throws {
        try await LiveServer.run(EchoService()) { live in
            let client = await live.connect()
            await client.send(Self.get("/a", "Connection: close\r\n"))
            let text = await client.ended()
            #expect(text.contains("Connection: close\r\n"))
            #expect(text.hasSuffix("GET /a "))
        }
    }

    @Test func closesForVersion1_0UnlessAskedOtherwise() async throws {
        try await LiveServer.run(EchoService()) { live in
            let closing = await live.connect()
            await closing.send("GET /a HTTP/1.0\r\n\r\n")
            #expect(await closing.ended().hasSuffix("GET /a "))
            let keeping = await live.connect()
            await keeping.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            await keeping.wait { $0.text.hasSuffix("GET /a ") }
            #expect(keeping.heard.text.contains("Connection: keep-alive\r\n"))
            await keeping.send("GET /stream-out HTTP/1.0\r\n\r\n")
            let text = await keeping.ended()
            #expect(text.hasSuffix("\r\n\r\n" + (0..<1000).map { "line \($0)\n" }.joined()))
        }
    }

    @Test func answersPipelinedRequestsInOrder() async throws {
        try await LiveServer.run(EchoService()) { live in
            let client = await live.connect()
            let paths = (0..<1000).map {
                $0 % 3 == 0 ? "/work" : $0 % 3 == 1 ? "/\($0)" : "/unknown"
            }
            await client.send(
                paths.map { Self.get($0) }.joined() + Self.get("/last", "Connection: close\r\n"))
            let text = await client.ended()
            let answers = text.split(separator: "HTTP/1.1 ").map { answer -> String in
                answer.hasPrefix("404")
                    ? "/unknown" : String(answer.split(separator: " ").last ?? "")
            }
            #expect(answers == paths + ["/last"])
        }
    }

    @Test func answersBeforeAHalfClosedClient() async throws {
        try await LiveServer.run(EchoService()) { live in
            let client = await live.connect()
            await client.send(Self.get("/a") + Self.get("/b"))
            await client.use { $0.shutdownWrite() }
            let text = await client.ended()
            #expect(text.contains("GET /a ") && text.hasSuffix("GET /b "))
        }
    }

    @Test func takesBodiesOfBothKinds() async throws {
        try await LiveServer.run(EchoService()) { live in
            let client = await live.connect()
            await client.send(Self.post("/a", "Content-Length: 5\r\n", "hello"))
            await client.wait { $0.text.hasSuffix("POST /a hello") }
            await client.send(
                Self.post("/b", "Transfer-Encoding: chunked\r\n", "2\r\nhi\r\n0\r\n\r\n"))
            await client.wait { $0.text.hasSuffix("POST /b hi") }
        }
    }

    @Test(arguments: [
        ("Content-Length: 11\r\n", "01234567890"), ("Content-Length: 99999999\r\n", ""),
        ("Transfer-Encoding: chunked\r\n", "6\r\n012345\r\n6\r\n012345\r\n"),
    ])
    func refusesBodiesBeyondTheRoutesLimit(fields: String, body: String) async throws {
        try await LiveServer.run(EchoService()) { live in
            let client = await live.connect()
            await client.send(Self.post("/small", fields, body))
            let heard = await client.wait { $0.text.contains("\"code\":\"content_too_large\"") }
            #expect(heard.text.hasPrefix("HTTP/1.1 413 Content Too Large\r\n"))
        }
    }

    @Test func asksForABodyThatWaits() async throws {
        try await LiveServer.run(EchoService()) { live in
            for path in ["/a", "/stream-in"] {
                let client = await live.connect()
                await client.send(
                    Self.post(path, "Expect: 100-continue\r\nContent-Length: 5\r\n"))
                await client.wait { $0.text == "HTTP/1.1 100 Continue\r\n\r\n" }
                await client.send("hello")
                await client.wait { $0.text.hasSuffix(path == "/a" ? "POST /a hello" : "5 bytes") }
            }
            let refused = await live.connect()
            await refused.send(
                Self.post("/unknown", "Expect: 100-continue\r\nContent-Length: 5\r\n"))
            #expect(await refused.ended().hasPrefix("HTTP/1.1 404 "))
        }
    }

    @Test func goesOnAfterARefusalWithASmallBody() async throws {
        try await LiveServer.run(EchoService()) { live in
            let client = await live.connect()
            await client.send(Self.post("/unknown", "Content-Length: 5\r\n", "hello"))
            await client.send(Self.get("/a"))
            let heard = await client.wait { $0.text.hasSuffix("GET /a ") }
            #expect(heard.text.hasPrefix("HTTP/1.1 404 "))
        }
    }

    @Test func answersMalformedRequestsAndCloses() async throws {
        try await LiveServer.run(EchoService()) { live in
            let client = await live.connect()
            await client.send(Self.get("/a") + "GET / HTTP/1.1\r\nHost : h\r\n\r\n")
            let text = await client.ended()
            #expect(text.contains("HTTP/1.1 400 Bad Request\r\n"))
            #expect(text.contains("\"code\":\"invalid_header_field\""))
            #expect(text.contains("application/problem+json"))
            #expect(live.server.metrics.malformed == 1)
        }
    }

    @Test func answersHeadWithoutABody() async throws {
        try await LiveServer.run(EchoService()) { live in
            let client = await live.connect()
            await client.send("HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n")
            await client.send("HEAD /stream-out HTTP/1.1\r\nHost: h\r\n\r\n")
            await client.send(Self.get("/nothing", "Connection: close\r\n"))
            let text = await client.ended()
            #expect(text.contains("Content-Length: 8\r\n\r\nHTTP/1.1 200"))
            #expect(text.contains("Transfer-Encoding: chunked\r\n\r\nHTTP/1.1 204"))
            #expect(text.hasSuffix("\r\nConnection: close\r\n\r\n"))
        }
    }

    // MARK: Streams

    @Test func takesABigChunkedBodyPieceByPiece() async throws {
        try await LiveServer.run(EchoService()) { live in
            let pieces = Mutex(512)
            let body = BodyStream { () async throws(BodyStream.Failure) -> [UInt8]? in
                let left = pieces.withLock { pieces in
                    pieces -= 1
                    return pieces
                }
                return left >= 0 ? [UInt8](repeating: 3, count: 100_000) : nil
            }
            let response = try await live.client().send(
                HTTPClientRequest(.post, "/stream-in", body: .stream(length: nil, body)))
            #expect(String(decoding: response.body, as: UTF8.self) == "51200000 bytes")
        }
    }

    @Test func holdsBackAClientWhoseBodyNobodyReads() async throws {
        let service = HoldingService()
        try await LiveServer.run(service) { live in
            let client = await live.connect()
            await client.send(Self.post("/", "Content-Length: \(32 << 20)\r\n"))
            await client.send([UInt8](repeating: 1, count: 32 << 20))
            let drained = Awaited<Bool>()
            await client.use { stream in
                stream.drain(within: .milliseconds(100)) { drained.give($0) }
            }
            #expect(await drained.value == false)
            service.gate.give(())
            await client.wait { $0.text.hasSuffix("33554432 bytes") }
        }
    }

    /// Reads a body only when it is told to.
    private struct HoldingService: HTTPService {
        let gate = Awaited<Void>()

        func admit(_ head: RequestHead, from peer: SocketAddress?) -> Admission {
            .take(
                Admission.Plan(delivery: .streamed, limit: 1 << 30) { request in
                    await gate.value
                    guard case .stream(let body) = request.body else { return .text("bytes") }
                    do throws(BodyStream.Failure) {
                        return .text("\(try await body.collect(upTo: 1 << 30).count) bytes")
                    } catch {
                        return .text("\(error)")
                    }
                })
        }
    }

    @Test func closesAfterABodyThatWasNotRead() async throws {
        try await LiveServer.run(EchoService()) { live in
            let client = await live.connect()
            await client.send(Self.post("/ignore-in", "Content-Length: 10000000\r\n", "some"))
            let text = await client.ended()
            #expect(text.contains("Connection: close\r\n") && text.hasSuffix("ignored"))
        }
    }

    @Test func sendsStreamsInChunks() async throws {
        try await LiveServer.run(EchoService()) { live in
            let client = live.client()
            let response = try await client.send(HTTPClientRequest(.get, "/stream-out"))
            #expect(response.headers["transfer-encoding"] == "chunked")
            let text = String(decoding: response.body, as: UTF8.self)
            #expect(text == (0..<1000).map { "line \($0)\n" }.joined())
            let again = try await client.send(HTTPClientRequest(.get, "/a"))
            #expect(again.status == .ok)
            #expect(live.server.metrics.accepted == 1)
        }
    }

    @Test func holdsBackAProducerWhoseClientDoesNotRead() async throws {
        try await LiveServer.run(EchoService()) { live in
            let client = await live.connect()
            await client.use { $0.pauseReading() }
            await client.send(Self.get("/big-out", "Connection: close\r\n"))
            let before = ProcessFacts.read().residentBytes
            await client.use { $0.resumeReading() }
            let heard = await client.wait { $0.isEnded }
            #expect(heard.bytes.count > 64 << 20)
            #expect(heard.bytes.count < (64 << 20) + 1000)
            #expect(before > 0)
        }
    }

    @Test(arguments: ["/short-out", "/abandoned"])
    func letsTheClientSeeABodyThatIsCutOff(path: String) async throws {
        try await LiveServer.run(EchoService()) { live in
            await #expect(throws: HTTPClientError.disconnected) {
                try await live.client().send(HTTPClientRequest(.get, path))
            }
        }
    }

    @Test func sendsEventsAndEndsThemWithTheirClient() async throws {
        let service = EchoService()
        try await LiveServer.run(service) { live in
            let client = await live.connect()
            await client.send(Self.get("/events"))
            let heard = await client.wait { $0.text.contains("\n\n\r\n") }
            #expect(heard.text.contains("Content-Type: text/event-stream\r\n"))
            #expect(heard.text.contains("id: 1\nevent: first\ndata: one\n\n"))
            await client.close()
            // Given by the cancellation of the producer.
            await service.gate.value
        }
    }

    // MARK: Slow and many clients

    @Test func cutsAClientThatIsSlowWithItsHead() async throws {
        var configuration = HTTPServerConfiguration()
        configuration.headTimeout = .milliseconds(500)
        try await LiveServer.run(EchoService(), configuration) { live in
            let client = await live.connect()
            await client.send("GET / HTTP/1.1\r\nHo")
            #expect(await client.ended().hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
            #expect(live.server.metrics.timeouts == 1)
        }
    }

    @Test(arguments: ["/a", "/stream-in"])
    func cutsAClientThatIsSlowWithItsBody(path: String) async throws {
        var configuration = HTTPServerConfiguration()
        configuration.progressTimeout = .milliseconds(500)
        try await LiveServer.run(EchoService(), configuration) { live in
            let client = await live.connect()
            await client.send(Self.post(path, "Content-Length: 5\r\n", "he"))
            let text = await client.ended()
            #expect(text.hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
            #expect(text.contains("Connection: close\r\n"))
        }
    }

    @Test func cutsAClientThatTakesNothing() async throws {
        var configuration = HTTPServerConfiguration()
        configuration.progressTimeout = .milliseconds(500)
        try await LiveServer.run(EchoService(), configuration) { live in
            let client = await live.connect()
            await client.use { $0.pauseReading() }
            await client.send(Self.get("/big-out"))
            let cut = Awaited<Void>()
            await live.reactor.perform { Self.watch(live, cut) }
            await cut.value
            await client.use { $0.resumeReading() }
            #expect(await client.wait { $0.isEnded }.bytes.count < 64 << 20)
        }
    }

    /// Looks each millisecond whether a connection was cut.
    private static func watch(_ live: LiveServer, _ cut: Awaited<Void>) {
        guard live.server.metrics.timeouts == 0 else { return cut.give(()) }
        live.reactor.schedule(after: .milliseconds(1)) { watch(live, cut) }
    }

    @Test func closesAnIdleConnectionInSilence() async throws {
        var configuration = HTTPServerConfiguration()
        configuration.idleTimeout = .milliseconds(500)
        try await LiveServer.run(EchoService(), configuration) { live in
            let client = await live.connect()
            #expect(await client.ended().isEmpty)
            #expect(live.server.metrics.timeouts == 0)
        }
    }

    @Test func refusesConnectionsBeyondItsLimit() async throws {
        var configuration = HTTPServerConfiguration()
        configuration.maximumConnections = 2
        try await LiveServer.run(EchoService(), configuration) { live in
            let first = await live.connect()
            let second = await live.connect()
            await first.send(Self.get("/a"))
            await second.send(Self.get("/b"))
            await first.wait { $0.text.hasSuffix("GET /a ") }
            await second.wait { $0.text.hasSuffix("GET /b ") }
            let third = await live.connect()
            #expect(await third.ended().hasPrefix("HTTP/1.1 503 Service Unavailable\r\n"))
            #expect(live.server.metrics.refused == 1)
            await first.send(Self.get("/c"))
            await first.wait { $0.text.hasSuffix("GET /c ") }
        }
    }

    @Test func asksItsGate() async throws {
        var configuration = HTTPServerConfiguration()
        configuration.gate = { head, _ in
            head.path == "/often" ? .tooManyRequests(retryAfter: 3) : nil
        }
        try await LiveServer.run(EchoService(), configuration) { live in
            let client = live.client()
            let refused = try await client.send(HTTPClientRequest(.get, "/often"))
            #expect(refused.status == .tooManyRequests)
            #expect(refused.headers["retry-after"] == "3")
            let answered = try await client.send(HTTPClientRequest(.get, "/seldom"))
            #expect(answered.status == .ok)
        }
    }

    @Test func servesFiveHundredConnectionsAtOnce() async throws {
        try await LiveServer.run(EchoService()) { live in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<500 {
                    group.addTask {
                        let client = await live.connect()
                        for turn in 0..<4 {
                            let path = "/\(number)/\(turn)"
                            await client.send(Self.get(path))
                            await client.wait { $0.text.hasSuffix("GET \(path) ") }
                        }
                        return client.heard.text.split(separator: "HTTP/1.1 200 OK").count == 4
                    }
                }
                for try await isWell in group { #expect(isWell) }
            }
            #expect(live.server.metrics.accepted == 500)
            #expect(live.server.metrics.requests == 2000)
        }
    }

    // MARK: Stopping

    @Test func finishesWhatIsInFlightWhenItStops() async throws {
        let service = EchoService()
        try await LiveServer.run(service) { live in
            let busy = await live.connect()
            let idle = await live.connect()
            await idle.send(Self.get("/a"))
            await idle.wait { $0.text.hasSuffix("GET /a ") }
            await busy.send(Self.get("/held") + Self.get("/never"))
            await service.begun.value
            async let stopped: Void = live.server.stop(within: .seconds(20))
            _ = await idle.ended()
            #expect(!busy.heard.isEnded)
            service.gate.give(())
            let text = await busy.ended()
            #expect(text.hasSuffix("held"))
            #expect(text.contains("Connection: close\r\n"))
            await idle.close()
            await busy.close()
            await stopped
            #expect(live.server.metrics.connections == 0)
        }
    }

    @Test func cutsWhatDoesNotFinishWhenItStops() async throws {
        let service = EchoService()
        try await LiveServer.run(service) { live in
            let client = await live.connect()
            await client.send(Self.get("/held"))
            await service.begun.value
            await live.server.stop(within: .milliseconds(20))
            #expect(await client.ended().isEmpty)
            service.gate.give(())
        }
    }

    @Test func endsEventsWhenItStops() async throws {
        let service = EchoService()
        try await LiveServer.run(service) { live in
            let client = await live.connect()
            await client.send(Self.get("/events"))
            await service.begun.value
            async let stopped: Void = live.server.stop(within: .seconds(20))
            #expect(await client.ended().hasSuffix("0\r\n\r\n"))
            await client.close()
            await stopped
        }
    }
}
