/// Where the physical part of a meter's address comes from.
enum ServerAddressRule: String, CaseIterable, Sendable {
    /// The setting where it is given, else what is usual on the channel.
    case automatic = "auto"
    /// The meter has no physical address.
    case none
    /// The setting, which must be given.
    case explicit
    /// The last four digits of the serial number.
    case lastFour = "last4"
    /// The last four digits of the serial number plus 16.
    case lastFourPlus16 = "last4+16"
    /// The last five digits of the serial number.
    case lastFive = "last5"

    /// The highest address of one meter; above are the calling and the broadcast address.
    static let largestAddress = 0x3FFD

    /// Makes a physical address of a serial number; nil where it has no digits or they give no
    /// address.
    func address(ofSerialNumber serial: String) -> Int? {
        let digits = serial.filter { $0.isASCII && $0.isNumber }
        func last(_ count: Int) -> Int? { Int(digits.suffix(count)) }
        let address: Int?
        switch self {
        case .none, .explicit: return nil
        case .lastFour: address = last(4)
        case .lastFourPlus16: address = last(4).map { $0 + 16 }
        case .lastFive: address = last(5)
        case .automatic:
            // Five digits where they make an address, else four.
            address = last(5).flatMap { $0 <= Self.largestAddress ? $0 : last(4) }
        }
        return address.flatMap { $0 <= Self.largestAddress ? $0 : nil }
    }
}

extension HDLCAddress {
    /// Makes a server's address; nil where the parts do not fit the length.
    ///
    /// A length of 0 means as many bytes as the parts need. A logical part of 0 and a small
    /// physical one make one byte, as meters behind a CENC module are addressed.
    init?(logical: Int, physical: Int?, length: Int) {
        guard let upper = UInt16(exactly: logical),
            let lower = UInt16(exactly: physical ?? 0)
        else { return nil }
        let isShort = upper <= Self.largestShortHalf && lower <= Self.largestShortHalf
        switch length {
        case 0 where physical == nil, 1 where physical == nil || physical == 0:
            self.init(single: upper)
        case 0 where logical == 0 && isShort, 1 where logical == 0:
            self.init(single: lower)
        case 0:
            self.init(upper: upper, lower: lower, length: isShort ? .two : .four)
        case 2, 4:
            guard physical != nil, let length = Length(rawValue: length) else { return nil }
            self.init(upper: upper, lower: lower, length: length)
        default:
            return nil
        }
    }
}
