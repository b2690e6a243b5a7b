/// Why a server will not go on with a link.
enum HDLCRefusal: Hashable, Sendable {
    /// The server says that there is no link (DM).
    case disconnectedMode
    /// The server rejects a frame for good (FRMR); the field says which, if there is one.
    case frameReject([UInt8])
    /// The parameters of the server's answer to SNRM cannot be used.
    case parameters(HDLCParametersError)
    /// The segments of one message have grown beyond the limit.
    case messageTooLong(limit: Int)
}

/// The client's end of an HDLC link, as a state machine over frames: no input or output, no clock.
///
/// One request at a time, a window of one frame. Whoever drives it sends the bytes that it returns,
/// gives it each frame that arrives, and calls ``repeated(attempt:)`` when nothing useful came in
/// time.
///
/// Source: IEC 62056-46, 6.4.4; ISO/IEC 13239, normal response mode.
struct HDLCClientLink: Sendable {
    /// What one frame from the line means.
    enum Step: Hashable, Sendable {
        /// The link is set up.
        case connected
        /// These bytes must go out next; then wait again.
        case transmit([UInt8])
        /// A part of the answer; the rest comes by itself.
        case accepted
        /// The whole answer to the request.
        case delivered([UInt8])
        /// The server has the request and no answer yet: ask again later with ``poll()``.
        case notReady
        /// The server did not get the request: send it again with ``retransmission()``.
        case notReceived
        /// The link is closed.
        case disconnected
        /// The frame is not for this link, or answers an earlier request.
        case ignored
        /// The link cannot be used any more.
        case refused(HDLCRefusal)
    }

    private enum Phase: Sendable {
        case disconnected, connecting, connected, exchanging, disconnecting
    }

    /// The longest answer that is put together from segments.
    static let longestMessage = 0x40000

    let client: HDLCAddress
    let server: HDLCAddress
    /// What this end would like.
    let proposed: HDLCParameters
    /// What both ends agreed on.
    private(set) var agreed = HDLCParameters.standard

    private var phase = Phase.disconnected
    private var nextSend: UInt8 = 0
    private var nextReceive: UInt8 = 0
    private var outgoing = HDLCSegments()
    private var incoming: [UInt8] = []
    private var lastSent: [UInt8] = []
    private var lastWasInformation = false

    /// Makes a link that is not set up yet.
    init(client: HDLCAddress, server: HDLCAddress, proposed: HDLCParameters) {
        self.client = client
        self.server = server
        self.proposed = proposed
    }

    /// True from the agreement on the link to its end.
    var isConnected: Bool { phase == .connected || phase == .exchanging }

    /// True while the server may believe that there is a link, so that a DISC is owed to it.
    var owesGoodbye: Bool { isConnected || phase == .connecting }

    /// Begins to set the link up and returns the SNRM frame to send.
    mutating func connect() -> [UInt8] {
        phase = .connecting
        let field = proposed == .standard ? [] : proposed.encoded()
        return remember(frame(.setNormalResponseMode, information: field))
    }

    /// Begins to send a message and returns its first frame.
    mutating func request(_ message: [UInt8]) -> [UInt8] {
        phase = .exchanging
        incoming.removeAll(keepingCapacity: true)
        outgoing = HDLCSegments(message, size: agreed.transmitInformation)
        return informationFrame()
    }

    /// Begins to close the link and returns the DISC frame to send.
    mutating func disconnect() -> [UInt8] {
        phase = .disconnecting
        return remember(frame(.disconnect))
    }

    /// The frame that asks a server which was not ready whether it is now.
    mutating func poll() -> [UInt8] {
        remember(frame(.receiveReady(receive: nextReceive, final: true)))
    }

    /// The current piece of the request once more.
    mutating func retransmission() -> [UInt8] {
        informationFrame()
    }

    /// The frame to send when no answer came.
    ///
    /// Mostly the last one again. Every second time a request in flight is replaced by a question
    /// (RR): a server that already has the request may ignore a second copy, but it answers the
    /// question. The first repetition is attempt 1.
    mutating func repeated(attempt: Int) -> [UInt8] {
        guard lastWasInformation, attempt.isMultiple(of: 2) else { return lastSent }
        return frame(.receiveReady(receive: nextReceive, final: true)).encoded()
    }

