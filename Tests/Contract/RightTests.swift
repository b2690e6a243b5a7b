import CCommline
import JSON
import Testing
import Values

@testable import Plugins

@Suite("A plugin that uses a function rightly", .timeLimit(.minutes(5)))
struct RightTests {
    private func run(
        _ name: String, more: JSONObject = [:]
    ) async throws -> (heard: Witness.Heard, meter: LineMeter) {
        let exchange = try await Exchange.begin(name, more: more)
        let (end, heard) = try await exchange.end()
        heard.expectOrdinary(end)
        #expect(exchange.plugin.metrics.snapshot.breaches == 0)
        return (heard, exchange.meter)
    }

    @Test(
        "reads its meter, and the host has nothing against it",
        arguments: [
            "plugin_table_right", "activate_right", "extension_right", "open_right", "now_right",
            "random_right", "line_right", "log_right", "unknown_event_right", "simulator_right",
        ])
    func ordinary(_ name: String) async throws {
        let (heard, meter) = try await run(name)
        #expect(heard.said == [])
        #expect(heard.records.count == 1)
        #expect(meter.lines == ["READ"])
    }

    @Test("is refused what it refuses, in its own words")
    func refusal() async throws {
        let exchange = try await Exchange.begin("open_right", serial: "REFUSED-1")
        let end = try await exchange.end().end
        #expect(end.code == .configuration)
        #expect(end.detail == 42)
        #expect(end.message.detail == "This address is not possible.")
    }

    @Test("is closed once for each session")
    func closed() async throws {
        for number in 0..<3 {
            let exchange = try await Exchange.begin("close_right", serial: "COUNTED-1")
            let (end, heard) = try await exchange.end()
            heard.expectOrdinary(end)
            #expect(heard.said == ["opened \(number + 1), closed \(number)"])
        }
    }

