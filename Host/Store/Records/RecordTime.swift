import Values

/// The rules by which a record gets the time that is part of its key.
struct RecordTime: Hashable {
    /// The key's time.
    var key: Timestamp
    /// The stamp as the device gave it, where it is another instant.
    var stamp: Timestamp?

    /// 1970 up to 2200: what lies outside is no time of a meter.
    static let plausible: Range<Int64> = 0..<7_258_118_400_000

    /// Applies the rules.
    ///
    /// - Parameters:
    ///   - time: The device's stamp, or nil.
    ///   - intervalEnd: The nominal end of an interval value, exclusive.
    ///   - received: The host's time of receipt.
    /// - Throws: `.invalid` when the time of receipt is not a time.
    init(
        time: Timestamp?, intervalEnd: Int64? = nil, received: Timestamp
    ) throws(StoreError) {
        guard Self.plausible.contains(received.milliseconds) else {
            throw .invalid(field: "received", message: "not between the years 1970 and 2200")
        }
        let known = time.flatMap { $0.flags.contains(.known) ? $0 : nil }
        if let end = intervalEnd, Self.plausible.contains(end) {
            key = Timestamp(
                milliseconds: end, offsetMinutes: known?.offsetMinutes ?? received.offsetMinutes,
                flags: known?.flags ?? [.known])
            stamp = known.flatMap { $0.milliseconds == end ? nil : $0 }
        } else if let known, Self.plausible.contains(known.milliseconds) {
            key = known
            stamp = nil
        } else {
            key = Timestamp(
                milliseconds: received.milliseconds, offsetMinutes: received.offsetMinutes,
                flags: [.known, .offsetKnown, .fromHost])
            stamp = known
        }
    }
}
