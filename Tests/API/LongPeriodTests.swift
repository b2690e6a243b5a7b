import HTTP
import JSON
import Testing
import Values

@testable import API
@testable import Store

@Suite struct LongPeriodTests {
    private static let day: Int64 = 86_400_000

    /// A value at the end of each of the last days.
    private func fill(_ host: TestHost, _ device: String, days: Int) async throws {
        let device = try #require(UUID(device))
        let project = try await host.store.read { (s) throws(StoreError) in
            try s.device(device).project
        }
        let now = host.clock.now.milliseconds
        try await host.store.append(
            CollectionBatch(
                project: project, device: device,
                measurements: (0..<days).map { index in
                    MeasurementRecord(
                        archive: "END_OF_DAY", quantity: "A+", tag: "TOTAL",
                        value: .unsigned(UInt64(index)), status: .valid, time: nil,
                        intervalEnd: now - Int64(index) * Self.day,
                        received: Timestamp(milliseconds: now))
                }))
    }

    private func pages(_ host: TestHost, _ path: String, _ admin: String) async throws
        -> [[JSONValue]]
    {
        var cursor: String?
        var pages: [[JSONValue]] = []
        repeat {
            let next = cursor.map { "&cursor=\($0)" } ?? ""
            let reply = try await host.ask(.get, path + next, as: admin)
            #expect(reply.status == 200, "\(reply.text)")
            pages.append(reply.items)
            cursor = reply.json["nextCursor"]?.string
            // Time goes on between the pages of one question.
            host.clock.advance(seconds: 7)
        } while cursor != nil && pages.count < 100
        return pages
    }

    @Test func holdsThirtyDaysOfOneDayEachInAPage() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let first = try await host.device("1", by: admin)
            let second = try await host.device("2", by: admin)
            try await fill(host, first, days: 100)
            try await fill(host, second, days: 20)
            let pages = try await pages(
                host,
                "measurements?archive=END_OF_DAY&from=2026-01-01T00:00:00Z&limit=1000", admin)
            let times = pages.map { page in
                page.compactMap { $0["time"]?.string.flatMap { Timestamp(rfc3339: $0) } }
                    .map(\.milliseconds)
            }
            #expect(times.joined().count == 120)
            #expect(Set(pages.joined()).count == 120)
            for page in times {
                let span = (page.max() ?? 0) - (page.min() ?? 0)
                #expect(span <= 30 * Self.day)
            }
            // Without any value in the first months, no page is empty but for an answer of nothing.
            #expect(pages.allSatisfy { !$0.isEmpty })
            let short = try await self.pages(
                host, "measurements?archive=END_OF_DAY&limit=7", admin)
            #expect(short.joined().count == 50)
            #expect(short.dropLast().allSatisfy { $0.count == 7 })
        }
    }

    @Test func pagesThroughEventsAndStatesOfManyDevices() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let received = Timestamp(milliseconds: host.clock.now.milliseconds)
            for serial in ["1", "2", "3"] {
                let device = try #require(UUID(try await host.device(serial, by: admin)))
                let project = try await host.store.read { (s) throws(StoreError) in
                    try s.device(device).project
                }
                guard serial != "2" else { continue }
                try await host.store.append(
                    CollectionBatch(
                        project: project, device: device,
                        events: (0..<5).map { index in
                            EventRecord(
                                journal: "POWER", code: UInt32(index),
                                time: Timestamp(
                                    milliseconds: received.milliseconds - Int64(index) * 1_000),
                                received: received)
                        },
                        states: (0..<4).map { index in
                            StateRecord(
                                archive: "RELAY", type: "TYPE_\(index)", value: JSONValue(index),
                                time: received, received: received)
                        }))
            }
            for (path, count) in [
                ("events?", 10), ("events?newestFirst=true", 10), ("states?", 8),
                ("states?from=2026-11-01T00:00:00Z", 8),
            ] {
                let whole = try await pages(host, path + "&limit=1000", admin)
                #expect(whole.count == 1)
                #expect(whole[0].count == count, "\(path)")
                for limit in [1, 3, 4] {
                    let parts = try await pages(host, path + "&limit=\(limit)", admin)
                    #expect(Array(parts.joined()) == whole[0], "\(path) by \(limit)")
                }
            }
            for cursor in ["x", "1:0:2", "5:9:018fb9c2-6a00-7abc-8def-0123456789ab", "..:"] {
                let reply = try await host.ask(.get, "events?cursor=\(cursor)", as: admin)
                #expect(reply.pointers == ["cursor"], "\(cursor) \(reply.text)")
            }
        }
    }

    @Test func countsDevicesByTheirLastContact() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            for (serial, days) in [("1", 0), ("2", 1), ("3", 5), ("4", 20), ("5", 200)] {
                let device = try #require(UUID(try await host.device(serial, by: admin)))
                let at = Moment(
                    milliseconds: host.clock.now.milliseconds - Int64(days) * Self.day)
                try await host.store.write { (t) throws(StoreError) in
                    try t.note(
                        ContactMark(
                            device: device, began: at, ended: at, succeeded: true, code: 0))
                }
            }
            _ = try await host.device("6", by: admin)
            let reply = try await host.ask(.get, "statistics/contacts", as: admin)
            #expect(
                reply.json == [
                    "sinceYesterday": 2, "lastWeek": 1, "lastMonth": 1, "longAgo": 1, "never": 1,
                    "overdue": 0, "oldest": .null, "alarmHours": 72,
                ], "\(reply.text)")
        }
    }
}
