import DriverKit
import JSON
import Values
import Wire

/// Carries messages in HDLC frames.
final class HDLCTransport: MessageTransport {
    private let wire: Link
    private let settings: DLMSSettings
    private var link: HDLCClientLink
    private var line: HDLCLine

    /// What came of one message.
    private enum Result {
        case connected
        case delivered([UInt8])
        case disconnected
    }

    /// The bytes before each message: LLC of IEC 62056-46, 6.3, command and response.
    private static let requestHeader: [UInt8] = [0xE6, 0xE6, 0x00]
    private static let answerHeader: [UInt8] = [0xE6, 0xE7, 0x00]

    /// How long a meter that is not ready is left alone before it is asked again.
    private static let pause = Duration.seconds(1)

    let needsRelease = false
    var onePiece: Int? { link.agreed.transmitInformation - Self.requestHeader.count }

    init(wire: Link, settings: DLMSSettings) {
        self.wire = wire
        self.settings = settings
        // A client's address has been checked to fit one byte.
        let client = HDLCAddress(single: UInt16(settings.client)) ?? settings.server
        link = HDLCClientLink(
            client: client, server: settings.server, proposed: settings.parameters)
        line = HDLCLine(wire: wire, patience: settings.waitTime)
    }

    func open() async throws(DriverFailure) {
        let message = OutgoingMessage(bytes: [], step: "SNRM")
        guard case .connected = try await transact(link.connect(), of: message) else { return }
        wire.note(
            .debug,
            Message(
                .linkEstablished,
                [
                    "server": .string(settings.server.description),
                    "transmit": JSONValue(link.agreed.transmitInformation),
                    "receive": JSONValue(link.agreed.receiveInformation),
                ]))
    }

    func exchange(
        _ message: OutgoingMessage, accepting accepts: ([UInt8]) -> Bool
    ) async throws(DriverFailure) -> [UInt8] {
        for _ in 0...settings.resendCount {
            let bytes = Self.requestHeader + message.bytes
            guard case .delivered(let answer) = try await transact(link.request(bytes), of: message)
            else { continue }
            guard answer.starts(with: Self.answerHeader) else {
                throw DriverFailure(
                    .protocolViolation, .answerMalformed, ["step": .string(message.step)],
                    detail: "LLC header")
            }
            let content = Array(answer.dropFirst(Self.answerHeader.count))
            if accepts(content) { return content }
            wire.note(.warning, Message(.linkStale, ["step": .string(message.step)]))
        }
        throw DriverFailure(
            .protocolViolation, .answerUnexpected, ["step": .string(message.step)])
    }

    func close() async {
        guard link.isConnected else { return abandon() }
        do throws(DriverFailure) {
            try send(link.disconnect(), of: OutgoingMessage(bytes: [], step: "DISC"))
            _ = try await line.step(of: &link, step: "DISC")
        } catch {
            // The readings are safe; a goodbye that nobody hears is no failure.
        }
    }

    func abandon() {
        guard link.owesGoodbye else { return }
        // Nothing can be done where even this cannot be sent: the session ends now.
        try? wire.send(link.disconnect())
    }

    /// Sends a frame, and all that the link makes of the answers, until the link has an end to
    /// tell.
    private func transact(
        _ first: [UInt8], of message: OutgoingMessage
    ) async throws(DriverFailure) -> Result {
        line.hidesAnswer = message.hidesAnswer
        line.forgetCounts()
        var next: [UInt8]? = first
        var attempt = 0
        var notReadySince: Moment?
        while true {
            if let frame = next { try send(frame, of: message) }
            let isPause = next == nil
            next = nil
            switch try await line.step(
                of: &link, step: message.step, within: isPause ? Self.pause : nil)
            {
            case .connected: return .connected
            case .delivered(let answer): return .delivered(answer)
            case .disconnected: return .disconnected
            case .transmit(let frame):
                (next, attempt, notReadySince) = (frame, 0, nil)
            case .notReady:
                let since = notReadySince ?? wire.now
                notReadySince = since
                let limit = settings.waitTime * (settings.resendCount + 1)
                guard wire.now.since(since) < limit else {
                    throw DriverFailure(
                        .busy, .linkNotReady,
                        ["step": .string(message.step), "wait": .string(limit.seconds)])
                }
            case .notReceived:
                attempt = try nextAttempt(after: attempt, of: message)
                next = link.retransmission()
            case .refused(let refusal): throw failure(refusal, message.step)
            case .accepted, .ignored: break
            case nil:
                if isPause {
                    next = link.poll()
                } else {
                    attempt = try nextAttempt(after: attempt, of: message)
                    next = link.repeated(attempt: attempt)
                }
            }
        }
    }

    private func send(_ frame: [UInt8], of message: OutgoingMessage) throws(DriverFailure) {
        let shifted = message.secrets.map {
            $0.lowerBound + Self.requestHeader.count..<$0.upperBound + Self.requestHeader.count
        }
        do throws(LinkError) {
            try wire.send(frame, secrets: link.locate(shifted, in: frame))
        } catch {
            throw DriverFailure(error, during: message.step)
        }
    }

    /// Counts a repetition, or throws where there were enough.
    private func nextAttempt(
        after attempt: Int, of message: OutgoingMessage
    ) throws(DriverFailure) -> Int {
        guard attempt < settings.resendCount else { throw silence(message.step) }
        wire.note(
            .info,
            Message(
                .linkRepeat,
                [
                    "step": .string(message.step), "attempt": JSONValue(attempt + 1),
                    "of": JSONValue(settings.resendCount),
                    "damaged": JSONValue(line.damaged), "noise": JSONValue(line.noise),
                ]))
        return attempt + 1
    }

    private func silence(_ step: String) -> DriverFailure {
        let parameters: JSONObject = [
            "step": .string(step), "server": .string(settings.server.description),
            "client": JSONValue(Int(settings.client)),
            "attempts": JSONValue(settings.resendCount + 1),
            "wait": .string(settings.waitTime.seconds), "damaged": JSONValue(line.damaged),
            "noise": JSONValue(line.noise),
        ]
        if line.damaged > 0 { return DriverFailure(.timeout, .linkDamaged, parameters) }
        if line.noise > 0 { return DriverFailure(.timeout, .linkNoise, parameters) }
        switch step {
        case "SNRM": return DriverFailure(.timeout, .linkSilent, parameters)
        case "AARQ": return DriverFailure(.timeout, .associationSilent, parameters)
        default: return DriverFailure(.timeout, .answerSilent, parameters)
        }
    }

    private func failure(_ refusal: HDLCRefusal, _ step: String) -> DriverFailure {
        var parameters: JSONObject = [
            "step": .string(step), "server": .string(settings.server.description),
        ]
        switch refusal {
        case .disconnectedMode where step == "SNRM":
            return DriverFailure(.busy, .linkRefused, parameters)
        case .disconnectedMode:
            return DriverFailure(.transport, .linkLost, parameters)
        case .frameReject(let field):
            parameters["reason"] = .string(field.hex)
            return DriverFailure(.protocolViolation, .linkFrameReject, parameters)
        case .parameters:
            return DriverFailure(.protocolViolation, .linkParameters, parameters)
        case .messageTooLong(let limit):
            parameters["limit"] = JSONValue(limit)
            return DriverFailure(.protocolViolation, .linkTooLong, parameters)
        }
    }
}
