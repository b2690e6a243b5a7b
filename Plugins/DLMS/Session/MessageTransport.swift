import DriverKit

/// A message on its way to a meter.
struct OutgoingMessage {
    let bytes: [UInt8]
    /// What it is, in the protocol's words, for journals: `AARQ`, `GET 3:1.0.1.8.0.255:2`.
    let step: String
    /// Stretches that no journal may show.
    var secrets: [Range<Int>] = []
    /// True where no journal may show the answer.
    var hidesAnswer = false
}

/// Carries whole messages to a meter and back, over HDLC or the wrapper.
///
/// It repeats what gets no answer, and drops what answers something else. What it throws ends the
/// session.
protocol MessageTransport: AnyObject {
    /// True where an association ends only by being released, because no link is closed with it.
    var needsRelease: Bool { get }

    /// The longest message that travels in one piece; nil where any length does.
    var onePiece: Int? { get }

    /// Prepares the way to the meter.
    func open() async throws(DriverFailure)

    /// Sends a message and returns the first answer that `accepts` takes.
    func exchange(
        _ message: OutgoingMessage, accepting accepts: ([UInt8]) -> Bool
    ) async throws(DriverFailure) -> [UInt8]

    /// Says goodbye and waits for the answer, once.
    func close() async

    /// Says goodbye without waiting: the session has failed or was cancelled.
    func abandon()
}
