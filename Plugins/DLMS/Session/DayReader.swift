import DriverKit
import JSON
import Values

/// Reads the ends of days: archive `END_OF_DAY`, from the meter's day profile.
///
/// Columns are found by what the meter says that it captures, never by their place in the standard.
struct DayReader {
    let meter: Meter
    let profile: ProfileObject

    /// What is asked for, and where it stands in the rows.
    private struct Wish {
        let item: Item
        var columns: [(register: EnergyRegister, column: Int, scale: ScalerUnit)] = []
        var missing: [String] = []
    }

    /// Serves items that ask for ends of days; those with one period share one reading.
    func serve(_ items: [Item]) async throws(DriverFailure) {
        let table: ProfileTable
        let clock: MeterClock
        switch try await meter.readClock() {
        case .success(let found): clock = found
        case .failure(let failure): return try fail(items, failure)
        }
        switch try await readTable() {
        case .success(let found): table = found
        case .failure(let failure): return try fail(items, failure)
        }
        let captured = items.flatMap(registers(of:)).filter { table.column(of: $0) != nil }
        let scales = try await ProfileScales(
            meter: meter, profile: profile, registers: captured)
        var wishes: [Range<Int64>: [Wish]] = [:]
        var periods: [Range<Int64>] = []
        for item in items {
            let period = period(of: item, clock)
            switch try await wish(item, table, scales) {
            case .failure(let failure): try meter.finish(item, failure)
            case .success(let wish):
                if wishes[period] == nil { periods.append(period) }
                wishes[period, default: []].append(wish)
            }
        }
        for period in periods {
            try await serve(wishes[period] ?? [], in: period, table, clock)
        }
    }

    private func fail(_ items: [Item], _ failure: ObjectFailure) throws(DriverFailure) {
        for item in items { try meter.finish(item, failure) }
    }

    private func readTable() async throws(DriverFailure) -> Result<ProfileTable, ObjectFailure> {
        switch try await meter.value(of: profile.captureObjects) {
        case .failure(let failure): return .failure(failure)
        case .success(let data):
            guard let columns = ProfileTable.columns(data) else {
                return .failure(
                    ObjectFailure(.profileColumnsUnreadable, [:], of: profile.captureObjects))
            }
            guard let table = ProfileTable(columns: columns) else {
                return .failure(ObjectFailure(.profileNoClock, [:], of: profile.captureObjects))
            }
            return .success(table)
        }
    }

    /// The period asked for; the last day that has ended where none is.
    private func period(of item: Item, _ clock: MeterClock) -> Range<Int64> {
        // From 1970 to the end of 2099: what a meter can be asked for.
        let times: ClosedRange<Int64> = 0...4_102_444_800_000
        if let from = item.from, let to = item.to, from <= to {
            return (from..<to).clamped(to: times.lowerBound..<times.upperBound)
        }
        let now = meter.wire.now.wallMilliseconds
        let days = Int64(max(1, item.depth ?? 1))
        let day: Int64 = 86_400_000
        return now - days * day + 1..<now + 1
    }

    /// The registers that an item asks for.
    private func registers(of item: Item) -> [EnergyRegister] {
        meter.map.energies.filter {
            (item.quantities.isEmpty || item.quantities.contains($0.quantity))
                && (item.tags.isEmpty || item.tags.contains($0.tag))
        }
    }

    /// Finds the columns that an item asks for.
    private func wish(
        _ item: Item, _ table: ProfileTable, _ scales: ProfileScales
    ) async throws(DriverFailure) -> Result<Wish, ObjectFailure> {
        var wish = Wish(item: item)
        let registers = registers(of: item)
        let tags = Set(registers.map(\.tag))
        wish.missing = item.tags.filter { !tags.contains($0) }
        for register in registers {
            guard let column = table.column(of: register) else {
                if !item.tags.isEmpty { wish.missing.append(register.tag) }
                continue
            }
            switch try await scales.scale(of: register) {
            case .success(let scale): wish.columns.append((register, column, scale))
            case .failure(let failure): return .failure(failure)
            }
        }
        if wish.columns.isEmpty, item.tags.isEmpty {
            return .failure(
                ObjectFailure(
                    .objectUndefined, of: registers.first?.value ?? profile.captureObjects))
        }
        return .success(wish)
    }

    private func serve(
        _ wishes: [Wish], in period: Range<Int64>, _ table: ProfileTable, _ clock: MeterClock
    ) async throws(DriverFailure) {
        // Nothing is read for items whose every column is missing.
        let useful = wishes.filter { !$0.columns.isEmpty }
        guard !useful.isEmpty else {
            for wish in wishes { try finish(wish) }
            return
        }
        let reader = ProfileBuffer(meter: meter, profile: profile, table: table, clock: clock)
        let wanted = Set(useful.flatMap { $0.columns.map(\.column) })
        switch try await reader.rows(in: period, columns: wanted) {
        case .failure(let failure): try fail(wishes.map(\.item), failure)
        case .success(let reading):
            for wish in wishes { try await emit(reading, for: wish) }
        }
    }

    private func emit(_ reading: ProfileReading, for wish: Wish) async throws(DriverFailure) {
        var failure: ObjectFailure?
        for row in reading.rows {
            for (register, column, scale) in wish.columns {
                switch EnergyReading.value(row.values[column], scale: scale, of: register) {
                case .failure(let reason): failure = failure ?? reason
                case .success(let value):
                    try await meter.emit(
                        .measurement(
                            archive: profile.archive, quantity: register.quantity,
                            tag: register.tag, value: value.stored,
                            status: value.status.union(row.status), time: row.time,
                            intervalEnd: row.intervalEnd, item: wish.item.number))
                }
            }
        }
        if let failure { return try meter.finish(wish.item, failure) }
        if let (code, message) = reading.shortfall {
            return try meter.finish(wish.item, code, message)
        }
        try finish(wish)
    }

    private func finish(_ wish: Wish) throws(DriverFailure) {
        try meter.finish(
            wish.item, lacking: wish.missing,
            of: ([profile.archive] + wish.item.quantities).joined(separator: " "))
    }
}
