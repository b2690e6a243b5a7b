import JSON
import Reactor
import Testing
import Values

@testable import Plugins

@Suite("Reports of an integrator on a worker's socket", .timeLimit(.minutes(5)))
struct SourceWireTests {
    private static let stamp = TimeStamp(
        monotonicNanoseconds: 7, wallMilliseconds: 1_716_757_200_000)
    private static let reader = TurnReader(plugin: "acme", stamp: stamp)
    private static let message = Message(
        plugin: "acme", id: "late", parameters: ["seconds": 5], detail: "twice")

    private static let contents: [SourceReport.Content] = [
        .device(["externalId": "станция 7", "attributes": ["A": [1, 2]]]),
        .record(
            externalID: "7",
            EmittedRecord(
                archive: "DAY", quantity: "A+", tag: "T1", child: "9",
                time: Timestamp(milliseconds: -5, offsetMinutes: -720, flags: [.known, .invalid]),
                intervalEnd: 1_716_757_200_000, item: 1,
                content: .measurement(
                    value: .decimal(Decimal(mantissa: .min, exponent: -128)), status: .valid),
                receivedAt: stamp.wallMilliseconds)),
        .missing(["externalId": "7", "archive": "DAY"]),
        .outcome(
            ItemOutcome(item: 1, stage: .accepted, code: .busy, detail: -4, message: message)),
        .note(SessionNote(level: .warning, message: message, stamp: stamp)),
        .progress(done: 3, total: .max),
        .remember(MemoryWrite(key: "cursor", bytes: [0, 255])),
        .breach("device: json is null"),
    ]

    /// The bytes of what `write` writes, without the packet's header.
    private static func bytes(_ write: (WireBuffer) -> Void) -> [UInt8] {
        let buffer = WireBuffer()
        write(buffer)
        var bytes: [UInt8] = []
        buffer.takePackets(limit: 1 << 20) { bytes += $0 }
        return Array(bytes.dropFirst(WireBuffer.packetHeaderSize))
    }

    /// Reads bytes to their end.
    private static func read<Value>(
        _ bytes: some Collection<UInt8>, _ body: (inout WireReader) throws(WireError) -> Value
    ) throws -> Value {
        try Array(bytes).withUnsafeBytes { bytes in
            var reader = WireReader(bytes)
            let value = try body(&reader)
            if !reader.isAtEnd { throw WireError("bytes behind the end") }
            return value
        }
    }

    @Test("arrive as they were, and no beginning of one is another", arguments: contents.indices)
    func reports(index: Int) throws {
        let report = SourceReport(number: .max - 7, content: Self.contents[index])
        let bytes = Self.bytes { $0.put(report) }
        let read = try Self.read(bytes) { (reader) throws(WireError) in
            try Self.reader.sourceReport(&reader)
        }
        #expect(read == report)
        for count in bytes.indices {
            #expect(throws: WireError.self, "first \(count) bytes") {
                try Self.read(bytes.prefix(count)) { (reader) throws(WireError) in
                    try Self.reader.sourceReport(&reader)
                }
            }
        }
    }

    @Test("come to an end or an error, whatever the bytes are", arguments: contents.indices)
    func damaged(index: Int) {
        let report = SourceReport(number: 1, content: Self.contents[index])
        let bytes = Self.bytes { $0.put(report) }
        for place in bytes.indices {
            for value: UInt8 in [0x00, 0x7F, 0xFF, bytes[place] ^ 0x01] {
                var damaged = bytes
                damaged[place] = value
                // A number or a letter may be another; nothing else may happen.
                _ = try? Self.read(damaged) { (reader) throws(WireError) in
                    try Self.reader.sourceReport(&reader)
                }
            }
        }
    }

    @Test("of a whole run are believed on the other side, and are what was handed over")
    func wholeRun() async throws {
        let (bench, run) = try SourceBench.prepare(
            "source_right", request: ["count": 200], items: [0, 1], window: 4096)
        try run.start()
        let (end, heard) = try await bench.end()
        var check = SourceCheck(
            SourceOpening(task: .import, json: "{}", items: [0, 1], window: 4096))
        for report in heard.reports {
            let bytes = Self.bytes { $0.put(report) }
            let read = try Self.read(bytes) { (reader) throws(WireError) in
                try TurnReader(plugin: "source-right", stamp: Self.stamp).sourceReport(&reader)
            }
            try check.check(read)
            #expect(read.number == report.number)
            if case .record(let id, let record) = report.content {
                // The moment of receipt is the host's own.
                var received = record
                received.receivedAt = Self.stamp.wallMilliseconds
                #expect(read.content == .record(externalID: id, received))
            }
        }
        let bytes = Self.bytes { $0.put(end) }
        let read = try Self.read(bytes) { (reader) throws(WireError) in
            try reader.sourceEnd()
        }
        #expect(read.remaining.isEmpty)
        #expect(try check.completed(read) == end)
    }

    @Test("have an opening and an end")
    func openingAndEnd() throws {
        let opening = SourceOpening(
            task: .command, json: "{\"items\":[]}", items: [0, .max], memory: ["cursor": 3],
            window: 17)
        let openingBytes = Self.bytes { $0.put(opening) }
        #expect(
            try Self.read(openingBytes) { (reader) throws(WireError) in
                try reader.sourceOpening()
            } == opening)
        let end = SourceEnd(
            code: .transport, detail: -9, text: "конец", lastNumber: 12, breaches: 2)
        let endBytes = Self.bytes { $0.put(end) }
        #expect(
            try Self.read(endBytes) { (reader) throws(WireError) in try reader.sourceEnd() }
                == end)
        for count in endBytes.indices {
            #expect(throws: WireError.self) {
                try Self.read(endBytes.prefix(count)) { (reader) throws(WireError) in
                    try reader.sourceEnd()
                }
            }
        }
    }
}

