import Glibc
import Synchronization

/// How much a line of the service log matters.
package enum LogLevel: Int, Hashable, Comparable, Sendable, CaseIterable {
    case trace, debug, info, warning, error

    /// Reads a level's name.
    package init?(name: String) {
        guard let level = Self.allCases.first(where: { "\($0)" == name }) else { return nil }
        self = level
    }

    package static func < (left: LogLevel, right: LogLevel) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// The service log of one component: a line to standard error for each thing worth knowing.
///
/// `2026-11-21T06:00:00.123Z WARNING dispatch the store is full free=0`. What belongs to a task goes to
/// the task's journal instead. Callers pass no secrets; values are escaped, so that no input can forge
/// a line.
package struct Log: Sendable {
    private static let threshold = Atomic<Int>(LogLevel.info.rawValue)

    /// The component's name, as operators see it.
    package let component: String

    /// Makes the log of a component.
    package init(_ component: String) {
        self.component = component
    }

    /// The level below which nothing is written, for all components.
    package static var level: LogLevel {
        get { LogLevel(rawValue: threshold.load(ordering: .relaxed)) ?? .info }
        set { threshold.store(newValue.rawValue, ordering: .relaxed) }
    }

    /// Takes lines instead of standard error: their level, component, and text with its values.
    package typealias Sink = @Sendable (LogLevel, _ component: String, _ text: String) -> Void

    private static let sink = Mutex<Sink?>(nil)

    /// Gives all further lines to `sink`, for a process whose log another one writes.
    package static func redirect(to sink: @escaping Sink) {
        Self.sink.withLock { $0 = sink }
    }

    /// Writes a line.
    ///
    /// - Parameters:
    ///   - level: How much it matters.
    ///   - text: What happened, in plain English.
    ///   - values: Facts beside it, in order.
    package func write(
        _ level: LogLevel, _ text: @autoclosure () -> String,
        _ values: KeyValuePairs<String, String> = [:]
    ) {
        guard level >= Self.level else { return }
        var words = Self.escaped(text(), quoting: false)
        for (key, value) in values { words += " " + key + "=" + Self.escaped(value, quoting: true) }
        if let sink = Self.sink.withLock({ $0 }) { return sink(level, component, words) }
        var line = Self.stamp() + " \(level)".uppercased() + " " + component + " " + words + "\n"
        line.withUTF8 { bytes in
            // One write a line: lines of several threads do not mix. A log that cannot be written
            // must not stop the work, so the result is not looked at.
            _ = Glibc.write(2, bytes.baseAddress, bytes.count)
        }
    }

    /// Writes what somebody should know.
    package func info(
        _ text: @autoclosure () -> String, _ values: KeyValuePairs<String, String> = [:]
    ) {
        write(.info, text(), values)
    }

    /// Writes what somebody should look at.
    package func warning(
        _ text: @autoclosure () -> String, _ values: KeyValuePairs<String, String> = [:]
    ) {
        write(.warning, text(), values)
    }

    /// Writes what is broken.
    package func error(
        _ text: @autoclosure () -> String, _ values: KeyValuePairs<String, String> = [:]
    ) {
        write(.error, text(), values)
    }

    /// Writes what helps to find a fault.
    package func debug(
        _ text: @autoclosure () -> String, _ values: KeyValuePairs<String, String> = [:]
    ) {
        write(.debug, text(), values)
    }

    private static func escaped(_ text: String, quoting: Bool) -> String {
        var result = ""
        var needsQuotes = quoting && text.isEmpty
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\"" where quoting:
                result += "\\\""
                needsQuotes = true
            case " " where quoting:
                result += " "
                needsQuotes = true
            default:
                if scalar.value < 0x20 || scalar.value == 0x7F {
                    result += "\\u{" + String(scalar.value, radix: 16) + "}"
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return needsQuotes ? "\"" + result + "\"" : result
    }

    private static func stamp() -> String {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        var parts = tm()
        gmtime_r(&now.tv_sec, &parts)
        func digits(_ number: Int32, _ width: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        return digits(parts.tm_year + 1900, 4) + "-" + digits(parts.tm_mon + 1, 2) + "-"
            + digits(parts.tm_mday, 2) + "T" + digits(parts.tm_hour, 2) + ":"
            + digits(parts.tm_min, 2) + ":" + digits(parts.tm_sec, 2) + "."
            + digits(Int32(now.tv_nsec / 1_000_000), 3) + "Z"
    }
}
