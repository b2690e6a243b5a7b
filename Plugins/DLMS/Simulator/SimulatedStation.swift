import DriverKit
import Wire

/// A simulated meter at the end of a line: bytes in, bytes out, over HDLC or the wrapper, whichever
/// the client speaks.
struct SimulatedStation: Sendable {
    private enum Framing: Sendable {
        case unknown
        case hdlc
        case wrapper
    }

    private var application: MeterApplication
    private var framing = Framing.unknown
    private var frames = HDLCFrameExtractor()
    private var messages = WrapperFrameExtractor()
    private var link: HDLCServerLink
    private var sentFrames = 0
    private var heardFrames = 0

    private static let requestHeader: [UInt8] = [0xE6, 0xE6, 0x00]
    private static let answerHeader: [UInt8] = [0xE6, 0xE7, 0x00]

    private var meter: SimulatedMeter { application.meter }
    private var options: MeterOptions { application.meter.options }

    init(meter: SimulatedMeter) {
        application = MeterApplication(meter: meter)
        link = HDLCServerLink(
            proposed: HDLCParameters(
                transmitInformation: meter.options.informationSize,
                receiveInformation: meter.options.informationSize))
    }

    /// Takes what arrived at a moment (milliseconds UTC) and returns what to send.
    mutating func receive(
        _ bytes: [UInt8], at now: Int64, random: (Int) -> [UInt8]
    ) -> [[UInt8]] {
        if framing == .unknown, let first = bytes.first {
            framing = first == 0 ? .wrapper : .hdlc
        }
        return framing == .wrapper
            ? receiveWrapped(bytes, now, random) : receiveFramed(bytes, now, random)
    }

    // MARK: - HDLC

    private mutating func receiveFramed(
        _ bytes: [UInt8], _ now: Int64, _ random: (Int) -> [UInt8]
    ) -> [[UInt8]] {
        frames.append(bytes)
        var replies: [[UInt8]] = []
        while let item = frames.next() {
            guard case .frame(let frame) = item, answers(to: frame.destination), hears()
            else { continue }
            switch link.receive(frame) {
            case .silent: break
            case .reply(let bytes): replies.append(bytes)
            case .reset(let bytes):
                application.reset()
                replies.append(bytes)
            case .request(let message):
                guard message.starts(with: Self.requestHeader) else { break }
                let answer = application.answer(
                    Array(message.dropFirst(Self.requestHeader.count)), from: frame.source.upper,
                    at: now, random: random)
                if let answer { replies.append(link.answer(Self.answerHeader + answer)) }
            }
        }
        return replies.map { damaged($0) }
    }

    /// Tells whether this meter is meant: by its own address, or by one that its maker's meters
    /// share.
    func answers(to address: HDLCAddress) -> Bool {
        guard let lower = address.lower else {
            return address.upper == options.physical ?? 1
                || options.physical == nil && address.upper == 16
        }
        guard address.upper <= 1 else { return false }
        if let physical = options.physical { return lower == physical }
        let usual: [ServerAddressRule] = [.lastFour, .lastFourPlus16, .lastFive]
        let known = usual.compactMap { $0.address(ofSerialNumber: meter.serialNumber) }
        return lower == 16 || lower == 1 || known.contains(Int(lower))
    }

    // MARK: - Wrapper

    private mutating func receiveWrapped(
        _ bytes: [UInt8], _ now: Int64, _ random: (Int) -> [UInt8]
    ) -> [[UInt8]] {
        messages.append(bytes)
        var replies: [[UInt8]] = []
        while let item = messages.next() {
            guard case .frame(let frame) = item, hears(),
                let answer = application.answer(
                    frame.message, from: frame.source, at: now, random: random)
            else { continue }
            let reply = WrapperFrame(from: frame.destination, to: frame.source, answer)
            // No answer of this meter is longer than the wrapper can carry.
            if let bytes = try? reply.encoded() { replies.append(bytes) }
        }
        return replies
    }

    // MARK: - Faults

    /// Tells whether a frame is heard: each so-manieth one is not.
    private mutating func hears() -> Bool {
        heardFrames += 1
        return options.silentEvery == 0 || !heardFrames.isMultiple(of: options.silentEvery)
    }

    /// Spoils the checksum of each so-manieth frame.
    private mutating func damaged(_ frame: [UInt8]) -> [UInt8] {
        sentFrames += 1
        guard options.badChecksumEvery > 0, sentFrames.isMultiple(of: options.badChecksumEvery),
            frame.count > 3
        else { return frame }
        var frame = frame
        frame[frame.count - 2] ^= 0xFF
        return frame
    }
}
