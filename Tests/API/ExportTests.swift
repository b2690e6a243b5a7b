import Access
import JSON
import Synchronization
import Testing
import Values

@testable import API
@testable import HTTP
@testable import Store

@Suite struct CSVTests {
    @Test(
        arguments: [
            ([.text("plain"), .empty, .number("-0.5")], "plain,,-0.5"),
            ([.text("a,b"), .text("say \"x\"")], "\"a,b\",\"say \"\"x\"\"\""),
            ([.text("two\nlines"), .text("cr\rlf\r\n")], "\"two\nlines\",\"cr\rlf\r\n\""),
            ([.text("a;b"), .text("with space")], "\"a;b\",\"with space\""),
            // What a program for tables would run is text again.
            (
                [.text("=1+2"), .text("+7"), .text("-5"), .text("@SUM(A1)"), .text("\tx")],
                "'=1+2,'+7,'-5,'@SUM(A1),'\tx"
            ),
            ([.text("=cmd|' /C calc'!A0")], "\"'=cmd|' /C calc'!A0\""),
            ([.text("A+"), .text("")], "A+,"),
            // Digits stay as they are, and only digits do.
            (
                [.number("41.8"), .number("3724.10"), .number("1e-7"), .number("-12")],
                "41.8,3724.10,1e-7,-12"
            ),
            ([.number("-1+cmd"), .number("=1"), .number("")], "'-1+cmd,'=1,"),
            ([.number("-"), .number("1."), .number(".5"), .number("1e")], "'-,1.,.5,1e"),
        ] as [([CSV.Cell], String)])
    func quotesAndDisarms(_ cells: [CSV.Cell], _ line: String) {
        var table = CSV()
        table.append(cells)
        #expect(String(decoding: table.take(), as: UTF8.self) == line + "\r\n")
        #expect(table.take().isEmpty)
    }
}

@Suite struct ExportTests {
    private func store(
        _ count: Int, of device: String, _ host: TestHost, archive: String = "CURRENT"
    ) async throws {
        let device = try #require(UUID(device))
        let project = try await host.store.read { (s) throws(StoreError) in
            try s.device(device).project
        }
        let now = host.clock.now.milliseconds
        for start in stride(from: 0, to: count, by: 5_000) {
            try await host.store.append(
                CollectionBatch(
                    project: project, device: device,
                    measurements: (start..<min(start + 5_000, count)).map { index in
                        MeasurementRecord(
                            archive: archive, quantity: "A+", tag: "TOTAL",
                            value: .decimal(Decimal(mantissa: Int64(index), exponent: -1)),
                            status: .valid,
                            time: Timestamp(milliseconds: now - Int64(count - index) * 1_000),
                            received: Timestamp(milliseconds: now))
                    }))
        }
    }

