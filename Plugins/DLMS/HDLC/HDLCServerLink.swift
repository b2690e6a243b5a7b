/// The server's end of an HDLC link, as a state machine over frames: what a simulated meter has.
///
/// One answer at a time, a window of one frame.
struct HDLCServerLink: Sendable {
    /// What a frame from the client leads to.
    enum Step: Hashable, Sendable {
        /// Send these bytes.
        case reply([UInt8])
        /// A whole request; give its answer to ``answer(_:)``.
        case request([UInt8])
        /// The client has set up the link, or closed it: whatever was associated is not any more.
        /// Send these bytes.
        case reset([UInt8])
        /// Say nothing.
        case silent
    }

    /// What this server would like.
    let proposed: HDLCParameters
    /// What both ends agreed on.
    private(set) var agreed = HDLCParameters.standard
    /// The client of the link that is set up.
    private(set) var client: HDLCAddress?

    private var server: HDLCAddress?
    private var nextSend: UInt8 = 0
    private var nextReceive: UInt8 = 0
    private var outgoing: HDLCSegments?
    private var incoming: [UInt8] = []
    private var lastSent: [UInt8] = []

    /// Makes a link that is not set up.
    init(proposed: HDLCParameters) {
        self.proposed = proposed
    }

    /// Takes a frame that is addressed to this server.
    mutating func receive(_ frame: HDLCFrame) -> Step {
        switch frame.control {
        case .unnumbered(.setNormalResponseMode, _):
            return connect(frame)
        case .unnumbered(.disconnect, _):
            let control: HDLCControl = client == nil ? .disconnectedMode : .acknowledge
            client = nil
            outgoing = nil
            return .reset(HDLCFrame(from: frame.destination, to: frame.source, control).encoded())
        case .unnumbered:
            return .silent
        default:
            guard let client, client.names(frame.source) else {
                return .reply(
                    HDLCFrame(from: frame.destination, to: frame.source, .disconnectedMode)
                        .encoded())
            }
            return receiveNumbered(frame)
        }
    }

    /// Begins to send an answer and returns its first frame.
    mutating func answer(_ message: [UInt8]) -> [UInt8] {
        outgoing = HDLCSegments(message, size: agreed.transmitInformation)
        return send(informationFrame())
    }

    private mutating func connect(_ frame: HDLCFrame) -> Step {
        guard let peer = try? HDLCParameters(decoding: frame.information) else { return .silent }
        agreed = proposed.agreed(with: peer)
        client = frame.source
        server = frame.destination
        nextSend = 0
        nextReceive = 0
        outgoing = nil
        incoming.removeAll()
        let acknowledge = HDLCFrame(
            from: frame.destination, to: frame.source, .acknowledge, information: agreed.encoded())
        return .reset(send(acknowledge.encoded()))
    }

    private mutating func receiveNumbered(_ frame: HDLCFrame) -> Step {
        switch frame.control {
        case .information(let number, let receive, _):
            acknowledge(receive)
            if number == nextReceive {
                nextReceive = successor(nextReceive)
                incoming += frame.information
                if frame.isSegmented { return .reply(supervisory()) }
                defer { incoming.removeAll() }
                return .request(incoming)
            }
            // A copy of what is already here: the client has not seen the answer.
            return .reply(successor(number) == nextReceive ? lastSent : rejection())
        case .receiveReady(let receive, _):
            if outgoing != nil, receive == nextSend { return .reply(lastSent) }
            acknowledge(receive)
            return .reply(outgoing == nil ? supervisory() : send(informationFrame()))
        case .reject(let receive, _):
            return receive == nextSend ? .reply(lastSent) : .reply(supervisory())
        default:
            return .silent
        }
    }

    /// Moves to the next piece when the client has the current one.
    private mutating func acknowledge(_ receive: UInt8) {
        guard let segments = outgoing, receive == successor(nextSend) else { return }
        nextSend = receive
        if segments.isLast {
            outgoing = nil
        } else {
            outgoing?.advance()
        }
    }

    private func successor(_ number: UInt8) -> UInt8 { (number + 1) & 7 }

    private mutating func informationFrame() -> [UInt8] {
        guard let outgoing else { return supervisory() }
        return frame(
            .information(send: nextSend, receive: nextReceive, final: true),
            isSegmented: !outgoing.isLast, information: Array(outgoing.current))
    }

    private mutating func supervisory() -> [UInt8] {
        send(frame(.receiveReady(receive: nextReceive, final: true)))
    }

    private func rejection() -> [UInt8] {
        frame(.reject(receive: nextReceive, final: true))
    }

    private func frame(
        _ control: HDLCControl, isSegmented: Bool = false, information: [UInt8] = []
    ) -> [UInt8] {
        guard let client, let server else { return [] }
        return HDLCFrame(
            from: server, to: client, control, isSegmented: isSegmented, information: information
        ).encoded()
    }

    private mutating func send(_ bytes: [UInt8]) -> [UInt8] {
        lastSent = bytes
        return bytes
    }
}
