/// One end of a channel through which bytes travel: a TCP stream, a datagram socket, a serial port.
///
/// An endpoint belongs to one reactor and is used on its thread only. The reactor keeps it alive while it is
/// open, and it keeps its handler alive; `close` releases both.
package protocol ByteEndpoint: AnyObject, Sendable {
    /// The reactor on whose thread everything happens.
    var reactor: Reactor { get }
    /// The other end, for people: `192.0.2.1:4059`, `/dev/ttyUSB0`.
    var peerDescription: String { get }
    /// False before the connection is made and after the endpoint has closed.
    var isOpen: Bool { get }
    /// Bytes taken by `write` and not yet by the system.
    var unsentByteCount: Int { get }

    /// Queues bytes; they are sent, in order, at the end of the loop's pass.
    ///
    /// All bytes are taken, also above the high-water mark; a writer who is told `.congested` waits for
    /// `.drained`.
    @discardableResult
    func write(_ bytes: [UInt8]) -> WriteOutcome

    /// Delivers no more bytes until `resumeReading`; the peer feels it when the system's buffer is full.
    func pauseReading()
    /// Delivers bytes again.
    func resumeReading()

    /// Says to the peer that nothing more comes, after what is queued; where the channel cannot say so,
    /// does nothing.
    func shutdownWrite()

    /// Calls `done` when everything written was taken by the system (true), or at the limit (false).
    ///
    /// Not called when the endpoint is closed by `close` meanwhile.
    func drain(within limit: Duration, _ done: @escaping @Sendable (Bool) -> Void)

    /// Closes at once; drops what is unsent. The handler is not called any more.
    func close()
}

/// What a write met.
package enum WriteOutcome: Hashable, Sendable {
    /// Queued or sent.
    case accepted
    /// Queued, and the queue is above its high-water mark: `.drained` will follow.
    case congested
    /// Dropped: the endpoint is closed, or its writing side is shut.
    case closed
}

/// What happens at an endpoint, delivered on its reactor's thread.
package enum EndpointEvent: Sendable {
    /// The connection is made; bytes may flow.
    case connected
    /// Bytes arrived.
    case received(ReceivedBytes)
    /// After `.congested`: the queue is empty again.
    case drained
    /// The peer will send no more (half-close); it may still read. The owner closes when it is done.
    case peerFinished
    /// The endpoint has ended by itself; nothing follows. Never delivered after `close`.
    case closed(EndpointClosure)
}

/// Receives the events of one endpoint, on its reactor's thread.
package typealias EndpointHandler = @Sendable (EndpointEvent) -> Void

/// Bytes as they came from the system, borrowed for the duration of the callback.
// SAFETY: The bytes lie in the reactor's read buffer and are read only inside the callback, on its thread;
// sendability only lets a callback hand them to `assumeIsolated`.
package struct ReceivedBytes: @unchecked Sendable {
    /// The bytes; valid until the callback returns.
    package let bytes: UnsafeRawBufferPointer
    /// When they were taken from the system.
    package let stamp: TimeStamp

    package init(bytes: UnsafeRawBufferPointer, stamp: TimeStamp) {
        self.bytes = bytes
        self.stamp = stamp
    }

    /// A copy of the bytes, to keep.
    package var array: [UInt8] { Array(bytes) }
}

/// Why an endpoint has ended.
package enum EndpointClosure: Error, Hashable, Sendable, CustomStringConvertible {
    /// Both sides said that they were done.
    case finished
    /// The peer broke the connection off.
    case reset(SystemError)
    /// The connection failed otherwise, for example by a keep-alive that was not answered.
    case failed(SystemError)
    /// No connection was made.
    case connectFailed(SystemError)
    /// No connection was made in time.
    case connectTimedOut(after: Duration)
    /// The reactor was stopped.
    case reactorStopped

    package var description: String {
        switch self {
        case .finished: "closed by both sides"
        case .reset(let error): "broken off by the peer (\(error.symbol))"
        case .failed(let error), .connectFailed(let error): error.description
        case .connectTimedOut(let limit): "no connection within \(limit)"
        case .reactorStopped: "the host is stopping"
        }
    }
}
