import Values

/// Which measurement file a record belongs to: the archive, and the UTC month of its key.
struct MeasurementMonth: Hashable, Comparable {
    let archive: String
    /// Months since January of the year 0.
    let number: Int

    init(archive: String, number: Int) {
        self.archive = archive
        self.number = number
    }

    /// Finds the month that holds an instant.
    ///
    /// It is given in milliseconds since 1970 UTC and lies within `RecordTime.plausible`.
    init(archive: String, holding milliseconds: Int64) {
        let civil = CivilTime(millisecondsUTC: milliseconds, offsetMinutes: 0)
        self.init(archive: archive, number: civil.year * 12 + civil.month - 1)
    }

    /// Reads the name of a measurement file.
    init?(archive: String, fileName: String) {
        let parts = fileName.split(separator: ".")
        guard parts.count == 2, parts[1] == "sqlite" else { return nil }
        let fields = parts[0].split(separator: "-")
        guard fields.count == 2, fields[0].utf8.count == 4, fields[1].utf8.count == 2,
            let year = Int(fields[0]), let month = Int(fields[1]), (1...12).contains(month)
        else { return nil }
        self.init(archive: archive, number: year * 12 + month - 1)
    }

    /// The file's place below the folder of all measurements, as `END_OF_DAY/2026-11.sqlite`.
    var path: String { "\(archive)/\(fileName)" }

    private var fileName: String {
        let year = String(number / 12)
        let month = String(number % 12 + 1)
        return String(repeating: "0", count: max(0, 4 - year.count)) + year
            + (month.count == 1 ? "-0" : "-") + month + ".sqlite"
    }

    /// The instant from which times in the file are counted: the middle of the month, so that the
    /// distance in milliseconds fits into four bytes.
    var origin: Int64 {
        let year = number / 12
        let month = number % 12 + 1
        // The fields are in range by construction.
        let middle = CivilTime(year: year, month: month, day: 16)
        return middle?.toMillisecondsUTC(offsetMinutes: 0) ?? 0
    }

    /// The instant from which chunks count: so far before the middle that each instant of the month is
    /// an unsigned number of four bytes.
    var base: Int64 { origin - (1 << 31) }

    /// The instants of the month: from its first to the first of the next one, exclusive.
    var reach: Range<Int64> {
        let first = CivilTime(year: number / 12, month: number % 12 + 1, day: 1)
        let next = CivilTime(year: (number + 1) / 12, month: (number + 1) % 12 + 1, day: 1)
        guard let from = first?.toMillisecondsUTC(offsetMinutes: 0),
            let to = next?.toMillisecondsUTC(offsetMinutes: 0), from < to
        else { return 0..<0 }
        return from..<to
    }

    static func < (left: MeasurementMonth, right: MeasurementMonth) -> Bool {
        (left.archive, left.number) < (right.archive, right.number)
    }
}
