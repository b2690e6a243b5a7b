import DriverKit
import Values

/// The receiving side of an HDLC link: bytes in, steps of the link out, with time-outs.
struct HDLCLine {
    private let wire: Link
    /// How long an answer may take to begin.
    private let patience: Duration
    private var extractor = HDLCFrameExtractor()

    /// True where no journal may show what arrives.
    var hidesAnswer = false
    /// How many frames arrived damaged since the counts were forgotten.
    private(set) var damaged = 0
    /// How many bytes arrived that belong to no frame.
    private(set) var noise = 0

    /// How long the line must be quiet after a damaged frame before it is safe to speak.
    private static let quiet = Duration.milliseconds(300)
    /// How much longer than its beginning a frame may take on a slow line.
    private static let stretch = 3

    init(wire: Link, patience: Duration) {
        self.wire = wire
        self.patience = patience
    }

    /// Forgets how much damage and noise there was.
    mutating func forgetCounts() {
        damaged = 0
        noise = 0
    }

    /// Waits for the next frame that means something to the link.
    ///
    /// Nil is returned when none came in time: within `pause` where it is given, else within the
    /// patience, and at once (after a short silence) where what came was damaged.
    mutating func step(
        of link: inout HDLCClientLink, step: String, within pause: Duration? = nil
    ) async throws(DriverFailure) -> HDLCClientLink.Step? {
        let limit = pause ?? patience
        var start = wire.now
        var isDamaged = false
        while true {
            while let item = extractor.next() {
                switch item {
                case .frame(let frame):
                    switch link.receive(frame) {
                    case .ignored: break
                    case .accepted: start = wire.now
                    case let step: return step
                    }
                case .damaged:
                    damaged += 1
                    isDamaged = true
                case .noise(let count):
                    noise += count
                }
            }
            let elapsed = wire.now.since(start)
            var timeout = limit - elapsed
            if extractor.isWithinFrame {
                timeout = min(patience, limit * Self.stretch - elapsed)
            } else if isDamaged {
                timeout = min(Self.quiet, timeout)
            }
            if timeout > .zero, let bytes = try await receive(timeout, step) {
                extractor.append(bytes)
                continue
            }
            guard extractor.isWithinFrame else { return nil }
            extractor.abandonFrame()
            damaged += 1
            isDamaged = true
            start = wire.now
        }
    }

    private func receive(
        _ timeout: Duration, _ step: String
    ) async throws(DriverFailure) -> [UInt8]? {
        do throws(LinkError) {
            let bytes = try await wire.receive(timeout: timeout)
            if hidesAnswer { try wire.redact(0..<bytes.count, of: bytes) }
            return bytes
        } catch .timedOut {
            return nil
        } catch {
            throw DriverFailure(error, during: step)
        }
    }
}

extension DriverFailure {
    /// Makes a failure from what the link threw while a step of the protocol was under way.
    init(_ error: LinkError, during step: String) {
        guard case .disconnected = error else {
            self.init(error)
            return
        }
        self.init(
            error.code, .linkClosed, ["step": .string(step)], detail: error.description)
    }
}

extension Duration {
    /// The duration as people write seconds: `5`, `0.5`.
    var seconds: String {
        let (whole, attoseconds) = components
        let milliseconds = whole * 1000 + attoseconds / 1_000_000_000_000_000
        return Decimal(mantissa: milliseconds, exponent: -3).trimmedDescription
    }
}

extension Decimal {
    /// The number without zeros at its end.
    fileprivate var trimmedDescription: String {
        let text = description
        guard text.contains(".") else { return text }
        let end = text.lastIndex { $0 != "0" } ?? text.startIndex
        return String(text[end] == "." ? text[..<end] : text[...end])
    }
}
