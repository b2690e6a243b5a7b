import Reactor

/// One request that is being answered; belongs to its connection.
final class Exchange {
    typealias PieceResult = Result<[UInt8]?, BodyStream.Failure>

    let number: Int
    let head: RequestHead
    /// When the request was there, on the monotonic clock, in nanoseconds.
    let begin: UInt64
    var task: Task<Void, Never>?

    // The body of the request, where it is streamed.
    /// The last byte of the body was taken from the parser.
    private(set) var bodyIsRead: Bool
    var bodyLimit = UInt64.max
    private var bodyBytes: UInt64 = 0
    private var bodyFailure: BodyStream.Failure?
    private var reader: CheckedContinuation<PieceResult, Never>?
    /// The client was told to go on with its body.
    var toldToContinue = false

    // The body of the response, where it is streamed.
    var framing = ResponseHeadEncoder.Framing.none
    var status = HTTPStatus.ok
    /// Bytes that are missing up to the announced length.
    var missing: UInt64 = 0
    var closes = false
    var endsWithPeer = false
    private var writers: [CheckedContinuation<Bool, Never>] = []

    init(number: Int, head: RequestHead, bodyIsRead: Bool, begin: UInt64) {
        self.number = number
        self.head = head
        self.bodyIsRead = bodyIsRead
        self.begin = begin
    }

    // MARK: Reading

    /// Whether the handler waits for a piece of the body.
    var isReading: Bool { reader != nil }

    /// Gives a waiting reader what came from the parser.
    func feed(_ event: RequestParser.Event) {
        guard let reader else { return }
        self.reader = nil
        switch take(event) {
        case .success(let piece): reader.resume(returning: .success(piece))
        case .failure(let failure):
            bodyFailure = failure
            reader.resume(returning: .failure(failure))
        }
    }

    /// Counts what came from the parser.
    private func take(_ event: RequestParser.Event) -> PieceResult {
        switch event {
        case .body(let piece):
            bodyBytes += UInt64(piece.count)
            return bodyBytes > bodyLimit ? .failure(.tooLarge(limit: bodyLimit)) : .success(piece)
        case .head, .end:
            bodyIsRead = true
            return .success(nil)
        }
    }

    /// Takes what the handler has left of the body, if that is little and has arrived.
    func skipRest(_ parser: inout RequestParser) throws(HTTPParseError) {
        var skipped = 0
        while !bodyIsRead, bodyFailure == nil, skipped <= HTTPConnection.ignoredBodyLimit,
            let event = try parser.next()
        {
            if case .body(let piece) = event { skipped += piece.count } else { bodyIsRead = true }
        }
    }

    /// Whether a reader may wait now: nil, or what it gets at once.
    var immediateResult: PieceResult? {
        if let bodyFailure { return .failure(bodyFailure) }
        if bodyIsRead { return .success(nil) }
        return reader == nil ? nil : .failure(.disconnected)
    }

    func hold(reader: CheckedContinuation<PieceResult, Never>) {
        self.reader = reader
    }

    /// The rest of the body will not come.
    func failBody(_ failure: BodyStream.Failure) {
        guard !bodyIsRead, bodyFailure == nil else { return }
        bodyFailure = failure
        reader?.resume(returning: .failure(failure))
        reader = nil
    }

    // MARK: Writing

    func hold(writer: CheckedContinuation<Bool, Never>) {
        writers.append(writer)
    }

    /// Lets waiting producers go on, or tells them to end.
    func wakeWriter(goesOn: Bool) {
        let waiting = writers
        writers = []
        for writer in waiting { writer.resume(returning: goesOn) }
    }

    /// The connection has ended.
    func end() {
        failBody(.disconnected)
        wakeWriter(goesOn: false)
        task?.cancel()
    }
}
