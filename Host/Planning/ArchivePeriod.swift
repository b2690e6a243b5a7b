/// How often an archive of measurements gets a value.
package enum ArchivePeriod: Hashable, Sendable {
    /// So many minutes, counted from the full hour or from midnight.
    case minutes(Int)
    /// A day of the device's calendar.
    case day
    /// A month of the device's calendar.
    case month

    /// Tells the period of an archive.
    ///
    /// - Parameter archive: The archive's symbol. Nil is returned for one without a period, as
    ///   current readings are.
    package init?(archive: String) {
        switch archive {
        case "END_OF_DAY": self = .day
        case "END_OF_MONTH": self = .month
        default:
            let prefix = "PROFILE_"
            guard archive.hasPrefix(prefix), let minutes = Int(archive.dropFirst(prefix.count)),
                (1...1_440).contains(minutes), 1_440 % minutes == 0
            else { return nil }
            self = .minutes(minutes)
        }
    }

    /// The length of one interval in milliseconds where no clock is changed; of a month the longest.
    package var milliseconds: Int64 {
        switch self {
        case .minutes(let minutes): Int64(minutes) * 60_000
        case .day: 86_400_000
        case .month: 31 * 86_400_000
        }
    }
}
