import Glibc
import Testing
import Values

@testable import Dispatching
@testable import Store

@Suite struct MissingPlannerTests {
    /// A store with one device in Moscow.
    private struct Bench {
        let path: String
        let store: Store
        let device: Device

        static func with(
            timeZone: String? = "Europe/Moscow", _ body: (Bench) async throws -> Void
        ) async throws {
            var template = Array("/tmp/commline-missing-XXXXXX".utf8CString)
            let folder = try #require(mkdtemp(&template).map { String(cString: $0) })
            let store = try await Store.open(StoreConfiguration(path: folder, readers: 1))
            let project = try #require(
                try await store.read { (s) throws(StoreError) in try s.projects() }.first)
            let device = Device(
                id: store.newID(), project: project.id, serialNumber: "1", type: "DT_CE307",
                timeZone: timeZone, added: store.now)
            try await store.write { (t) throws(StoreError) in try t.insert(device) }
            let bench = Bench(path: folder, store: store, device: device)
            do {
                try await body(bench)
            } catch {
                await bench.close()
                throw error
            }
            await bench.close()
        }

        func close() async {
            await store.close()
            Self.remove(path)
        }

        private static func remove(_ path: String) {
            for name in (try? Folder.names(in: path)) ?? [] {
                let child = path + "/" + name
                if unlink(child) != 0 { remove(child) }
            }
            rmdir(path)
        }

        /// Stores values for the ends of days, by the meter's local date.
        func store(
            _ ends: [String], tags: [String] = ["TOTAL"], status: Status = .valid,
            archive: String = "END_OF_DAY"
        ) async throws {
            let received = Timestamp(milliseconds: at("2026-11-21T00:00:00Z"))
            try await store.append(
                CollectionBatch(
                    project: device.project, device: device.id,
                    measurements: ends.flatMap { end in
                        tags.map { tag in
                            MeasurementRecord(
                                archive: archive, quantity: "A+", tag: tag, value: .unsigned(7),
                                status: status, time: nil, intervalEnd: at(end),
                                received: received)
                        }
                    }))
        }