@Suite("What a host believes of an integrator's worker")
struct SourceCheckTests {
    private func check(_ contents: [SourceReport.Content], from first: UInt64 = 1) -> String? {
        var check = SourceCheck(
            SourceOpening(task: .command, json: "{}", items: [0, 1], window: 4))
        do throws(WireError) {
            for (number, content) in zip(first..., contents) {
                try check.check(SourceReport(number: number, content: content))
            }
            return nil
        } catch {
            return error.description
        }
    }

    private func outcome(
        _ stage: ItemStage, item: UInt32 = 0, code: ErrorCode = .ok
    ) -> SourceReport.Content {
        .outcome(ItemOutcome(item: item, stage: stage, code: code))
    }

    @Test("is what its sink would have let through")
    func believed() {
        #expect(check([.device(["externalId": "7"]), .progress(done: 1, total: 1)]) == nil)
        #expect(check([outcome(.sent), outcome(.final)]) == nil)
    }

    @Test("is nothing else")
    func doubted() {
        let progress = SourceReport.Content.progress(done: 0, total: 1)
        #expect(check([progress], from: 2)?.contains("came behind") == true)
        #expect(
            check(Array(repeating: progress, count: 5)) == "more than 4 reports are unconfirmed")
        #expect(check([.device([:])])?.contains("externalId") == true)
        #expect(check([.missing([:])])?.contains("nothing is missing") == true)
        #expect(check([.progress(done: 2, total: 1)])?.contains("more than all") == true)
        #expect(check([outcome(.final), outcome(.final)])?.contains("closed") == true)
        #expect(check([outcome(.sent, item: 9)])?.contains("no item 9") == true)
        #expect(check([outcome(.final, code: .pluginCrashed)])?.contains("host's code") == true)
        #expect(
            check([.remember(MemoryWrite(key: "", bytes: [1]))])?.contains("key is empty") == true)
        let large = MemoryWrite(key: "k", bytes: [UInt8](repeating: 0, count: 65_536))
        #expect(check([.remember(large)])?.contains("memory has more") == true)
    }

    @Test("says what becomes of the items, also where the worker is gone")
    func ends() throws {
        var check = SourceCheck(
            SourceOpening(task: .command, json: "{}", items: [0, 1, 2], window: 4))
        try check.check(SourceReport(number: 1, content: outcome(.sent)))
        try check.check(SourceReport(number: 2, content: outcome(.final, item: 1)))
        let crashed = check.crashed(.pluginCrashed, Message(id: "gone"))
        #expect(crashed.remaining.map(\.item) == [0, 2])
        #expect(crashed.remaining.map(\.code) == [.indeterminate, .pluginCrashed])
        #expect(throws: WireError.self) {
            try check.completed(SourceEnd(code: .ok, lastNumber: 3))
        }
        #expect(throws: WireError.self) {
            try check.completed(SourceEnd(code: .pluginCrashed, lastNumber: 2))
        }
        let end = try check.completed(SourceEnd(code: .ok, lastNumber: 2))
        #expect(end.remaining.map(\.code) == [.ok, .ok])
        check.confirmed(upTo: 2)
        for number in 3...6 as ClosedRange<UInt64> {
            try check.check(
                SourceReport(number: number, content: .progress(done: 0, total: 0)))
        }
        #expect(check.lastNumber == 6)
    }
}
