/// Reads RFC 3339 text field by field.
struct TimestampScanner {
    /// More digits of a second than any clock has; longer texts are refused.
    static let longest = 128

    private let bytes: [UInt8]
    private var index = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func scan() -> Timestamp? {
        guard bytes.count <= Self.longest else { return nil }
        guard let year = number(digits: 4), take("-"), let month = number(digits: 2), take("-"),
            let day = number(digits: 2), take("T") || take("t") || take(" "),
            let hour = number(digits: 2), take(":"), let minute = number(digits: 2), take(":"),
            let second = number(digits: 2), let millisecond = fraction(),
            let (offset, isKnown) = offset(), index == bytes.count
        else { return nil }
        let isLeap = second == 60
        guard
            let civil = CivilTime(
                year: year, month: month, day: day, hour: hour, minute: minute,
                second: isLeap ? 59 : second, millisecond: millisecond)
        else { return nil }
        let time = Timestamp(
            civil, offsetMinutes: offset, flags: isKnown ? [.known, .offsetKnown] : [.known])
        guard isLeap else { return time }
        let utc = CivilTime(millisecondsUTC: time.milliseconds)
        guard utc.hour == 23, utc.minute == 59 else { return nil }
        return Timestamp(
            milliseconds: time.milliseconds + 1000, offsetMinutes: offset, flags: time.flags)
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard index < bytes.count, UInt32(bytes[index]) == character.value else { return false }
        index += 1
        return true
    }

    private mutating func digit() -> Int? {
        guard index < bytes.count, (0x30...0x39).contains(bytes[index]) else { return nil }
        defer { index += 1 }
        return Int(bytes[index] & 0x0F)
    }

    private mutating func number(digits: Int) -> Int? {
        var value = 0
        for _ in 0..<digits {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// The fraction of a second in milliseconds; zero where there is none, nil for a lone point.
    private mutating func fraction() -> Int? {
        guard take(".") else { return 0 }
        guard var value = digit() else { return nil }
        var count = 1
        while let digit = digit() {
            if count < 3 {
                value = value * 10 + digit
                count += 1
            }
        }
        while count < 3 {
            value *= 10
            count += 1
        }
        return value
    }

    /// The offset in minutes, and whether it is known: `-00:00` says that it is not.
    private mutating func offset() -> (minutes: Int, isKnown: Bool)? {
        if take("Z") || take("z") { return (0, true) }
        let isNegative: Bool
        if take("-") {
            isNegative = true
        } else if take("+") {
            isNegative = false
        } else {
            return nil
        }
        guard let hours = number(digits: 2), hours <= 23, take(":"),
            let minutes = number(digits: 2), minutes <= 59
        else { return nil }
        let total = hours * 60 + minutes
        return (isNegative ? -total : total, total != 0 || !isNegative)
    }
}
