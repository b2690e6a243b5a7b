import DriverKit
import JSON
import Values
import Wire

/// Carries messages in the wrapper of TCP and UDP.
final class WrapperTransport: MessageTransport {
    private let wire: Link
    private let settings: DLMSSettings
    private var extractor = WrapperFrameExtractor()
    private var noise = 0

    let needsRelease = true
    let onePiece: Int? = nil

    init(wire: Link, settings: DLMSSettings) {
        self.wire = wire
        self.settings = settings
    }

    func open() async throws(DriverFailure) {}

    func exchange(
        _ message: OutgoingMessage, accepting accepts: ([UInt8]) -> Bool
    ) async throws(DriverFailure) -> [UInt8] {
        noise = 0
        for attempt in 0...settings.resendCount {
            if attempt > 0 {
                wire.note(
                    .info,
                    Message(
                        .linkRepeat,
                        [
                            "step": .string(message.step), "attempt": JSONValue(attempt),
                            "of": JSONValue(settings.resendCount), "damaged": 0,
                            "noise": JSONValue(noise),
                        ]))
            }
            try send(message)
            if let answer = try await answer(to: message, accepts) { return answer }
        }
        let parameters: JSONObject = [
            "step": .string(message.step), "server": JSONValue(Int(settings.serverPort)),
            "client": JSONValue(Int(settings.client)),
            "attempts": JSONValue(settings.resendCount + 1),
            "wait": .string(settings.waitTime.seconds), "noise": JSONValue(noise),
        ]
        let isFirst = message.step == "AARQ"
        throw DriverFailure(
            .timeout, noise > 0 ? .linkNoise : isFirst ? .linkSilent : .answerSilent, parameters)
    }

    func close() async {}

    func abandon() {
        let release = WrapperFrame(
            from: UInt16(settings.client), to: settings.serverPort, Release(.request).encoded)
        // Nothing can be done where even this cannot be sent: the session ends now.
        guard let bytes = try? release.encoded() else { return }
        try? wire.send(bytes)
    }

    private func send(_ message: OutgoingMessage) throws(DriverFailure) {
        let frame = WrapperFrame(
            from: UInt16(settings.client), to: settings.serverPort, message.bytes)
        let shift = WrapperFrame.headerLength
        let secrets = message.secrets.map { $0.lowerBound + shift..<$0.upperBound + shift }
        let bytes: [UInt8]
        do throws(WireError) {
            bytes = try frame.encoded()
        } catch {
            throw DriverFailure(
                .internalError, .answerMalformed, ["step": .string(message.step)],
                detail: error.description)
        }
        do throws(LinkError) {
            try wire.send(bytes, secrets: secrets)
        } catch {
            throw DriverFailure(error, during: message.step)
        }
    }

    /// Waits for the answer; nil where it did not come in time.
    private func answer(
        to message: OutgoingMessage, _ accepts: ([UInt8]) -> Bool
    ) async throws(DriverFailure) -> [UInt8]? {
        let start = wire.now
        while true {
            while let item = extractor.next() {
                switch item {
                case .frame(let frame):
                    if frame.source == settings.serverPort,
                        frame.destination == UInt16(settings.client), accepts(frame.message)
                    {
                        return frame.message
                    }
                    wire.note(.warning, Message(.linkStale, ["step": .string(message.step)]))
                case .noise(let count): noise += count
                case .tooLong: noise += WrapperFrame.headerLength
                }
            }
            let timeout = settings.waitTime - wire.now.since(start)
            guard timeout > .zero, let bytes = try await receive(timeout, message) else {
                // A frame that began and did not end would swallow the next answer.
                noise += extractor.pendingCount
                extractor.removeAll()
                return nil
            }
            extractor.append(bytes)
        }
    }

    private func receive(
        _ timeout: Duration, _ message: OutgoingMessage
    ) async throws(DriverFailure) -> [UInt8]? {
        do throws(LinkError) {
            let bytes = try await wire.receive(timeout: timeout)
            if message.hidesAnswer { try wire.redact(0..<bytes.count, of: bytes) }
            return bytes
        } catch .timedOut {
            return nil
        } catch {
            throw DriverFailure(error, during: message.step)
        }
    }
}
