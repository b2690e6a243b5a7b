import Reactor
import Synchronization

/// The date of HTTP: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
package enum HTTPDate {
    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The text for a moment.
    ///
    /// - Parameter seconds: Since 1970-01-01T00:00:00Z; not before it.
    /// - Returns: The date in its preferred form.
    package static func text(secondsSince1970 seconds: Int64) -> String {
        let seconds = max(0, seconds)
        let days = seconds / 86_400
        let time = seconds % 86_400
        let (year, month, day) = date(daysSince1970: days)
        let weekday = weekdays[Int(days % 7)]
        return "\(weekday), \(two(day)) \(months[Int(month) - 1]) \(year) "
            + "\(two(time / 3600)):\(two(time / 60 % 60)):\(two(time % 60)) GMT"
    }

    private static func two(_ number: Int64) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }

    /// The civil date of a day: whole eras of 400 years, years that begin in March.
    private static func date(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468  // days from 0000-03-01
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }

    private static let cache = Mutex((second: Int64(-1), line: [UInt8]()))

    /// The `Date` field line of this second, with its end.
    static var currentLine: [UInt8] {
        let second = SystemClock.wallMilliseconds / 1000
        return cache.withLock { cache in
            if cache.second != second {
                cache = (second, Array("Date: \(text(secondsSince1970: second))\r\n".utf8))
            }
            return cache.line
        }
    }
}
