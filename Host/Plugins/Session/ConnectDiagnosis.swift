import Glibc
import Reactor
import Values

/// What it means that no connection was made, and what to say about it.
struct ConnectDiagnosis: Hashable {
    let code: ErrorCode
    let message: Message

    /// Judges a failure.
    ///
    /// - Parameters:
    ///   - reason: What the channel says.
    ///   - peer: Where the connection should have gone.
    ///   - limit: How long it was tried at most.
    init(_ reason: EndpointClosure, peer: String, limit: Duration) {
        switch reason {
        case .connectTimedOut:
            self.init(.transport, HostMessages.connectTimedOut(peer, after: limit))
        case .reactorStopped:
            self.init(.cancelled, HostMessages.stopping)
        case .finished:
            self.init(.transport, HostMessages.closedByPeer(peer))
        case .connectFailed(let error), .failed(let error), .reset(let error):
            self.init(error, peer: peer, limit: limit)
        }
    }

    private init(_ error: SystemError, peer: String, limit: Duration) {
        switch error.code {
        case ECONNREFUSED:
            self.init(.transport, HostMessages.connectRefused(peer))
        case ENETUNREACH, EHOSTUNREACH, ENETDOWN, EHOSTDOWN, EADDRNOTAVAIL, EAFNOSUPPORT:
            self.init(.transport, HostMessages.connectUnreachable(peer, error.reason))
        case ETIMEDOUT:
            self.init(.transport, HostMessages.connectTimedOut(peer, after: limit))
        case EMFILE, ENFILE, ENOBUFS, ENOMEM:
            // The host's own shortage, not the device's fault.
            self.init(.internalError, HostMessages.noDescriptors(peer))
        default:
            self.init(.transport, HostMessages.connectFailed(peer, error.reason))
        }
    }

    private init(_ code: ErrorCode, _ message: Message) {
        self.code = code
        self.message = message
    }
}
