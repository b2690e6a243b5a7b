import Reactor
import Synchronization

/// One connection of a server, pinned to the reactor of its stream.
///
/// Requests are answered one after the other; those that a client sends ahead wait in the parser, and beyond
/// 64 KiB in the system, where the client feels it.
actor HTTPConnection {
    /// What the connection is doing.
    enum Phase {
        /// Waits for a head.
        case reading
        /// Reads a body, which the handler is to get as a whole.
        case collecting(RequestHead, Next, [UInt8])
        /// A handler works, or its response is on the way.
        case answering(Exchange)
        /// A response was written, and the client has not taken enough of it for the next one.
        case draining
        /// Ends.
        case closing
    }

    /// What happens to a collected request.
    enum Next {
        case plan(Admission.Plan)
        /// The answer is known; the body is only read so that the connection can go on.
        case answer(HTTPResponse)

        var limit: UInt64 {
            switch self {
            case .plan(let plan): plan.limit
            case .answer: HTTPConnection.ignoredBodyLimit
            }
        }
    }

    /// A body that nobody wants is read up to this size, rather than to give up the connection.
    static let ignoredBodyLimit: UInt64 = 64 * 1024
    /// With this much unread, the client is held back.
    private static let readAhead = 64 * 1024

    nonisolated let stream: TCPStream
    nonisolated let server: HTTPServer
    var parser = RequestParser()
    var phase = Phase.reading
    var patience = Patience()
    var stopping = false
    var peerFinished = false
    /// When the last bytes came; all of a request has come by then.
    var lastReceived = TimeStamp.now
    /// Told to be congested, and not drained since.
    var congested = false
    /// In `draining`: whether the connection ends after it.
    var closesWhenDrained = false
    var stopTimer: TimerHandle?
    /// Numbers the exchanges, so that a handler's late words do not reach a later one.
    var exchangeCount = 0

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        stream.reactor.asUnownedSerialExecutor()
    }

    nonisolated var configuration: HTTPServerConfiguration { server.configuration }

    init(_ stream: TCPStream, server: HTTPServer) {
        self.stream = stream
        self.server = server
    }

    /// Begins to serve; on the reactor.
    nonisolated func begin() {
        assumeIsolated { $0.expect(.request) }
        stream.start { [self] event in
            assumeIsolated { $0.hear(event) }
        }
    }

    private func hear(_ event: EndpointEvent) {
        switch event {
        case .connected: break
        case .received(let received):
            parser.append(received.bytes)
            patience.received += received.bytes.count
            lastReceived = received.stamp
            advance()
        case .drained:
            congested = false
            drained()
        case .peerFinished:
            peerFinished = true
            if case .answering(let exchange) = phase, exchange.endsWithPeer { exchange.end() }
            advance()
        case .closed:
            ended()
        }
    }

    // MARK: Requests

    /// Goes on with what has arrived, as far as it reaches.
    func advance() {
        do throws(HTTPParseError) {
            while try step() {}
        } catch {
            malformed(error)
        }
        if parser.unreadCount >= Self.readAhead {
            stream.pauseReading()
        } else {
            stream.resumeReading()
        }
    }

    /// Takes one event from the parser; false when there is nothing to do for now.
    private func step() throws(HTTPParseError) -> Bool {
        switch phase {
        case .reading:
            guard let event = try parser.next() else {
                if peerFinished { close() } else { expect(parser.isIdle ? .request : .head) }
                return false
            }
            if case .head(let head) = event { begin(head) }
            return true
        case .collecting(let head, let next, var body):
            guard let event = try parser.next() else {
                if peerFinished { close() }
                return false
            }
            switch event {
            case .head: break
            case .body(let piece):
                phase = .reading  // gives up its reference, so that appending copies nothing
                body += piece
                if UInt64(body.count) > next.limit {
                    tooLarge(head, limit: next.limit)
                } else {
                    phase = .collecting(head, next, body)
                }
            case .end: collected(head, next, body)
            }
            return true
        case .answering(let exchange):
            try feedReader(of: exchange)
            return false
        case .draining, .closing:
            return false
        }
    }

    private func begin(_ head: RequestHead) {
        let admission: Admission
        if let problem = configuration.gate?(head, stream.peer) {
            admission = .answer(problem.response(in: head.language))
        } else {
            admission = server.service.admit(head, from: stream.peer)
        }
        switch admission {
        case .answer(let response): ignoreBody(head, response)
        case .take(let plan): take(head, plan)
        }
    }

    /// Answers a request whose body nobody wants.
    private func ignoreBody(_ head: RequestHead, _ response: HTTPResponse) {
        switch head.framing {
        case .none:
            phase = .collecting(head, .answer(response), [])
        case .length(let length) where length <= Self.ignoredBodyLimit && !head.expectsContinue:
            phase = .collecting(head, .answer(response), [])
            expect(.body)
        default:
            answer(head, bodyIsRead: false, response)
        }
    }

    private func take(_ head: RequestHead, _ plan: Admission.Plan) {
        if case .length(let length) = head.framing, length > plan.limit {
            return tooLarge(head, limit: plan.limit)
        }
        switch plan.delivery {
        case .collected:
            if head.expectsContinue { write(ResponseHeadEncoder.goOn) }
            phase = .collecting(head, .plan(plan), [])
            if head.framing != .none { expect(.body) }
        case .streamed:
            let exchange = open(head, bodyIsRead: head.framing == .none)
            exchange.bodyLimit = plan.limit
            let body = BodyStream {
                [self, number = exchange.number] () async throws(BodyStream.Failure) in
                try await nextPiece(of: number)
            }
            launch(
                plan,
                HTTPRequest(
                    head: head, body: .stream(body), peer: stream.peer, received: lastReceived),
                exchange)
        }
    }

    private func collected(_ head: RequestHead, _ next: Next, _ body: [UInt8]) {
        switch next {
        case .answer(let response):
            answer(head, bodyIsRead: true, response)
        case .plan(let plan):
            let exchange = open(head, bodyIsRead: true)
            launch(
                plan,
                HTTPRequest(
                    head: head, body: .bytes(body), peer: stream.peer, received: lastReceived),
                exchange)
        }
    }

    private func tooLarge(_ head: RequestHead, limit: UInt64) {
        answer(
            head, bodyIsRead: false,
            Problem.contentTooLarge(limit: limit).response(in: head.language))
    }

    /// What arrives is no HTTP: it is answered where an answer can still be placed, and the connection ends.
    private func malformed(_ error: HTTPParseError) {
        server.counters.malformed.wrappingAdd(1, ordering: .relaxed)
        switch phase {
        case .reading, .collecting:
            answer(
                RequestHead(.get, path: "/", keepsAlive: false), bodyIsRead: false,
                Problem(error).response(in: .english))
        case .answering(let exchange):
            exchange.failBody(.malformed(error))
        case .draining, .closing:
            break
        }
    }

    // MARK: Exchanges

    /// Begins an exchange.
    func open(_ head: RequestHead, bodyIsRead: Bool) -> Exchange {
        expect(.nothing)
        exchangeCount += 1
        let exchange = Exchange(
            number: exchangeCount, head: head, bodyIsRead: bodyIsRead,
            begin: lastReceived.monotonicNanoseconds)
        phase = .answering(exchange)
        if stopping { exchange.closes = true }
        return exchange
    }

    /// The exchange of that number, if it is still going on.
    func exchange(_ number: Int) -> Exchange? {
        if case .answering(let exchange) = phase, exchange.number == number { return exchange }
        return nil
    }

    /// Gives a reader that waits for the body what the parser has.
    func feedReader(of exchange: Exchange) throws(HTTPParseError) {
        guard exchange.isReading else { return }
        if let event = try parser.next() {
            exchange.feed(event)
            expect(.nothing)
        } else if peerFinished {
            exchange.failBody(.disconnected)
        }
    }

    /// Runs the handler; its response comes back to this actor.
    func launch(_ plan: Admission.Plan, _ request: HTTPRequest, _ exchange: Exchange) {
        exchange.task = Self.run(plan, request, exchange.number, for: self)
    }

    /// Outside of the actor, so that the handler runs on the executor that it is given.
    private nonisolated static func run(
        _ plan: Admission.Plan, _ request: HTTPRequest, _ number: Int,
        for connection: HTTPConnection
    ) -> Task<Void, Never> {
        let executor: any TaskExecutor =
            switch plan.place {
            case .reactor: connection.stream.reactor.tasks
            case .work: connection.server.work
            }
        return Task(executorPreference: executor) {
            let response = await plan.respond(request)
            await connection.deliver(response, to: number)
        }
    }
}
