/// A date and time of COSEM: twelve bytes, each of whose fields may be left open.
///
/// It says what a meter's clock shows on its wall. What that means in UTC is decided elsewhere, as
/// the sign of the deviation field differs between makers.
///
/// Source: IEC 62056-62, 4.1.6; GOST R 58940-2020, 7.3.7.
struct CosemDateTime: Hashable, Sendable {
    /// Bits of the last byte.
    struct ClockStatus: OptionSet, Hashable, Sendable {
        let rawValue: UInt8
        static let invalid = ClockStatus(rawValue: 0x01)
        static let doubtful = ClockStatus(rawValue: 0x02)
        static let differentBase = ClockStatus(rawValue: 0x04)
        static let invalidStatus = ClockStatus(rawValue: 0x08)
        static let summerTime = ClockStatus(rawValue: 0x80)
    }

    /// Days that depend on the month; they stand in the field of the day.
    enum SpecialDay: UInt8, Sendable {
        case lastOfMonth = 0xFE
        case secondLastOfMonth = 0xFD
    }

    /// The twelve bytes.
    let bytes: [UInt8]

    private static let open: UInt8 = 0xFF
    private static let openYear: UInt16 = 0xFFFF
    private static let openDeviation: UInt16 = 0x8000

    /// Takes twelve bytes, or returns nil for another number of them.
    init?(bytes: [UInt8]) {
        guard bytes.count == 12 else { return nil }
        self.bytes = bytes
    }

    /// Makes a time from its fields; nil leaves one open.
    ///
    /// The deviation is in minutes, with the sign that the meter's maker gives it.
    init(
        year: UInt16?, month: UInt8?, day: UInt8?, weekday: UInt8? = nil, hour: UInt8?,
        minute: UInt8?, second: UInt8?, hundredths: UInt8? = nil, deviation: Int16? = nil,
        status: ClockStatus? = []
    ) {
        let year = year ?? Self.openYear
        let minutes = deviation.map(UInt16.init(bitPattern:)) ?? Self.openDeviation
        bytes = [
            UInt8(year >> 8), UInt8(year & 0xFF), month ?? Self.open, day ?? Self.open,
            weekday ?? Self.open, hour ?? Self.open, minute ?? Self.open, second ?? Self.open,
            hundredths ?? Self.open, UInt8(minutes >> 8), UInt8(minutes & 0xFF),
            status?.rawValue ?? Self.open,
        ]
    }

    private func field(_ index: Int) -> Int? {
        bytes[index] == Self.open ? nil : Int(bytes[index])
    }

    var year: Int? {
        let value = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
        return value == Self.openYear ? nil : Int(value)
    }
    /// 1...12, or 0xFD and 0xFE for the change of daylight saving time.
    var month: Int? { field(2) }
    /// 1...31, or a ``SpecialDay``.
    var day: Int? { field(3) }
    var specialDay: SpecialDay? { SpecialDay(rawValue: bytes[3]) }
    /// 1 is Monday; meters write anything here.
    var weekday: Int? { field(4) }
    var hour: Int? { field(5) }
    var minute: Int? { field(6) }
    var second: Int? { field(7) }
    var hundredths: Int? { field(8) }
    /// Minutes between local time and UTC, with the maker's sign.
    var deviation: Int? {
        let value = UInt16(bytes[9]) << 8 | UInt16(bytes[10])
        return value == Self.openDeviation ? nil : Int(Int16(bitPattern: value))
    }
    var status: ClockStatus? {
        bytes[11] == Self.open ? nil : ClockStatus(rawValue: bytes[11])
    }
}
