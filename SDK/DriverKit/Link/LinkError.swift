import CCommline
import Values

/// Why a call of the link did not do what it was asked.
///
/// The doc comment of each case says whether the link can still be used.
public enum LinkError: Error, Hashable, Sendable {
    /// Nothing (complete) arrived in time. The link is still usable.
    case timedOut
    /// The connection ended, for this reason. Usable again after `reconnect`.
    case disconnected(ErrorCode)
    /// There is no connection yet. Usable after `waitForConnection`.
    case notConnected
    /// A person or a schedule ended the session: every later wait throws this too. A goodbye may still
    /// be sent.
    case cancelled
    /// The host closes the session: every later wait throws this too. A goodbye may still be sent.
    case closing
    /// The host asked to stop here, because something more urgent waits. The link is still usable.
    case yieldRequested
    /// More bytes arrived than the link keeps for a driver that does not read them.
    case overflow(limit: Int)
    /// The host refused the action. The link is still usable.
    case refused(action: String, Refusal)
    /// The session is over: nothing can be done any more.
    case closed

    /// Why the host refused an action.
    public enum Refusal: Hashable, Sendable {
        /// A bad argument, or the wrong moment for it.
        case invalid
        /// A fixed limit is used up.
        case tooMuch
        /// The host, or this channel, lacks the ability.
        case unsupported
        /// A status that ABI 1.0 does not define: a defect of the host.
        case unknown(Int32)
    }

    /// The code of the error registry that fits best.
    public var code: ErrorCode {
        switch self {
        case .timedOut: .timeout
        case .disconnected(let reason): reason == .ok ? .transport : reason
        case .notConnected: .transport
        case .cancelled, .closing, .yieldRequested, .closed: .cancelled
        case .overflow: .protocolViolation
        case .refused: .internalError
        }
    }
}

extension LinkError: CustomStringConvertible {
    /// What happened, for a journal.
    public var description: String {
        switch self {
        case .timedOut: "no complete answer in time"
        case .disconnected(.ok): "the connection was closed by the other side"
        case .disconnected(let reason): "the connection was lost (\(reason.symbol))"
        case .notConnected: "there is no connection yet"
        case .cancelled: "the session was cancelled"
        case .closing: "the host is closing the session"
        case .yieldRequested: "the host asked to yield to something more urgent"
        case .overflow(let limit): "more than \(limit) bytes arrived that nobody asked for"
        case .refused(let action, let refusal): "\(action): \(refusal)"
        case .closed: "the session is over"
        }
    }
}

extension LinkError.Refusal: CustomStringConvertible {
    /// The reason in words.
    public var description: String {
        switch self {
        case .invalid: "the host says that an argument is bad or that this is the wrong moment"
        case .tooMuch: "the host's limit is used up"
        case .unsupported: "the host or this channel cannot do that"
        case .unknown(let status): "the host answered \(status), which ABI 1.0 does not define"
        }
    }

    /// Reads a status that is not OK.
    init(_ status: commline_status) {
        switch status {
        case COMMLINE_INVALID: self = .invalid
        case COMMLINE_TOO_MUCH: self = .tooMuch
        case COMMLINE_UNSUPPORTED: self = .unsupported
        default: self = .unknown(status)
        }
    }
}
