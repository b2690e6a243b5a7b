/// A time that a clock shows every day, to the minute.
package struct TimeOfDay: Hashable, Comparable, Sendable {
    /// Minutes since midnight, 0...1439.
    package let minute: Int

    /// Makes a time.
    ///
    /// - Parameters:
    ///   - hour: 0...23.
    ///   - minute: 0...59. Nil is returned for anything else.
    package init?(hour: Int, minute: Int) {
        guard (0...23).contains(hour), (0...59).contains(minute) else { return nil }
        self.minute = hour * 60 + minute
    }

    /// Whether a time is earlier in the day.
    package static func < (left: TimeOfDay, right: TimeOfDay) -> Bool {
        left.minute < right.minute
    }
}

extension TimeOfDay: LosslessStringConvertible {
    /// Reads `01:00`.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }),
            parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let hour = Int(parts[0]), let minute = Int(parts[1])
        else { return nil }
        self.init(hour: hour, minute: minute)
    }

    /// The time as `01:00`.
    package var description: String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return two(minute / 60) + ":" + two(minute % 60)
    }
}
