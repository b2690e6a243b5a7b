/// An instant, with the offset at which it was told and what is known about it.
public struct Timestamp: Hashable, Sendable {
    /// Milliseconds since 1970-01-01 UTC.
    public let milliseconds: Int64
    /// How far the clock that told it is ahead of UTC, in minutes.
    public let offsetMinutes: Int
    /// What is known about the time.
    public let flags: TimeFlags

    /// Makes a timestamp.
    ///
    /// - Parameters:
    ///   - milliseconds: Since 1970-01-01 UTC.
    ///   - offsetMinutes: How far the clock is ahead of UTC.
    ///   - flags: What is known about the time.
    public init(
        milliseconds: Int64, offsetMinutes: Int = 0, flags: TimeFlags = [.known, .offsetKnown]
    ) {
        self.milliseconds = milliseconds
        self.offsetMinutes = offsetMinutes
        self.flags = flags
    }

    /// Makes a timestamp from what a clock shows.
    ///
    /// - Parameters:
    ///   - civil: What the clock shows.
    ///   - offsetMinutes: How far it is ahead of UTC.
    ///   - flags: What is known about the time.
    public init(
        _ civil: CivilTime, offsetMinutes: Int, flags: TimeFlags = [.known, .offsetKnown]
    ) {
        self.init(
            milliseconds: civil.toMillisecondsUTC(offsetMinutes: offsetMinutes),
            offsetMinutes: offsetMinutes, flags: flags)
    }

    /// What a clock with this offset shows at this instant.
    public var civil: CivilTime {
        CivilTime(millisecondsUTC: milliseconds, offsetMinutes: offsetMinutes)
    }

    /// The largest offset that RFC 3339 can write, in minutes: 23:59.
    public static let largestOffsetMinutes = 1439

    /// The instant as RFC 3339 text, such as `2024-05-27T00:00:00+03:00`.
    ///
    /// Milliseconds appear where they are not zero. An offset of zero is `Z`; an offset of a day or
    /// more cannot be written, and the time appears in UTC. A year outside of 0...9999 gets a sign,
    /// as ISO 8601 does, which RFC 3339 readers refuse. The flags are not in the text.
    public var rfc3339: String {
        let isWritable = (-Self.largestOffsetMinutes...Self.largestOffsetMinutes)
            .contains(offsetMinutes)
        let offset = isWritable ? offsetMinutes : 0
        let civil = CivilTime(millisecondsUTC: milliseconds, offsetMinutes: offset)
        var writer = TimeText()
        writer.date(civil)
        writer.append(UInt8(ascii: "T"))
        writer.clock(civil)
        if offset == 0 {
            writer.append(UInt8(ascii: "Z"))
        } else {
            writer.offset(minutes: offset)
        }
        return writer.text
    }
}

extension Timestamp: Comparable {
    /// Whether an instant comes first; equal instants are ordered by offset and flags.
    ///
    /// - Parameters:
    ///   - left: A timestamp.
    ///   - right: Another one.
    /// - Returns: True where `left` comes first.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        (left.milliseconds, left.offsetMinutes, left.flags.rawValue)
            < (right.milliseconds, right.offsetMinutes, right.flags.rawValue)
    }
}

extension Timestamp: CustomStringConvertible {
    /// The instant as RFC 3339 text.
    public var description: String { rfc3339 }

    /// Reads RFC 3339 text.
    ///
    /// - Parameter text: A date and a time with an offset. `t`, `z` and a space before the time are
    ///   taken as the standard allows; `-00:00` says that the offset is not known; a fraction may
    ///   have any number of digits, of which those behind the milliseconds are dropped; the leap
    ///   second 23:59:60 UTC counts as the second after it. Nil is returned for anything else.
    public init?(_ text: String) {
        self.init(rfc3339: text)
    }

    /// Reads RFC 3339 text.
    ///
    /// - Parameter text: As for ``init(_:)``.
    public init?(rfc3339 text: some StringProtocol) {
        var scanner = TimestampScanner(Array(text.utf8.prefix(TimestampScanner.longest + 1)))
        guard let timestamp = scanner.scan() else { return nil }
        self = timestamp
    }
}
