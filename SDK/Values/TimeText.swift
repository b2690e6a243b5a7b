/// Writes the parts of dates and times as fixed numbers of digits.
struct TimeText {
    private var bytes: [UInt8] = []

    init() {
        bytes.reserveCapacity(32)
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    mutating func append(_ byte: UInt8) {
        bytes.append(byte)
    }

    /// A number that is not negative, with zeros before it up to a number of digits.
    mutating func number(_ value: Int, digits: Int) {
        var divisor = 1
        for _ in 1..<digits { divisor *= 10 }
        while divisor > 0 {
            bytes.append(0x30 + UInt8(truncatingIfNeeded: value / divisor % 10))
            divisor /= 10
        }
    }

    /// `2024-05-27`; a year outside of 0...9999 has a sign and as many digits as it needs.
    mutating func date(_ time: CivilTime) {
        if (0...9999).contains(time.year) {
            number(time.year, digits: 4)
        } else {
            bytes.append(UInt8(ascii: time.year < 0 ? "-" : "+"))
            let digits = String(time.year.magnitude)
            for _ in 0..<max(0, 4 - digits.utf8.count) { bytes.append(UInt8(ascii: "0")) }
            bytes.append(contentsOf: digits.utf8)
        }
        bytes.append(UInt8(ascii: "-"))
        number(time.month, digits: 2)
        bytes.append(UInt8(ascii: "-"))
        number(time.day, digits: 2)
    }

    /// `23:59:59`, with `.123` where there are milliseconds.
    mutating func clock(_ time: CivilTime) {
        number(time.hour, digits: 2)
        bytes.append(UInt8(ascii: ":"))
        number(time.minute, digits: 2)
        bytes.append(UInt8(ascii: ":"))
        number(time.second, digits: 2)
        if time.millisecond != 0 {
            bytes.append(UInt8(ascii: "."))
            number(time.millisecond, digits: 3)
        }
    }

    /// `+03:00`; the offset is within a day.
    mutating func offset(minutes: Int) {
        bytes.append(UInt8(ascii: minutes < 0 ? "-" : "+"))
        number(abs(minutes) / 60, digits: 2)
        bytes.append(UInt8(ascii: ":"))
        number(abs(minutes) % 60, digits: 2)
    }
}
