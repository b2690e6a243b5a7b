import JSON
import Testing
import Values

@testable import Plugins

@Suite("An integrator", .timeLimit(.minutes(5)))
struct SourceTests {
    @Test("hands over devices, records and what is missing, numbered and in order")
    func imports() async throws {
        let (bench, run) = try SourceBench.prepare(
            "source_right", request: ["count": 100], items: [0, 1])
        try run.start()
        let (end, heard) = try await bench.end()
        #expect(end.code == .ok)
        #expect(end.detail == 9)
        #expect(end.text == "The source has a gap.")
        #expect(end.breaches == 0)
        #expect(end.lastNumber == 105)
        #expect(heard.reports.map(\.number) == Array(1...105))
        #expect(
            heard.contents.first
                == .device(["externalId": "station 7", "serialNumber": "0007"]))
        let mantissas = heard.records.compactMap { record -> Int64? in
            guard case .measurement(.decimal(let value), _) = record.content else { return nil }
            return value.mantissa
        }
        #expect(mantissas == Array(0..<100))
        #expect(
            heard.contents.suffix(4).prefix(3) == [
                .remember(MemoryWrite(key: "cursor", bytes: [100])),
                .missing(["externalId": "station 7", "archive": "DAY"]),
                .progress(done: 100, total: 100),
            ])
        #expect(heard.said == ["imported 100 of 2"])
        #expect(end.remaining.map(\.code) == [.ok, .ok])
    }

    @Test("waits for the store: never more reports than the window are unconfirmed")
    func backPressure() async throws {
        let (bench, run) = try SourceBench.prepare(
            "source_right", request: ["count": 40], window: 4, confirms: false)
        try run.start()
        // Each confirmation lets one more report come; one too many would be counted.
        for number in 1...41 {
            await bench.wait { $0.reports.count >= min(45, number + 3) }
            bench.confirm(upTo: UInt64(number))
        }
        // What was confirmed stays so, and what was not reported yet cannot be confirmed.
        run.confirm(upTo: 1)
        let (end, heard) = try await bench.end()
        run.confirm(upTo: .max)
        #expect(end.code == .ok)
        #expect(heard.reports.count == 45)
        #expect(heard.beyondWindow == 0)
    }

    @Test("stops when it is cancelled while it waits for the store")
    func cancelled() async throws {
        let (bench, run) = try SourceBench.prepare(
            "source_right", request: ["count": 1_000_000], window: 3, confirms: false)
        try run.start()
        await bench.wait { $0.reports.count == 3 }
        run.cancel()
        let (end, heard) = try await bench.end()
        #expect(end.code == .cancelled)
        #expect(heard.reports.count == 3)
        #expect(end.breaches == 0)
    }

    @Test("stops when it is cancelled while the store is fast")
    func cancelledInFlight() async throws {
        let (bench, run) = try SourceBench.prepare(
            "source_right", request: ["count": 1_000_000_000], items: [4])
        try run.start()
        await bench.wait { $0.reports.count > 100 }
        run.cancel()
        let (end, heard) = try await bench.end()
        #expect(end.code == .cancelled)
        #expect(UInt64(heard.reports.count) == end.lastNumber)
        #expect(end.remaining.map(\.code) == [.cancelled])
    }

    @Test("is not even called where it is cancelled before it begins, and runs once")
    func cancelledBefore() async throws {
        let (bench, run) = try SourceBench.prepare("source_right", request: ["count": 10])
        run.cancel()
        try run.start()
        try run.start()
        let (end, heard) = try await bench.end()
        #expect(end.code == .cancelled)
        #expect(heard.reports.isEmpty)
        let (again, other) = try SourceBench.prepare("source_right", request: ["count": 10])
        try other.start()
        try other.start()
        #expect(try await again.end().end.code == .ok)
        #expect(again.heard.ends.count == 1)
        #expect(again.heard.records.count == 10)
    }

    @Test("reports the stages of commands; one that was sent and not confirmed is indeterminate")
    func commands() async throws {
        let (bench, run) = try SourceBench.prepare(
            "source_right", task: .command, items: [0, 1, 2])
        try run.start()
        let (end, heard) = try await bench.end()
        #expect(end.code == .transport)
        let outcomes = heard.contents.compactMap { content -> ItemOutcome? in
            if case .outcome(let outcome) = content { outcome } else { nil }
        }
        #expect(outcomes.map(\.item) == [0, 0, 0, 0, 1])
        #expect(outcomes.map(\.stage) == [.sent, .accepted, .verified, .final, .sent])
        #expect(end.remaining.map(\.item) == [1, 2])
        #expect(end.remaining.map(\.code) == [.indeterminate, .transport])
    }

    @Test("runs beside others, and none is mixed with another")
    func together() async throws {
        let runs = try (1...20).map { number in
            try SourceBench.prepare(
                "source_right", request: ["count": JSONValue(number * 50)], window: 16)
        }
        for (_, run) in runs { try run.start() }
        for (number, pair) in zip(1..., runs) {
            let (end, heard) = try await pair.bench.end()
            #expect(end.code == .ok)
            #expect(heard.records.count == number * 50)
            #expect(heard.beyondWindow == 0)
        }
    }
}