    /// Tells where stretches of the request lie in the frame that was made last; none where the
    /// frame is another one.
    func locate(_ stretches: [Range<Int>], in frame: [UInt8]) -> [Range<Int>] {
        guard lastWasInformation, !stretches.isEmpty, frame == lastSent else { return [] }
        let piece = outgoing.range
        // The information field ends before the frame check sequence and the flag.
        let shift = frame.count - 3 - piece.upperBound
        return stretches.compactMap { stretch in
            let part = stretch.clamped(to: piece)
            return part.isEmpty ? nil : part.lowerBound + shift..<part.upperBound + shift
        }
    }

    /// Takes a frame that arrived.
    mutating func receive(_ frame: HDLCFrame) -> Step {
        guard frame.destination.names(client), frame.source.names(server) else { return .ignored }
        switch phase {
        case .disconnected, .connected: return .ignored
        case .connecting: return receiveWhileConnecting(frame)
        case .exchanging: return receiveWhileExchanging(frame)
        case .disconnecting:
            switch frame.control {
            case .unnumbered(.acknowledge, _), .unnumbered(.disconnectedMode, _):
                phase = .disconnected
                return .disconnected
            default: return .ignored
            }
        }
    }

    private mutating func receiveWhileConnecting(_ frame: HDLCFrame) -> Step {
        switch frame.control {
        case .unnumbered(.acknowledge, _):
            do throws(HDLCParametersError) {
                agreed = proposed.agreed(with: try HDLCParameters(decoding: frame.information))
            } catch {
                phase = .disconnected
                return .refused(.parameters(error))
            }
            phase = .connected
            nextSend = 0
            nextReceive = 0
            return .connected
        case .unnumbered(.disconnectedMode, _):
            return refuse(.disconnectedMode)
        case .unnumbered(.frameReject, _):
            return refuse(.frameReject(frame.information))
        default:
            return .ignored
        }
    }

    private mutating func receiveWhileExchanging(_ frame: HDLCFrame) -> Step {
        switch frame.control {
        case .information(let send, let receive, let final):
            guard outgoing.isLast, receive == successor(nextSend), send == nextReceive else {
                return .ignored
            }
            return accept(frame, final: final)
        case .receiveReady(let receive, _), .reject(let receive, _):
            guard receive == successor(nextSend) else {
                return receive == nextSend ? .notReceived : .ignored
            }
            return acknowledged()
        case .receiveNotReady(let receive, _):
            return receive == nextSend || receive == successor(nextSend) ? .notReady : .ignored
        case .unnumbered(.disconnectedMode, _):
            return refuse(.disconnectedMode)
        case .unnumbered(.frameReject, _):
            return refuse(.frameReject(frame.information))
        case .unnumbered:
            return .ignored
        }
    }

    private mutating func accept(_ frame: HDLCFrame, final: Bool) -> Step {
        nextReceive = successor(nextReceive)
        incoming += frame.information
        guard incoming.count <= Self.longestMessage else {
            return refuse(.messageTooLong(limit: Self.longestMessage))
        }
        if frame.isSegmented {
            // Without the final bit the server still has frames of its window to send.
            guard final else { return .accepted }
            return .transmit(poll())
        }
        nextSend = successor(nextSend)
        phase = .connected
        return .delivered(incoming)
    }

    private mutating func acknowledged() -> Step {
        guard !outgoing.isLast else { return .notReady }
        nextSend = successor(nextSend)
        outgoing.advance()
        return .transmit(informationFrame())
    }

    private mutating func refuse(_ refusal: HDLCRefusal) -> Step {
        phase = .disconnected
        return .refused(refusal)
    }

    private func successor(_ number: UInt8) -> UInt8 { (number + 1) & 7 }

    private func frame(
        _ control: HDLCControl, isSegmented: Bool = false, information: [UInt8] = []
    ) -> HDLCFrame {
        HDLCFrame(
            from: client, to: server, control, isSegmented: isSegmented, information: information)
    }

    private mutating func informationFrame() -> [UInt8] {
        let bytes = remember(
            frame(
                .information(send: nextSend, receive: nextReceive, final: true),
                isSegmented: !outgoing.isLast, information: Array(outgoing.current)))
        lastWasInformation = true
        return bytes
    }

    private mutating func remember(_ frame: HDLCFrame) -> [UInt8] {
        lastSent = frame.encoded()
        lastWasInformation = false
        return lastSent
    }
}