    @Test("sends with every flag; the journals keep secrets and bulk to themselves")
    func send() async throws {
        let (heard, meter) = try await run("send_right")
        #expect(meter.lines == ["AUTH 1234 56", "BULK 0123456789", "BOTH", "READ"])
        let sent = heard.trace.compactMap { line -> String? in
            switch line.kind {
            case .sent: line.hex
            case .sentBulk(let count, let sha256): "\(count) bytes, \(sha256.count)"
            default: nil
            }
        }
        #expect(
            sent == [
                "41 55 54 48 20 ** ** ** ** 20 ** ** 0A", "16 bytes, 32", "5 bytes, 32",
                "52 45 41 44 0A",
            ])
    }

    @Test("redacts what it received")
    func redact() async throws {
        let (heard, _) = try await run("redact_right")
        let received = heard.trace.first { if case .received = $0.kind { true } else { false } }
        // "A+ 1234.56 kWh\n": the first byte, and all but the last from the fourth on.
        let stars = Array(repeating: "**", count: 11).joined(separator: " ")
        #expect(received?.hex == "** 2B 20 \(stars) 0A")
    }

    @Test("has one timer, and the last call counts")
    func deadline() async throws {
        let (heard, meter) = try await run("deadline_right")
        #expect(heard.said == ["deadline 1", "deadline 2", "deadline 3"])
        #expect(meter.lines == ["READ"])
    }

    @Test("emits each kind of record with each form of value and time")
    func emit() async throws {
        let records = try await run("emit_right").heard.records
        let contents = records.map(\.content)
        #expect(
            contents.dropLast() == [
                .measurement(
                    value: .decimal(Decimal(mantissa: -1, exponent: -128)), status: .valid),
                .measurement(value: nil, status: .absent),
                .measurement(value: .unsigned(.max), status: Status(rawValue: .max)),
                .measurement(value: .bits(5), status: Status(rawValue: 1 << 63)),
                .measurement(value: .text("ток"), status: Status(rawValue: 1 << 63)),
                .measurement(value: .decimal(Decimal(mantissa: 1, exponent: -2)), status: .valid),
                .measurement(value: .decimal(Decimal(mantissa: 1, exponent: -2)), status: .valid),
                .measurement(value: .decimal(Decimal(mantissa: 1, exponent: -2)), status: .valid),
                .event(code: 9, index: 12, parameters: ["phase": 2]),
                .state(["drift": [1, -2]]), .state("set"),
            ])
        #expect(records.map(\.item) == [0, 0, 0, 0, 0, nil, nil, nil, 1, 1, 1, nil])
        #expect(records[4].child == "7")
        #expect(records[3].child == "")
        #expect(records[5].time.flags == .fromHost)
        #expect(records[5].time.milliseconds == records[5].receivedAt)
        #expect(
            records[6].time
                == Timestamp(
                    milliseconds: 1_716_757_200_000, offsetMinutes: 180,
                    flags: [.known, .offsetKnown, .summerTime]))
        #expect(records[7].time.flags == [.known, .invalid])
        #expect(records[7].time.offsetMinutes == -720)
        #expect(records.map(\.intervalEnd).prefix(9).compactMap { $0 } == [1_716_759_000_000])
    }

    @Test("reports items through their stages")
    func outcome() async throws {
        let exchange = try await Exchange.begin("outcome_right")
        let (end, heard) = try await exchange.end()
        heard.expectOrdinary(end)
        let outcomes = heard.batches.flatMap(\.outcomes)
        #expect(outcomes.map(\.item) == [0, 0, 0, 0, 1])
        #expect(outcomes.map(\.stage) == [.sent, .accepted, .verified, .final, .final])
        #expect(outcomes.last?.code == .objectUndefined)
        #expect(outcomes.last?.detail == -3)
        #expect(outcomes.last?.message?.id == "no-answer")
        #expect(outcomes.last?.message?.parameters == ["seconds": 5])
        #expect(outcomes.last?.message?.detail == "twice")
        #expect(end.remaining.isEmpty)
    }

    @Test("writes notes at every level")
    func note() async throws {
        let heard = try await run("note_right").heard
        #expect(heard.notes.map(\.level) == [.trace, .debug, .info, .warning, .error, .info])
        #expect(heard.notes.last?.message.detail == "да")
        #expect(heard.notes[0].message.plugin == "note-right")
    }

    @Test("tells how far it is")
    func progress() async throws {
        let heard = try await run("progress_right").heard
        #expect(heard.progress.map(\.done) == [0, 1, .max, 0])
        #expect(heard.progress.map(\.total) == [2, 2, .max, 0])
    }

    @Test("reports the devices behind its own")
    func inventory() async throws {
        let heard = try await run("inventory_right").heard
        let children = heard.batches.flatMap(\.children)
        #expect(children.map(\.serial) == ["00001", ""])
        #expect(children.map(\.address) == ["17", "18"])
        #expect(children.map(\.number) == [1, 2])
        #expect(children[0].facts == ["phases": 3])
    }

    @Test("remembers, and is reminded")
    func remember() async throws {
        let heard = try await run(
            "remember_right", more: ["memory": ["frame": "AQI=", "old": "AA=="]]
        ).heard
        #expect(
            heard.batches.flatMap(\.memory) == [
                MemoryWrite(key: "frame", bytes: [1, 2]),
                MemoryWrite(key: "frame", bytes: [1, 2, 3]), MemoryWrite(key: "old", bytes: []),
            ])
    }

    @Test("reserves numbers of a counter, and waits where none is at hand")
    func reserve() async throws {
        let exchange = try await Exchange.begin("reserve_right") {
            $0.counters = ["frame": CounterBlock(next: 10, end: 15)]
        }
        let needs = await exchange.witness.wait { !$0.needs.isEmpty }.needs
        #expect(needs == ["frame": 2])
        exchange.session.grant("frame", CounterBlock(next: 100, end: 200))
        let (end, heard) = try await exchange.end()
        heard.expectOrdinary(end)
        #expect(heard.said == ["1 from 10", "3 from 11", "2 from 100"])
    }

    @Test("connects again, and hears nothing of the old connection")
    func reconnect() async throws {
        let exchange = try await Exchange.begin("reconnect_right")
        let (end, heard) = try await exchange.end()
        heard.expectOrdinary(end)
        #expect(exchange.meter.connections.last == ["READ"])
        #expect(end.statistics.connections == 2)
    }
}