        func plan(
            _ item: TaskItem, now: String, delay: Duration = .zero
        ) async throws -> [Range<Int64>]? {
            try await MissingPlanner(store: store).periods(
                for: item, of: device, now: at(now), delay: delay)
        }
    }

    /// The ends of the days in November 2026 in Moscow.
    private static func end(ofDay day: Int) -> String {
        "2026-11-\(day < 10 ? "0" : "")\(day)T21:00:00Z"
    }

    /// The days from one to another, the last one included.
    private static func days(_ first: Int, _ last: Int) -> Range<Int64> {
        at(end(ofDay: first))..<at(end(ofDay: last + 1))
    }

    /// The last `depth` days as the dispatcher orders them.
    private static func item(
        depth: Int = 7, tags: [String] = ["TOTAL"], archive: String = "END_OF_DAY",
        now: String = "2026-11-20T10:00:00Z", zone: String? = "Europe/Moscow",
        collect: ContentLine.Collect = .missing
    ) throws -> TaskItem {
        let zone = zone.flatMap(TimeZones.find)
        let range = try #require(
            PeriodPlan.range(of: .depth(depth), archive: archive, now: at(now), zone: zone))
        return TaskItem(
            number: 3, kind: .archive, symbol: archive, quantity: "A+", tags: tags,
            period: range.from..<range.to, collect: collect)
    }

    private let now = "2026-11-20T10:00:00Z"

    @Test func asksForTheWholeDepthOfANewDevice() async throws {
        try await Bench.with { (bench) async throws in
            #expect(try await bench.plan(Self.item(), now: now) == [Self.days(13, 19)])
        }
    }

    @Test func asksForTheGapAndTheHolesOnly() async throws {
        try await Bench.with { (bench) async throws in
            try await bench.store([13, 15, 16, 17, 18].map(Self.end))
            #expect(
                try await bench.plan(Self.item(), now: now) == [
                    Self.days(14, 14), Self.days(19, 19),
                ])
            try await bench.store([14, 19].map(Self.end))
            #expect(try await bench.plan(Self.item(), now: now) == [])
            // The next midnight makes another one due.
            #expect(
                try await bench.plan(
                    Self.item(now: "2026-11-20T22:00:00Z"), now: "2026-11-20T22:00:00Z")
                    == [Self.days(20, 20)])
        }
    }

    @Test func waitsForASourceThatDeliversLate() async throws {
        try await Bench.with { (bench) async throws in
            try await bench.store((13...18).map(Self.end))
            let item = try Self.item()
            // The end of the 19th was at 21:00; by 02:00 it need not be there, by 04:00 it must.
            #expect(
                try await bench.plan(item, now: "2026-11-20T02:00:00Z", delay: .seconds(6 * 3_600))
                    == [])
            #expect(
                try await bench.plan(item, now: "2026-11-20T04:00:00Z", delay: .seconds(6 * 3_600))
                    == [Self.days(19, 19)])
        }
    }

    @Test func readsAgainWhatWasIncomplete() async throws {
        try await Bench.with { (bench) async throws in
            try await bench.store((13...19).map(Self.end))
            #expect(try await bench.plan(Self.item(), now: now) == [])
            try await bench.store(
                [Self.end(ofDay: 19)], tags: ["T1"], status: [.valid, .incomplete])
            #expect(
                try await bench.plan(Self.item(tags: ["T1"]), now: now) == [Self.days(13, 19)])
            try await bench.store((13...18).map(Self.end), tags: ["T1"])
            #expect(
                try await bench.plan(Self.item(tags: ["T1"]), now: now) == [Self.days(19, 19)])
        }
    }

    @Test func asksForEveryTagThatTheDeviceHas() async throws {
        try await Bench.with { (bench) async throws in
            try await bench.store((13...19).map(Self.end), tags: ["TOTAL"])
            try await bench.store((13...18).map(Self.end), tags: ["T1"])
            #expect(try await bench.plan(Self.item(tags: ["TOTAL"]), now: now) == [])
            #expect(
                try await bench.plan(Self.item(tags: ["TOTAL", "T1"]), now: now)
                    == [Self.days(19, 19)])
            #expect(try await bench.plan(Self.item(tags: []), now: now) == [Self.days(19, 19)])
        }
    }

    @Test func asksForEverythingWhereItIsTold() async throws {
        try await Bench.with { (bench) async throws in
            try await bench.store((13...19).map(Self.end))
            let item = try Self.item(collect: .all)
            let period = try #require(item.period)
            #expect(try await bench.plan(item, now: now) == [period])
            #expect(TaskItem(item.json) == item)
        }
    }

    @Test func leavesWhatHasNoPeriodAlone() async throws {
        try await Bench.with { (bench) async throws in
            let state = TaskItem(number: 1, kind: .state, symbol: "TIME")
            #expect(try await bench.plan(state, now: now) == nil)
            let current = TaskItem(
                number: 1, kind: .archive, symbol: "NETWORK", quantity: "U", period: 5..<9)
            #expect(try await bench.plan(current, now: now) == [5..<9])
        }
    }

    @Test func findsTheMissingHalfHourOfAProfile() async throws {
        try await Bench.with { (bench) async throws in
            let first = at("2026-11-18T21:30:00Z")
            let all = (0..<75).map { first + Int64($0) * 1_800_000 }
            func text(_ instant: Int64) -> String { Timestamp(milliseconds: instant).rfc3339 }
            try await bench.store(
                (all[..<40] + all[41...]).map(text), tags: [""], archive: "PROFILE_30")
            var item = try Self.item(depth: 1, tags: ["NONE"], archive: "PROFILE_30")
            item.period = first..<at("2026-11-20T21:00:00Z")
            #expect(
                try await bench.plan(item, now: now) == [all[40]..<all[41]])
        }
    }

    /// A device whose zone nobody has told: any midnight will do, and none is asked for twice.
    @Test(arguments: [-720, -180, 0, 180, 345, 840])
    func findsDaysOfAnUnknownCalendar(_ offset: Int) async throws {
        try await Bench.with(timeZone: nil) { (bench) async throws in
            let zone = try #require(TimeZoneRules(fixedOffsetMinutes: offset))
            let item = try Self.item(depth: 3, zone: nil)
            let period = try #require(item.period)
            #expect(try await bench.plan(item, now: now)?.count == 1)
            let midnights = stride(
                from: period.lowerBound / 900_000 * 900_000, through: at(now), by: 900_000
            ).filter { instant in
                let civil = CivilTime(
                    millisecondsUTC: instant, offsetMinutes: zone.offset(atUTC: instant))
                return instant > period.lowerBound && civil.hour == 0 && civil.minute == 0
            }
            #expect(midnights.count == 3)
            try await bench.store(midnights.dropLast().map { Timestamp(milliseconds: $0).rfc3339 })
            let newest = try #require(try await bench.plan(item, now: now))
            #expect(newest.count == 1)
            #expect(newest.first?.contains(midnights[2]) == true)
            #expect(newest.first?.contains(midnights[1]) == false)
            try await bench.store([Timestamp(milliseconds: midnights[2]).rfc3339])
            #expect(try await bench.plan(item, now: now) == [])
        }
    }

    @Test func readsAJournalFromItsNewestEventOn() async throws {
        try await Bench.with { (bench) async throws in
            let period = at("2026-10-20T00:00:00Z")..<at("2026-11-21T00:00:00Z")
            let item = TaskItem(number: 0, kind: .journal, symbol: "POWER", period: period)
            #expect(try await bench.plan(item, now: now) == [period])
            let received = Timestamp(milliseconds: at(now))
            try await bench.store.append(
                CollectionBatch(
                    project: bench.device.project, device: bench.device.id,
                    events: [
                        EventRecord(
                            journal: "POWER", code: 1,
                            time: Timestamp(milliseconds: at("2026-11-15T12:00:00Z")),
                            received: received)
                    ]))
            #expect(
                try await bench.plan(item, now: now)
                    == [at("2026-11-14T12:00:00Z")..<period.upperBound])
            var all = item
            all.collect = .all
            #expect(try await bench.plan(all, now: now) == [period])
        }
    }
}

/// An instant of a text.
private func at(_ text: String) -> Int64 {
    Timestamp(rfc3339: text)?.milliseconds ?? .min
}
