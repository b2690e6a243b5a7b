import Glibc

/// An exact value with its unit brought to the unit without a prefix, so that 1.5 kW.h equals 1500 W.h.
struct Quantity: Hashable {
    /// Digits without leading and trailing zeros, and the power of ten of the last one.
    private let digits: String
    private let exponent: Int
    private let unit: String

    init?(_ value: String?, _ unit: String?) {
        guard let value, let unit, !value.isEmpty else { return nil }
        let halves = value.split(separator: ".", omittingEmptySubsequences: false)
        var digits = halves.joined()
        var exponent = halves.count == 2 ? -halves[1].count : 0
        let isNegative = digits.hasPrefix("-")
        if isNegative { digits.removeFirst() }
        guard digits.allSatisfy(\.isNumber) else { return nil }
        while digits.count > 1, digits.hasSuffix("0") {
            digits.removeLast()
            exponent += 1
        }
        while digits.count > 1, digits.hasPrefix("0") { digits.removeFirst() }
        if digits == "0" { exponent = 0 }
        let hasKilo = digits != "0" && unit.hasPrefix("k")
        self.digits = (isNegative ? "-" : "") + digits
        self.exponent = exponent + (hasKilo ? 3 : 0)
        self.unit = unit.hasPrefix("k") ? String(unit.dropFirst()) : unit
    }

    init?(_ reading: Reading) {
        self.init(reading.value, reading.unit)
    }
}

/// A point in time as RFC 3339 gives it.
struct Moment: Equatable {
    var seconds: Int
    var offsetMinutes: Int

    static var now: Moment { Moment(seconds: time(nil), offsetMinutes: 0) }

    private init(seconds: Int, offsetMinutes: Int) {
        self.seconds = seconds
        self.offsetMinutes = offsetMinutes
    }

    /// Reads `2026-05-28T00:00:00+03:00`, with or without a fraction.
    init(_ text: String) throws {
        let numbers = text.split { !$0.isNumber }.compactMap { Int($0) }
        guard numbers.count >= 6 else { throw Trouble.answer("no time: \"\(text)\"") }
        var parts = tm()
        parts.tm_year = Int32(numbers[0] - 1900)
        parts.tm_mon = Int32(numbers[1] - 1)
        parts.tm_mday = Int32(numbers[2])
        parts.tm_hour = Int32(numbers[3])
        parts.tm_min = Int32(numbers[4])
        parts.tm_sec = Int32(numbers[5])
        var offset = 0
        if !text.hasSuffix("Z") {
            guard numbers.count >= 8, let sign = text.last(where: { $0 == "+" || $0 == "-" }) else {
                throw Trouble.answer("no offset: \"\(text)\"")
            }
            let minutes = numbers[numbers.count - 2] * 60 + numbers[numbers.count - 1]
            offset = sign == "-" ? -minutes : minutes
        }
        self.init(seconds: timegm(&parts) - offset * 60, offsetMinutes: offset)
    }
}
