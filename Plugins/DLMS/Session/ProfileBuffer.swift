import DriverKit
import JSON
import Values

/// What a reading of a profile brought.
struct ProfileReading {
    /// The rows whose days end within the period, in the order of time.
    var rows: [ProfileRow]
    /// Why what was asked for is not all here: a row that cannot be read, or no row at all.
    var shortfall: (code: ErrorCode, message: Message)?
}

/// Reads rows of a day profile by time, and in other ways where a meter cannot do that.
struct ProfileBuffer {
    let meter: Meter
    let profile: ProfileObject
    let table: ProfileTable
    let clock: MeterClock

    private static let day: Int64 = 86_400_000
    /// How far a stamp may lie before the end of its day: 23:59:59, or the changes of summer time.
    private static let margin: Int64 = 2 * 3_600_000

    /// Rows whose days end within the period, in the order of time.
    func rows(
        in period: Range<Int64>, columns wanted: Set<Int>
    ) async throws(DriverFailure) -> Result<ProfileReading, ObjectFailure> {
        guard !period.isEmpty else { return .success(ProfileReading(rows: [])) }
        let elements: [CosemData]
        let table: ProfileTable
        switch try await select(period, wanted) {
        case .failure(let failure): return .failure(failure)
        case .success((let found, let columns)): (elements, table) = (found, columns)
        }
        let days = DayRows(elements, table: table, clock: clock)
        for flaw in days.flaws { meter.wire.note(.warning, flaw.message) }
        let rows = days.rows.values.filter { period.contains($0.intervalEnd) }
            .sorted { $0.intervalEnd < $1.intervalEnd }
            .map { $0.spread(from: table, to: self.table) }
        let parameters: JSONObject = [
            "object": .string(profile.name.description), "rows": JSONValue(rows.count),
        ]
        var reading = ProfileReading(rows: rows)
        if let flaw = days.flaws.first(where: \.hidesValues) {
            reading.shortfall = (.decode, flaw.message)
        } else if rows.isEmpty {
            reading.shortfall = (.objectUndefined, Message(.profileEmpty, parameters))
        }
        if !rows.isEmpty { meter.wire.note(.info, Message(.profileRows, parameters)) }
        return .success(reading)
    }

    private typealias Selection = (elements: [CosemData], table: ProfileTable)

    private func select(
        _ period: Range<Int64>, _ wanted: Set<Int>
    ) async throws(DriverFailure) -> Result<Selection, ObjectFailure> {
        var refusal: ObjectFailure?
        for access in ways {
            let result: Result<Selection, ObjectFailure>?
            switch access {
            case .range, .automatic: result = try await byRange(period, wanted)
            case .entry: result = try await byEntry(period)
            case .all: result = try await elements(nil, table)
            }
            switch result {
            case .success(let selection)?: return .success(selection)
            case .failure(let failure)?:
                guard failure.maySelectOtherwise else { return .failure(failure) }
                refusal = failure
                meter.wire.note(
                    .info,
                    Message(
                        .profileNoSelection,
                        [
                            "object": .string(profile.name.description),
                            "access": .string(access.rawValue),
                        ]))
            case nil: break
            }
        }
        return .failure(refusal ?? ObjectFailure(.objectUndefined, of: profile.buffer))
    }

    /// The ways to try, in order.
    private var ways: [DLMSSettings.ProfileAccess] {
        switch meter.settings.profileAccess {
        case .automatic:
            meter.conformance.contains(.selectiveAccess) ? [.range, .entry, .all] : [.all]
        case let only: [only]
        }
    }

    private func byRange(
        _ period: Range<Int64>, _ wanted: Set<Int>
    ) async throws(DriverFailure) -> Result<Selection, ObjectFailure> {
        // The deviation is left open, which most meters take for their own time and some for UTC:
        // the range is wide enough for both, and what lies outside of the period is dropped.
        let offset = Int64(clock.offsetMinutes) * 60_000
        let first = clock.wall(atUTC: period.lowerBound - Self.margin - max(0, offset))
        let last = clock.wall(atUTC: period.upperBound - 1000 - min(0, offset))
        var columns: [CaptureObject] = []
        var selected = table
        if meter.settings.profileColumns == .needed {
            columns = table.columns.indices
                .filter { $0 == table.clockColumn || wanted.contains($0) }
                .map { table.columns[$0] }
            selected = ProfileTable(columns: columns) ?? table
        }
        return try await elements(
            .range(
                by: table.columns[table.clockColumn], from: CosemDateTime(range: first),
                to: CosemDateTime(range: last), columns: columns), selected)
    }

    /// Reads the last rows; nil where they do not reach back to the period, so that another way is
    /// needed.
    private func byEntry(
        _ period: Range<Int64>
    ) async throws(DriverFailure) -> Result<Selection, ObjectFailure>? {
        let count: Int64
        switch try await meter.value(of: profile.entriesInUse) {
        case .failure(let failure): return .failure(failure)
        case .success(let data):
            guard let found = data.integer, found >= 0 else { return nil }
            count = found
        }
        let now = meter.wire.now.wallMilliseconds
        let back = max(0, now - period.lowerBound) / Self.day + 2
        let first = UInt32(clamping: max(1, count - back + 1))
        guard
            case .success(let selection) = try await elements(
                .entries(from: first, to: UInt32(clamping: count)), table)
        else { return nil }
        let days = DayRows(selection.elements, table: table, clock: clock)
        let reaches = first == 1 || days.rows.keys.contains { $0 <= period.lowerBound + Self.day }
        return reaches ? .success(selection) : nil
    }

    private func elements(
        _ part: SelectiveAccess?, _ table: ProfileTable
    ) async throws(DriverFailure) -> Result<Selection, ObjectFailure> {
        switch try await meter.part(part, of: profile.buffer) {
        case .failure(let failure): return .failure(failure)
        case .success(.null): return .success(([], table))
        case .success(let data):
            guard let elements = data.elements else {
                return .failure(ObjectFailure(malformed: "no array", of: profile.buffer))
            }
            return .success((elements, table))
        }
    }
}

extension ObjectFailure {
    /// Whether the meter may refuse the selection and not the object.
    fileprivate var maySelectOtherwise: Bool {
        switch reason {
        case .refused(let result): result != .readWriteDenied
        case .exception: true
        case .malformed: false
        }
    }
}

extension ProfileRow {
    /// The row with its values in the places of another table, null where it has none.
    fileprivate func spread(from selected: ProfileTable, to table: ProfileTable) -> ProfileRow {
        guard selected.columns != table.columns else { return self }
        let places = Dictionary(
            zip(selected.columns, values), uniquingKeysWith: { first, _ in first })
        return ProfileRow(
            time: time, intervalEnd: intervalEnd,
            values: table.columns.map { places[$0] ?? .null }, status: status)
    }
}

extension DayRows.Flaw {
    /// Whether the row held values that were asked for; a stamp off the end of a day is an extra row.
    var hidesValues: Bool {
        switch self {
        case .unreadable, .noStamp: true
        case .offTime: false
        }
    }

    /// What people are told.
    fileprivate var message: Message {
        switch self {
        case .unreadable(let row): Message(.profileRowUnreadable, ["row": JSONValue(row)])
        case .noStamp(let row): Message(.profileRowNoStamp, ["row": JSONValue(row)])
        case .offTime(let row, let stamp):
            Message(.profileRowOffTime, ["row": JSONValue(row), "stamp": .string(stamp)])
        }
    }
}
