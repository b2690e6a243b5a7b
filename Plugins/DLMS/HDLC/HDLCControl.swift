/// The control field of a frame: what the frame is, and its sequence numbers modulo 8.
///
/// Every kind carries the poll/final bit. Source: ISO/IEC 13239, 5.3; GOST R 58940-2020, 9.2.
enum HDLCControl: Hashable, Sendable {
    /// Carries data: N(S) is its own number, N(R) the number of the frame expected next.
    case information(send: UInt8, receive: UInt8, final: Bool)
    case receiveReady(receive: UInt8, final: Bool)
    case receiveNotReady(receive: UInt8, final: Bool)
    case reject(receive: UInt8, final: Bool)
    case unnumbered(Unnumbered, final: Bool)

    /// The commands and responses without a sequence number; the value has a clear poll/final bit.
    enum Unnumbered: UInt8, Sendable {
        case setNormalResponseMode = 0x83
        case disconnect = 0x43
        case acknowledge = 0x63
        case disconnectedMode = 0x0F
        case frameReject = 0x87
        case information = 0x03
    }

    private static let finalBit: UInt8 = 0x10

    /// Decodes a control byte, or returns nil when it stands for no frame that COSEM links use.
    init?(rawValue: UInt8) {
        let final = rawValue & Self.finalBit != 0
        let receive = rawValue >> 5
        if rawValue & 1 == 0 {
            self = .information(send: rawValue >> 1 & 7, receive: receive, final: final)
            return
        }
        switch rawValue & 0x0F {
        case 0x01: self = .receiveReady(receive: receive, final: final)
        case 0x05: self = .receiveNotReady(receive: receive, final: final)
        case 0x09: self = .reject(receive: receive, final: final)
        default:
            guard let kind = Unnumbered(rawValue: rawValue & ~Self.finalBit) else { return nil }
            self = .unnumbered(kind, final: final)
        }
    }

    /// The byte on the wire.
    var rawValue: UInt8 {
        func supervisory(_ code: UInt8, _ receive: UInt8, _ final: Bool) -> UInt8 {
            (receive & 7) << 5 | (final ? Self.finalBit : 0) | code
        }
        switch self {
        case .information(let send, let receive, let final):
            return supervisory((send & 7) << 1, receive, final)
        case .receiveReady(let receive, let final):
            return supervisory(0x01, receive, final)
        case .receiveNotReady(let receive, let final):
            return supervisory(0x05, receive, final)
        case .reject(let receive, let final):
            return supervisory(0x09, receive, final)
        case .unnumbered(let kind, let final):
            return kind.rawValue | (final ? Self.finalBit : 0)
        }
    }

    /// SNRM with the poll bit, as a client sends it.
    static let setNormalResponseMode = Self.unnumbered(.setNormalResponseMode, final: true)
    /// DISC with the poll bit, as a client sends it.
    static let disconnect = Self.unnumbered(.disconnect, final: true)
    /// UA with the final bit, as a server sends it.
    static let acknowledge = Self.unnumbered(.acknowledge, final: true)
    /// DM with the final bit, as a server sends it.
    static let disconnectedMode = Self.unnumbered(.disconnectedMode, final: true)
}
