import Reactor

/// One connection of a client, pinned to its reactor. One exchange at a time.
actor HTTPClientConnection {
    /// With this much unread, the server is held back.
    private static let readAhead = 256 * 1024

    private let reactor: Reactor
    private let silenceTimeout: Duration
    private var stream: TCPStream?
    private var parser = ResponseParser(method: .get)
    private var head: ResponseHead?
    /// The response was read to its end.
    private var isDone = true
    private var congested = false
    private var isConnected = false
    private var peerFinished = false
    private var closure: EndpointClosure?
    private var waiter: CheckedContinuation<Void, Never>?
    /// Counts what has happened.
    private var changes = 0
    private var cancelled = false
    /// The longest silence has passed.
    private var isSilent = false
    /// The body of the request was not sent to its end.
    private var isCutOff = false

    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    init(on reactor: Reactor, silenceTimeout: Duration) {
        self.reactor = reactor
        self.silenceTimeout = silenceTimeout
    }

    /// Connects to the first address that answers; `name` is how errors call them.
    func connect(
        _ addresses: [SocketAddress], name: String, within limit: Duration
    ) async throws(HTTPClientError) {
        var options = TCPOptions()
        options.connectTimeout = limit
        stream = TCPStream.connect(to: addresses, on: reactor, options: options) { [self] event in
            assumeIsolated { $0.hear(event) }
        }
        while !isConnected, closure == nil, !cancelled {
            let seen = changes
            await withTaskCancellationHandler {
                await change(since: seen)
            } onCancel: {
                cancel()
            }
        }
        if cancelled { throw .cancelled }
        if !isConnected, let closure { throw .unreachable(host: name, closure) }
    }

    private func hear(_ event: EndpointEvent) {
        switch event {
        case .connected: isConnected = true
        case .received(let received):
            parser.append(received.bytes)
            if parser.unreadCount >= Self.readAhead { stream?.pauseReading() }
        case .drained: congested = false
        case .peerFinished:
            peerFinished = true
            if head != nil, isDone { close() }
        case .closed(let reason): closure = reason
        }
        wake()
    }

    private func wake() {
        changes += 1
        waiter?.resume()
        waiter = nil
    }

    /// Waits until something has happened since `seen` was read.
    private func change(since seen: Int) async {
        // Between the look at the state and this line other events may have had their turn.
        guard !cancelled, changes == seen else { return }
        await withCheckedContinuation { waiter = $0 }
    }

    private nonisolated func cancel() {
        reactor.execute { [self] in
            assumeIsolated { connection in
                connection.cancelled = true
                connection.close()
            }
        }
    }

    /// Waits until something happens, at most for the longest silence.
    private func waitForEvent() async throws(HTTPClientError) {
        isSilent = false
        let seen = changes
        let timer = reactor.schedule(after: silenceTimeout, on: self) { connection in
            connection.isSilent = true
            connection.wake()
        }
        await withTaskCancellationHandler {
            await change(since: seen)
        } onCancel: {
            cancel()
        }
        reactor.cancel(timer)
        if cancelled { throw .cancelled }
        if isSilent { throw .timedOut(silenceTimeout) }
    }

    // MARK: An exchange

    /// Sends a request and waits for the head of the response.
    func begin(
        _ request: HTTPClientRequest, host: String
    ) async throws(HTTPClientError) -> ResponseHead {
        guard let stream, stream.isOpen, !peerFinished else { throw .disconnected }
        parser = ResponseParser(method: request.method)
        isDone = false
        head = nil
        write(Self.encode(request, host: host))
        switch request.body {
        case .none: break
        case .bytes(let bytes): write(bytes)
        case .stream(let length, let body): try await send(body, isChunked: length == nil)
        }
        guard case .head(let head) = try await nextEvent() else { throw .disconnected }
        self.head = head
        return head
    }

    private static func encode(_ request: HTTPClientRequest, host: String) -> [UInt8] {
        var headers = request.headers
        for name in ["host", "content-length", "transfer-encoding", "connection"] {
            headers.remove(name)
        }
        headers.append("Host", host)
        switch request.body {
        case .none:
            if [.post, .put, .patch].contains(request.method) {
                headers.append("Content-Length", "0")
            }
        case .bytes(let bytes): headers.append("Content-Length", String(bytes.count))
        case .stream(let length?, _): headers.append("Content-Length", String(length))
        case .stream(nil, _): headers.append("Transfer-Encoding", "chunked")
        }
        var output = Array("\(request.method) \(request.target) HTTP/1.1\r\n".utf8)
        headers.encode(into: &output)
        output += [.carriageReturn, .lineFeed]
        return output
    }

    private func write(_ bytes: [UInt8]) {
        if stream?.write(bytes) == .congested { congested = true }
    }

    /// Sends a body as fast as the server takes it; stops when the server answers before its end.
    private func send(_ body: BodyStream, isChunked: Bool) async throws(HTTPClientError) {
        var pieces = body.makeAsyncIterator()
        while parser.unreadCount == 0, !peerFinished, closure == nil {
            let piece: [UInt8]?
            do throws(BodyStream.Failure) {
                piece = try await pieces.next()
            } catch {
                close()
                throw .bodyFailed(error)
            }
            guard let piece else {
                if isChunked { write(ResponseHeadEncoder.lastChunk) }
                return
            }
            write(isChunked ? ResponseHeadEncoder.chunk(piece) : piece)
            while congested, closure == nil, parser.unreadCount == 0 { try await waitForEvent() }
        }
        isCutOff = true
    }

    /// The next piece of the body, or nil at its end.
    func nextPiece() async throws(HTTPClientError) -> [UInt8]? {
        guard !isDone else { return nil }
        switch try await nextEvent() {
        case .head: throw .malformed(.invalidStatusLine)
        case .body(let bytes): return bytes
        case .end:
            isDone = true
            return nil
        }
    }

    private func nextEvent() async throws(HTTPClientError) -> ResponseParser.Event {
        while true {
            do throws(HTTPParseError) {
                if let event = try parser.next() {
                    if parser.unreadCount < Self.readAhead { stream?.resumeReading() }
                    return event
                }
            } catch {
                throw .malformed(error)
            }
            if peerFinished || closure != nil {
                guard parser.mayEndByClose else { throw .disconnected }
                return .end
            }
            try await waitForEvent()
        }
    }

    /// Whether another request may be sent: the response is complete, and neither side wants to close.
    var isReusable: Bool {
        isDone && !isCutOff && head?.keepsAlive == true && !peerFinished && closure == nil
            && parser.unreadCount == 0
    }

    func close() {
        stream?.close()
        if closure == nil { closure = .finished }
        wake()
    }
}
