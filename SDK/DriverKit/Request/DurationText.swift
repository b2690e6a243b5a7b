/// Lengths of time as people write them in settings.
enum DurationText {
    /// Reads `d.hh:mm:ss.fff`, `hh:mm:ss`, `5s`, `200ms`, `2m`, `1h`, or whole milliseconds.
    static func duration(_ text: String) -> Duration? {
        if let count = number(text[...], digits: 1...18) { return .milliseconds(count) }
        if text.contains(":") { return clock(text) }
        for (unit, milliseconds) in units where text.hasSuffix(unit) {
            guard let count = number(text.dropLast(unit.count), digits: 1...18) else { return nil }
            let (total, overflow) = count.multipliedReportingOverflow(by: milliseconds)
            return overflow ? nil : .milliseconds(total)
        }
        return nil
    }

    /// Writes a length of time as settings have it: `00:00:05`.
    static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let milliseconds = attoseconds / 1_000_000_000_000_000
        let days = seconds / 86_400
        let clock = [seconds / 3600 % 24, seconds / 60 % 60, seconds % 60]
            .map { two($0) }.joined(separator: ":")
        let fraction = milliseconds == 0 ? "" : ".\(String(1000 + milliseconds).dropFirst())"
        return (days == 0 ? "" : "\(days).") + clock + fraction
    }

    // `ms` before `s` and `m`, because it ends with the one and begins with the other.
    private static let units: [(String, Int64)] = [
        ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000),
    ]

    private static func two(_ number: Int64) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }

    /// Reads `[d.]hh:mm:ss[.fff]`.
    private static func clock(_ text: String) -> Duration? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        let days = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let seconds = parts[2].split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(days.count), (1...2).contains(seconds.count),
            let day = days.count == 2 ? number(days[0], digits: 1...6) : 0,
            let hour = number(days[days.count - 1], digits: 1...2), hour < 24,
            let minute = number(parts[1], digits: 1...2), minute < 60,
            let second = number(seconds[0], digits: 1...2), second < 60,
            let fraction = seconds.count == 2 ? milliseconds(seconds[1]) : 0
        else { return nil }
        return .milliseconds((((day * 24 + hour) * 60 + minute) * 60 + second) * 1000 + fraction)
    }

    private static func number(_ text: Substring, digits: ClosedRange<Int>) -> Int64? {
        guard digits.contains(text.utf8.count),
            text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return Int64(text)
    }

    /// The digits behind the point, down to milliseconds.
    private static func milliseconds(_ digits: Substring) -> Int64? {
        guard number(digits, digits: 1...9) != nil else { return nil }
        return Int64((digits + "00").prefix(3))
    }
}
