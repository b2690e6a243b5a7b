import Reactor
import Synchronization

extension HTTPConnection {
    // MARK: The body of the request

    /// Gives a handler the next piece of a streamed body; nil at its end.
    func nextPiece(of number: Int) async throws(BodyStream.Failure) -> [UInt8]? {
        guard let exchange = exchange(number) else { throw .disconnected }
        if let result = exchange.immediateResult { return try result.get() }
        if exchange.head.expectsContinue, !exchange.toldToContinue {
            exchange.toldToContinue = true
            write(ResponseHeadEncoder.goOn)
        }
        let result = await withCheckedContinuation { reader in
            exchange.hold(reader: reader)
            expect(.body)
            advance()
        }
        return try result.get()
    }

    // MARK: The response

    /// Sends a response that is known without a handler.
    func answer(_ head: RequestHead, bodyIsRead: Bool, _ response: HTTPResponse) {
        let exchange = open(head, bodyIsRead: bodyIsRead)
        switch response.body {
        case .none, .bytes:
            begin(response, exchange)
            complete(exchange)
        case .stream, .events:
            let plan = Admission.Plan { _ in response }
            launch(plan, HTTPRequest(head: head, peer: stream.peer), exchange)
        }
    }

    /// Sends the response of a handler; called by its task.
    func deliver(_ response: HTTPResponse, to number: Int) async {
        guard let exchange = exchange(number) else { return }
        begin(response, exchange)
        let isWhole: Bool
        switch exchange.framing {
        case .chunked, .untilClose: isWhole = await produce(response.body, exchange)
        case .length where exchange.missing > 0: isWhole = await produce(response.body, exchange)
        case .length, .none: isWhole = true
        }
        // The connection may have ended while the producer was at work.
        guard self.exchange(number) != nil else { return }
        if isWhole {
            if exchange.framing == .chunked { write(ResponseHeadEncoder.lastChunk) }
            complete(exchange)
        } else {
            giveUp(exchange)
        }
        advance()
    }

    /// Writes the head, and the body if it is there.
    private func begin(_ response: HTTPResponse, _ exchange: Exchange) {
        do throws(HTTPParseError) {
            try exchange.skipRest(&parser)
        } catch {
            exchange.failBody(.malformed(error))
        }
        let body = response.status.hasNoBody ? .none : response.body
        let framing = Self.framing(of: body, response.status, exchange.head.version)
        exchange.status = response.status
        if !exchange.head.keepsAlive || stopping || !exchange.bodyIsRead || framing == .untilClose {
            exchange.closes = true
        }
        let persistence: ResponseHeadEncoder.Persistence =
            exchange.closes
            ? .close : exchange.head.version == .http1_0 ? .keepAliveToldSo : .keepAlive
        var bytes = ResponseHeadEncoder.encode(
            response, framing: framing, persistence: persistence)
        if exchange.head.method == .head {
            exchange.framing = .none
        } else {
            exchange.framing = framing
            if case .events = body { exchange.endsWithPeer = true }
            if case .stream(let length?, _) = body { exchange.missing = length }
            if case .bytes(let content) = body {
                // A small body goes with its head; a large one need not be copied.
                if content.count <= 8192 { bytes += content } else { return write(bytes, content) }
            }
        }
        write(bytes)
    }

    private static func framing(
        of body: HTTPResponse.Body, _ status: HTTPStatus, _ version: HTTPVersion
    ) -> ResponseHeadEncoder.Framing {
        switch body {
        case .none: status.hasNoBody ? .none : .length(0)
        case .bytes(let bytes): .length(UInt64(bytes.count))
        case .stream(let length?, _): .length(length)
        case .stream, .events: version == .http1_1 ? .chunked : .untilClose
        }
    }