    @Test func writesEveryRowToTheDigitInBothFormats() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let first = try await host.device("=1+2", by: admin)
            let second = try await host.device("000,7", by: admin)
            try await store(3, of: first, host)
            try await store(2, of: second, host)
            let csv = try await host.ask(
                .get, "measurements/export?archive=CURRENT", as: admin,
                headers: ["Accept-Language": "ru"])
            #expect(csv.status == 200, "\(csv.text)")
            #expect(csv.headers["content-type"] == "text/csv; charset=utf-8")
            #expect(csv.headers["content-language"] == "ru")
            #expect(
                csv.headers["content-disposition"]
                    == "attachment; filename=\"measurements-CURRENT.csv\"")
            let lines = csv.text.split(separator: "\r\n")
            #expect(lines.count == 6)
            #expect(lines[0].hasPrefix("\"Серийный номер\",\"Устройство за ним\",Архив,"))
            #expect(
                lines[1].hasPrefix("'=1+2,,CURRENT,A+,TOTAL,2026-11-20T23:59:57Z,0.0,kW.h,valid"))
            #expect(lines[5].hasPrefix("\"000,7\",,CURRENT,A+,TOTAL,2026-11-20T23:59:59Z,0.1,"))
            let english = try await host.ask(
                .get, "measurements/export?archive=CURRENT", as: admin)
            #expect(english.text.hasPrefix("\"Serial number\","))
            let jsonLines = try await host.ask(
                .get, "measurements/export?archive=CURRENT&format=jsonl&device=\(second)", as: admin
            )
            #expect(jsonLines.headers["content-type"] == "application/jsonl")
            let rows = try jsonLines.text.split(separator: "\n").map {
                try JSONValue(parsing: $0.utf8)
            }
            #expect(rows.map { $0["value"] } == ["0.0", "0.1"])
            #expect(rows[0]["serialNumber"] == "000,7")
        }
    }

    @Test func exportsEventsAndStates() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let id = try await host.device(by: admin)
            let device = try #require(UUID(id))
            let project = try await host.store.read { (s) throws(StoreError) in
                try s.device(device).project
            }
            let received = Timestamp(milliseconds: host.clock.now.milliseconds)
            try await host.store.append(
                CollectionBatch(
                    project: project, device: device,
                    events: [
                        EventRecord(
                            journal: "POWER", type: "ON", code: 2,
                            parameters: ["text": "a, \"b\"\nc"], time: received,
                            received: received)
                    ],
                    states: [
                        StateRecord(
                            archive: "RELAY", type: "LOAD", value: true, time: received,
                            received: received)
                    ]))
            let events = try await host.ask(.get, "events/export", as: admin)
            #expect(
                events.text.split(separator: "\r\n").last?.contains(
                    "POWER,ON,2,\"{\"\"text\"\":\"\"a, \\\"\"b\\\"\"\\nc\"\"}\",") == true,
                "\(events.text)")
            let states = try await host.ask(.get, "states/export", as: admin)
            #expect(states.text.contains(",RELAY,LOAD,true,2026-11-21T00:00:00Z,"))
            let wrong = try await host.ask(
                .get, "measurements/export?archive=CURRENT&format=xml", as: admin)
            #expect(wrong.status == 400)
            let none = try await host.ask(.get, "measurements/export?archive=NOWHERE", as: admin)
            #expect(none.status == 404)
        }
    }

    /// What a client takes slowly is read slowly: a page, and then nothing until it is taken.
    @Test func streamsManyRowsPageByPage() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let count = 100_500
            try await store(count, of: try await host.device(by: admin), host)
            let request = HTTPRequest(
                .get, "/api/v1/measurements/export?archive=CURRENT",
                headers: ["Authorization": "Bearer \(admin)"])
            let response = await host.api.service.respond(to: request)
            guard case .stream(nil, let produce) = response.body else {
                Issue.record("it is no stream")
                return
            }
            let seen = Mutex((rows: 0, pieces: 0, largest: 0, isOpen: true, last: [UInt8]()))
            try await produce(
                BodyWriter { bytes async throws(BodyWriter.Failure) in
                    seen.withLock { seen in
                        seen.rows += bytes.count { $0 == 0x0A }
                        seen.pieces += 1
                        seen.largest = max(seen.largest, bytes.count)
                        seen.last = bytes
                    }
                })
            let facts = seen.withLock { $0 }
            #expect(facts.rows == count + 1)
            #expect(facts.pieces == (count + Export.pageSize - 1) / Export.pageSize)
            // A thousand rows of at most 250 bytes.
            #expect(facts.largest < 250_000)
            #expect(
                String(decoding: facts.last, as: UTF8.self).contains(
                    ",\(Decimal(mantissa: Int64(count - 1), exponent: -1)),"))
            // A client that has gone ends the reading at once.
            let pieces = Mutex(0)
            let gone = await host.api.service.respond(to: request)
            guard case .stream(nil, let broken) = gone.body else { return }
            await #expect(throws: BodyWriter.Failure.disconnected) {
                try await broken(
                    BodyWriter { _ async throws(BodyWriter.Failure) in
                        let number = pieces.withLock { pieces in
                            pieces += 1
                            return pieces
                        }
                        if number == 3 { throw .disconnected }
                    })
            }
            #expect(pieces.withLock { $0 } == 3)
        }
    }
}
