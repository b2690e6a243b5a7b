/// Reads the format TZif of compiled time zones (RFC 9636), whatever the bytes are.
struct TimeZoneFile {
    /// The counts in a header, in the order of the standard.
    private struct Header {
        let version: UInt8
        let utcIndicators: Int
        let standardIndicators: Int
        let leapSeconds: Int
        let changes: Int
        let types: Int
        let characters: Int

        /// How many bytes follow the header, with times of four or eight bytes.
        func length(timeWidth: Int) -> Int {
            changes * (timeWidth + 1) + types * 6 + characters + leapSeconds * (timeWidth + 4)
                + standardIndicators + utcIndicators
        }
    }

    /// Far more than any zone has; it keeps the arithmetic on counts small.
    static let longest = 1 << 20

    private let bytes: [UInt8]
    private var offset = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func rules(name: String) throws(TimeZoneError) -> TimeZoneRules {
        guard bytes.count <= Self.longest else { throw .malformed("the file is too long") }
        var header = try header()
        var timeWidth = 4
        if header.version >= UInt8(ascii: "2") {
            // The first block repeats what the second one says better.
            _ = try take(header.length(timeWidth: 4))
            header = try self.header()
            timeWidth = 8
        }
        guard header.types > 0 else { throw .malformed("there are no types") }
        let times = try take(header.changes * timeWidth)
        let indices = try take(header.changes)
        let types = try types(take(header.types * 6))
        _ = try take(header.characters + header.leapSeconds * (timeWidth + 4))
        _ = try take(header.standardIndicators + header.utcIndicators)
        let rule = timeWidth == 8 ? try footer() : nil
        let changes = try changes(times, width: timeWidth, indices: indices, types: types)
        return TimeZoneRules(name: name, first: types[0], changes: changes, rule: rule)
    }

    private mutating func header() throws(TimeZoneError) -> Header {
        let header = try take(44)
        guard header.prefix(4).elementsEqual("TZif".utf8) else {
            throw .malformed("the header does not start with TZif")
        }
        let counts = (0..<6).map { field in
            Int(Self.integer(header.dropFirst(20 + field * 4).prefix(4)))
        }
        for count in counts where !(0...Self.longest).contains(count) {
            throw .malformed("a count in the header is too large")
        }
        return Header(
            version: header[header.startIndex + 4], utcIndicators: counts[0],
            standardIndicators: counts[1], leapSeconds: counts[2], changes: counts[3],
            types: counts[4], characters: counts[5])
    }

    private func types(
        _ bytes: ArraySlice<UInt8>
    ) throws(TimeZoneError) -> [TimeZoneRules.LocalType] {
        var result: [TimeZoneRules.LocalType] = []
        for start in stride(from: bytes.startIndex, to: bytes.endIndex, by: 6) {
            let offset = Int(Int32(truncatingIfNeeded: Self.integer(bytes[start..<start + 4])))
            guard (-89_999...93_599).contains(offset) else {
                throw .malformed("an offset is more than a day")
            }
            result.append(.init(offsetSeconds: offset, isSummerTime: bytes[start + 4] != 0))
        }
        return result
    }

    private func changes(
        _ times: ArraySlice<UInt8>, width: Int, indices: ArraySlice<UInt8>,
        types: [TimeZoneRules.LocalType]
    ) throws(TimeZoneError) -> [TimeZoneRules.Change] {
        var result: [TimeZoneRules.Change] = []
        result.reserveCapacity(indices.count)
        for (number, index) in indices.enumerated() {
            let start = times.startIndex + number * width
            let raw = Self.integer(times[start..<start + width])
            let seconds = width == 8 ? raw : Int64(Int32(truncatingIfNeeded: raw))
            guard result.last.map({ $0.seconds < seconds }) ?? true else {
                throw .malformed("the changes are not in ascending order")
            }
            // Times before the beginning of the universe are not worth an overflow.
            guard seconds >= -1 << 59, seconds <= 1 << 59 else {
                throw .malformed("a change is too far away")
            }
            guard Int(index) < types.count else { throw .malformed("a change has no type") }
            result.append(.init(seconds: seconds, type: types[Int(index)]))
        }
        return result
    }

    private mutating func footer() throws(TimeZoneError) -> RecurringRule? {
        guard try take(1).first == 0x0A else { throw .malformed("there is no footer") }
        let text = bytes[offset...].prefix { $0 != 0x0A }
        guard offset + text.count < bytes.count else { throw .malformed("the footer has no end") }
        guard !text.isEmpty else { return nil }
        var scanner = RecurringRuleScanner(text)
        guard let rule = scanner.scan() else {
            throw .malformed("the footer is not a rule for the future")
        }
        return rule
    }

    private mutating func take(_ count: Int) throws(TimeZoneError) -> ArraySlice<UInt8> {
        guard bytes.count - offset >= count else { throw .malformed("the file ends too early") }
        defer { offset += count }
        return bytes[offset..<offset + count]
    }

    /// An integer, most significant byte first.
    private static func integer(_ bytes: ArraySlice<UInt8>) -> Int64 {
        bytes.reduce(0) { $0 << 8 | Int64($1) }
    }
}