    /// Runs the producer of a streamed body; true when it has given all of it.
    private func produce(_ body: HTTPResponse.Body, _ exchange: Exchange) async -> Bool {
        let number = exchange.number
        let writer = BodyWriter { [self] bytes async throws(BodyWriter.Failure) in
            try await writeBody(bytes, of: number)
        }
        if exchange.endsWithPeer, stopping || peerFinished { return true }
        do throws(BodyWriter.Failure) {
            switch body {
            case .none, .bytes: break
            case .stream(_, let produce): try await produce(writer)
            case .events(let produce): try await produce(EventWriter(writer))
            }
        } catch {
            // A stream of events has no end of its own: one that is stopped is whole.
            return exchange.endsWithPeer && error == .disconnected
        }
        return exchange.missing == 0
    }

    private func writeBody(
        _ bytes: [UInt8], of number: Int
    ) async throws(BodyWriter.Failure) {
        guard let exchange = exchange(number), !Task.isCancelled else { throw .disconnected }
        switch exchange.framing {
        case .chunked:
            write(ResponseHeadEncoder.chunk(bytes))
        case .length:
            guard UInt64(bytes.count) <= exchange.missing else { throw .abandoned }
            exchange.missing -= UInt64(bytes.count)
            write(bytes)
        case .untilClose, .none:
            write(bytes)
        }
        guard congested else { return }
        expect(.taking)
        let goesOn = await withCheckedContinuation { exchange.hold(writer: $0) }
        guard goesOn else { throw .disconnected }
        if self.exchange(number) != nil { expect(.nothing) }
    }

    func write(_ pieces: [UInt8]...) {
        for piece in pieces where stream.write(piece) == .congested { congested = true }
    }

    // MARK: The end of an exchange

    /// The response is written: the next request may come.
    private func complete(_ exchange: Exchange) {
        server.counters.requests.wrappingAdd(1, ordering: .relaxed)
        if let observer = configuration.observer {
            let spent = SystemClock.monotonicNanoseconds - exchange.begin
            observer(
                HTTPExchange(
                    head: exchange.head, peer: stream.peer, status: exchange.status,
                    microseconds: spent / 1000))
        }
        if exchange.closes {
            closeWhenDrained()
        } else if congested {
            phase = .draining
            expect(.taking)
        } else {
            phase = .reading
        }
    }

    /// The body cannot be completed: the client has to see that it is cut off.
    private func giveUp(_ exchange: Exchange) {
        if exchange.framing == .untilClose { stream.abort() } else { stream.close() }
        ended()
    }

    /// The client has taken what was written.
    func drained() {
        switch phase {
        case .answering(let exchange):
            exchange.wakeWriter(goesOn: true)
        case .draining where !closesWhenDrained:
            phase = .reading
            advance()
        case .reading, .collecting, .draining, .closing:
            break
        }
    }

    /// Closes when the client has taken everything; for as long as it goes on taking.
    private func closeWhenDrained() {
        phase = .draining
        closesWhenDrained = true
        expect(.taking)
        stream.drain(within: .seconds(86_400)) { [self] isDrained in
            if isDrained { assumeIsolated { $0.close() } }
        }
    }

    /// Says to the client that nothing more comes, and closes.
    func close() {
        guard !isClosing else { return }
        leave()
        stream.finish(within: configuration.lingerTimeout) { [self] in server.forget(self) }
    }

    /// The stream has ended.
    func ended() {
        guard !isClosing else { return }
        leave()
        server.forget(self)
    }

    private var isClosing: Bool {
        if case .closing = phase { return true }
        return false
    }

    private func leave() {
        if case .answering(let exchange) = phase { exchange.end() }
        phase = .closing
        expect(.nothing)
        stopWaiting()
        stream.reactor.cancel(stopTimer)
    }

    // MARK: Stopping

    /// Lets the request in flight finish, and closes.
    func stop(within limit: Duration) {
        stopping = true
        stopTimer = stream.reactor.schedule(after: limit, on: self) { connection in
            guard !connection.isClosing else { return }
            connection.stream.abort()
            connection.ended()
        }
        switch phase {
        case .reading where parser.isIdle: close()
        case .answering(let exchange):
            exchange.closes = true
            // A stream of events would never end by itself.
            if exchange.endsWithPeer { exchange.end() }
        case .draining where !closesWhenDrained: closeWhenDrained()
        case .reading, .collecting, .draining, .closing: break
        }
    }
}
