import DriverKit
import Testing
import Values

@testable import DLMS

@Suite("Rows of the day profile")
struct DayRowsTests {
    private static let zone = DeviceClock(
        name: "Europe/Moscow", spans: [.init(from: 0, offsetMinutes: 180)])

    private func clock() throws -> MeterClock {
        let now: Int64 = 1_779_958_800_000
        let wall = CivilTime(millisecondsUTC: now, offsetMinutes: 180)
        return try #require(
            MeterClock(
                time: CosemDateTime(clock: wall, deviation: -180), sign: .automatic,
                zone: Self.zone, hostMilliseconds: now))
    }

    private func table() throws -> ProfileTable {
        try #require(
            ProfileTable(columns: [
                CaptureObject(EnergyRegisters.all[0].value), .clock,
                CaptureObject(EnergyRegisters.all[1].value),
            ]))
    }

    private func row(_ day: Int, _ hour: Int = 0, _ minute: Int = 0, value: UInt32) -> CosemData {
        let stamp = CivilTime(year: 2026, month: 5, day: day, hour: hour, minute: minute)
            .map { CosemDateTime(clock: $0, deviation: -180) }
        return .structure([
            .doubleLongUnsigned(value), stamp.map { .octetString($0.bytes) } ?? .null,
            .doubleLongUnsigned(value + 1),
        ])
    }

    private func end(_ day: Int) -> Int64? {
        CivilTime(year: 2026, month: 5, day: day)?.toMillisecondsUTC(offsetMinutes: 180)
    }

    @Test("find their columns wherever the meter captures them")
    func columns() throws {
        let table = try table()
        #expect(table.clockColumn == 1)
        #expect(table.column(of: EnergyRegisters.all[0]) == 0)
        #expect(table.column(of: EnergyRegisters.all[1]) == 2)
        #expect(table.column(of: EnergyRegisters.all[2]) == nil)
        #expect(ProfileTable(columns: [CaptureObject(EnergyRegisters.all[0].value)]) == nil)
        #expect(ProfileTable.columns(.array([.null])) == nil)
        #expect(ProfileTable.columns(.unsigned(1)) == nil)
    }

    @Test("keep one row a day, the one nearest to midnight")
    func nearest() throws {
        let rows = try DayRows(
            [row(28, 0, 5, value: 1), row(28, value: 2), row(28, 1, 0, value: 3)], table: table(),
            clock: clock())
        #expect(rows.rows.count == 1)
        let midnight = try #require(end(28))
        let kept = try #require(rows.rows[midnight])
        #expect(kept.values[0] == .doubleLongUnsigned(2))
        #expect(rows.flaws == [])
    }

    @Test("are skipped and told of where they cannot be placed")
    func flaws() throws {
        let rows = try DayRows(
            [
                .structure([.doubleLongUnsigned(1), .null, .doubleLongUnsigned(2)]),
                row(27, value: 5), .structure([.unsigned(1)]), .null, row(28, 14, 35, value: 6),
                .structure([.unsigned(1), .unsigned(2), .unsigned(3)]),
            ], table: table(), clock: clock())
        #expect(rows.rows.count == 1)
        #expect(
            rows.flaws == [
                .noStamp(row: 1), .unreadable(row: 3), .unreadable(row: 4),
                .offTime(row: 5, stamp: "2026-05-28 14:35:00"), .noStamp(row: 6),
            ])
    }

    @Test("without a stamp are a day after the one before")
    func leftOut() throws {
        let bare = CosemData.structure([.unsigned(1), .null, .unsigned(2)])
        let rows = try DayRows(
            [row(27, value: 1), bare, bare], table: table(), clock: clock())
        #expect(rows.rows.keys.sorted() == [27, 28, 29].compactMap { end($0) })
    }

    @Test("of a doubtful clock say so")
    func doubtful() throws {
        let wall = try #require(CivilTime(year: 2026, month: 5, day: 28))
        let stamp = CosemDateTime(clock: wall, deviation: -180, status: .invalid)
        let rows = try DayRows(
            [.structure([.unsigned(1), .octetString(stamp.bytes), .unsigned(2)])],
            table: table(), clock: clock())
        #expect(rows.rows.values.first?.status == .clockInvalid)
        #expect(rows.rows.values.first?.time.flags.contains(.invalid) == true)
    }
}
