/// The address of one station on an HDLC link.
///
/// A client has one byte. A server has one byte (the upper half alone), two bytes (7 bits for each
/// half) or four (14 bits for each half). The lowest bit of each byte tells whether it is the last
/// one.
///
/// Source: IEC 62056-46, 6.4.2; GOST R 58940-2020, 9.4.
struct HDLCAddress: Hashable, Sendable {
    /// How many bytes an address takes on the wire.
    enum Length: Int, Sendable {
        case one = 1
        case two = 2
        case four = 4
    }

    /// The largest half of a two-byte address.
    static let largestShortHalf: UInt16 = 0x7F
    /// The largest half of a four-byte address.
    static let largestLongHalf: UInt16 = 0x3FFF

    /// The logical device of a server, or the number of a client.
    let upper: UInt16
    /// The physical device of a server; nil in a one-byte address.
    let lower: UInt16?
    let length: Length

    /// Makes a one-byte address: of a client, or of a server without a physical part.
    init?(single: UInt16) {
        guard single <= Self.largestShortHalf else { return nil }
        upper = single
        lower = nil
        length = .one
    }

    /// Makes a server's address of two halves, or returns nil when they do not fit the length.
    init?(upper: UInt16, lower: UInt16, length: Length) {
        let largest: UInt16
        switch length {
        case .one: return nil
        case .two: largest = Self.largestShortHalf
        case .four: largest = Self.largestLongHalf
        }
        guard upper <= largest, lower <= largest else { return nil }
        self.upper = upper
        self.lower = lower
        self.length = length
    }

    /// Decodes the address that starts at `index` and moves `index` behind it.
    ///
    /// - Returns: nil when the bytes end before the address does, or when it has three or more than
    ///   four bytes.
    init?(decoding bytes: ArraySlice<UInt8>, at index: inout Int) {
        let limit = min(bytes.endIndex, index + Length.four.rawValue)
        var end = index
        while end < limit, bytes[end] & 1 == 0 { end += 1 }
        guard end < limit, let length = Length(rawValue: end + 1 - index) else { return nil }
        let parts = bytes[index...end].map { UInt16($0 >> 1) }
        switch length {
        case .one:
            upper = parts[0]
            lower = nil
        case .two:
            upper = parts[0]
            lower = parts[1]
        case .four:
            upper = parts[0] << 7 | parts[1]
            lower = parts[2] << 7 | parts[3]
        }
        self.length = length
        index = end + 1
    }

    /// Appends the address as it goes on the wire.
    func encode(into bytes: inout [UInt8]) {
        func part(_ value: UInt16, last: Bool = false) -> UInt8 {
            UInt8(value & 0x7F) << 1 | (last ? 1 : 0)
        }
        let lower = lower ?? 0
        switch length {
        case .one:
            bytes.append(part(upper, last: true))
        case .two:
            bytes += [part(upper), part(lower, last: true)]
        case .four:
            bytes += [part(upper >> 7), part(upper), part(lower >> 7), part(lower, last: true)]
        }
    }

    /// Tells whether both name the same station, in whatever length they are written.
    func names(_ other: HDLCAddress) -> Bool {
        upper == other.upper && lower == other.lower
    }
}

extension HDLCAddress: CustomStringConvertible {
    /// The address as people write it: `1/5694`, or `1` when there is no physical part.
    var description: String {
        lower.map { "\(upper)/\($0)" } ?? "\(upper)"
    }
}