@Suite("An integrator that breaks the contract", .timeLimit(.minutes(5)))
struct SourceAbuseTests {
    @Test("is told so; nothing of it reaches the store")
    func told() async throws {
        let (bench, run) = try SourceBench.prepare("source_abuse", items: [0])
        try run.start()
        let (end, heard) = try await bench.end()
        #expect(end.code == .ok)
        let calls = [
            "null device", "torn device", "nameless device", "missing list", "record of nobody",
            "no record", "unknown item", "request id", "outcome",
        ]
        #expect(
            heard.said == calls.map { $0 + ": INVALID" } + [
                "note: UNSUPPORTED", "progress: INVALID", "remember: INVALID",
                "null sink: INVALID", "sink of nobody: INVALID", "nobody is to stop: 1 1",
            ])
        #expect(end.breaches == 12)
        // A flood says nothing more than the first eight.
        #expect(heard.breaches.count == 8)
        #expect(heard.breaches.first == "device: json is null")
        #expect(heard.reports.count == heard.said.count + heard.breaches.count)
    }

    @Test("is refused what it goes on handing over after it was cancelled")
    func flood() async throws {
        let (bench, run) = try SourceBench.prepare(
            "source_flood_abuse", window: 5, confirms: false)
        try run.start()
        await bench.wait { $0.reports.count == 5 }
        run.cancel()
        let (end, heard) = try await bench.end()
        #expect(end.code == .cancelled)
        #expect(end.text == "refused 1000")
        #expect(heard.reports.count == 5)
    }

    @Test("gets no answer from its sink on another thread or after its return")
    func stray() async throws {
        let elsewhere = [
            "device elsewhere: INVALID", "progress elsewhere: INVALID", "cancelled elsewhere: 0",
        ]
        let (bench, run) = try SourceBench.prepare("source_stray_abuse")
        try run.start()
        let (end, heard) = try await bench.end()
        #expect(end.code == .ok)
        #expect(heard.said == elsewhere)
        #expect(end.breaches == 2)
        let (second, other) = try SourceBench.prepare("source_stray_abuse")
        try other.start()
        let more = try await second.end().heard
        #expect(more.said == ["after the return: INVALID", "dead is cancelled: 1"] + elsewhere)
        #expect(bench.heard.reports.count == 3)
        #expect(bench.heard.ends.count == 1)
    }

    @Test("returns what is no code, with a text that has no end", arguments: [0, 1])
    func returned(count: Int) async throws {
        let (bench, run) = try SourceBench.prepare(
            "source_return_abuse", request: ["count": JSONValue(count)])
        try run.start()
        let (end, heard) = try await bench.end()
        #expect(end.code == .internalError)
        #expect(end.text == String(repeating: "x", count: 1024))
        #expect(end.breaches == 1)
        #expect(heard.breaches.count == 1)
        #expect(heard.breaches.first?.hasPrefix("return: ") == true)
    }

    @Test(
        "is not used where its table is none",
        arguments: [
            ("source_short_abuse", "a commline.source/1 table of 16 bytes, but it has 24"),
            ("source_null_abuse", "a commline.source/1 table without all of its functions"),
        ])
    func table(name: String, problem: String) throws {
        let failure = try #require(throws: SourceFunctions.Failure.self) {
            try SourceBench.functions(name)
        }
        #expect(failure.problem.contains(problem))
    }
}
