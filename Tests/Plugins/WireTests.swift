import JSON
import Reactor
import Testing
import Values

@testable import Plugins

/// What crosses a worker's socket: all that goes in comes out, and nothing that comes can do harm.
@Suite("The wire of workers")
struct WireTests {
    private static let stamp = TimeStamp(
        monotonicNanoseconds: 1_234_567_890, wallMilliseconds: 1_716_757_200_123)

    private static let message = Message(
        plugin: "p", id: "no-answer", parameters: ["seconds": 5], detail: "подробно")

    static let events: [SessionEvent] = [
        .connected(peer: "192.0.2.7:4059", flags: [.reused, .sevenBit]), .received([]),
        .received([0, 1, 0x7E, 0xFF]), .writable, .deadline, .disconnected(.transport),
        .command(requestID: .max, json: "{\"items\":[]}", items: [0, 7, .max]),
        .cancel(requestID: 3),
        .yield(graceMilliseconds: 5000), .closing(graceMilliseconds: 0), .credit,
    ]

    private static func record(_ content: EmittedRecord.Content) -> EmittedRecord {
        EmittedRecord(
            archive: "END_OF_DAY", quantity: "A+", tag: "T1", child: "17",
            time: Timestamp(milliseconds: -1, offsetMinutes: -720, flags: [.known, .invalid]),
            intervalEnd: 1_716_757_200_000, item: 3, requestID: 9, content: content,
            receivedAt: stamp.wallMilliseconds)
    }

    static let actions: [SessionAction] = [
        .send(
            OutgoingBytes([1, 2, 3], isAfterStored: true, isBulk: true, secrets: [0..<1, 2..<3])),
        .redact(2..<5), .deadline(milliseconds: 0), .deadline(milliseconds: nil),
        .record(record(.measurement(value: nil, status: [.absent]))),
        .record(
            record(
                .measurement(value: .decimal(Decimal(mantissa: .min, exponent: -128)), status: []))),
        .record(record(.measurement(value: .unsigned(.max), status: Status(rawValue: .max)))),
        .record(record(.measurement(value: .bits(5), status: []))),
        .record(record(.measurement(value: .text("кВт·ч"), status: []))),
        .record(record(.event(code: 7, index: nil, parameters: [:]))),
        .record(record(.event(code: .max, index: .max, parameters: ["a": [1, "b", nil]]))),
        .record(record(.state(["x": 1.5]))),
        .outcome(
            ItemOutcome(
                item: 3, requestID: 1, stage: .verified, code: .accessDenied, detail: -5,
                message: message)),
        .note(SessionNote(level: .warning, message: message, stamp: stamp)),
        .progress(SessionProgress(requestID: 0, done: 1, total: .max)),
        .child(ChildDevice(number: 2, serial: "1", type: "t", address: "a", facts: ["k": true])),
        .remember(MemoryWrite(key: "frame", bytes: [9])), .needsCounter("invocation", count: 3),
        .reconnect(afterMilliseconds: 20), .complete(requestID: 4, code: .ok, message: nil),
        .finish(code: .timeout, detail: 1, message: message), .yielded(checkpoint: [1, 2]),
    ]

    private static var turn: Turn {
        var turn = Turn()
        turn.actions = actions
        turn.shortages = [.sendBytes, .counter]
        turn.breaches = ["send: send.bytes is empty"]
        turn.nanoseconds = 77
        return turn
    }

    /// The packets of one frame.
    private static func packets(
        limit: Int = PacketChannel.largestPacket, _ write: (WireBuffer) -> Void
    ) -> [[UInt8]] {
        let buffer = WireBuffer(capacity: 16)
        let place = buffer.begin(.turn, session: 5)
        write(buffer)
        buffer.end(place)
        var packets: [[UInt8]] = []
        buffer.takePackets(limit: limit) { packets.append(Array($0)) }
        #expect(buffer.isEmpty)
        return packets
    }

    /// Reads one frame of packets.
    private static func read<Value>(
        _ packets: [[UInt8]], limit: Int = 1 << 24,
        _ read: (inout WireReader) throws(WireError) -> Value
    ) throws -> Value? {
        var assembly = PacketAssembly(limit: limit)
        var value: Value?
        for packet in packets {
            try packet.withUnsafeBytes { bytes in
                try assembly.take(bytes) { (reader) throws(WireError) in
                    while var frame = try reader.frame() { value = try read(&frame.payload) }
                }
            }
        }
        return value
    }

    @Test("carries every event", arguments: events)
    func carriesEveryEvent(_ event: SessionEvent) throws {
        let read = try Self.read(Self.packets { $0.put(event) }) { (reader) throws(WireError) in
            try reader.event()
        }
        #expect(read == event)
    }

    @Test func carriesAnOpening() throws {
        let opening = SessionOpening(
            role: .driver, mode: .monitor, json: "{\"a\":1}", items: [0, 5], memory: ["k": 12],
            counters: ["c": CounterBlock(next: 3, end: 9)])
        let standing = SessionStanding(
            isConnected: true, sendBudget: 17, grants: ["g": CounterBlock(next: 1, end: 2)])
        let packets = Self.packets {
            $0.put(standing)
            $0.put(opening)
        }
        let read = try Self.read(packets) { (reader) throws(WireError) in
            (try reader.standing(), try reader.opening())
        }
        #expect(read?.0 == standing)
        #expect(read?.1.json == opening.json)
        #expect(read?.1.items == opening.items)
        #expect(read?.1.memory == opening.memory)
        #expect(read?.1.counters == opening.counters)
        #expect(read?.1.mode == .monitor)
    }

    @Test("carries every action, in packets of any size", arguments: [64, 65, 100, 4096, 65536])
    func carriesEveryAction(_ limit: Int) throws {
        let packets = Self.packets(limit: limit) { $0.put(Self.turn) }
        #expect(packets.allSatisfy { $0.count <= limit })
        let read = try Self.read(packets) { (reader) throws(WireError) in
            try TurnReader(plugin: "p", stamp: Self.stamp).turn(&reader)
        }
        #expect(read?.actions == Self.actions)
        #expect(read?.shortages == Self.turn.shortages)
        #expect(read?.breaches == Self.turn.breaches)
        #expect(read?.nanoseconds == 77)
    }

    @Test func refusesWhatIsCutOffAnywhere() throws {
        let whole = try #require(Self.packets { $0.put(Self.turn) }.first)
        for count in 1..<whole.count {
            #expect(throws: WireError.self) {
                let read = try Self.read([Array(whole.prefix(count))]) {
                    (reader) throws(WireError) in
                    try TurnReader(plugin: "p", stamp: Self.stamp).turn(&reader)
                }
                // A cut inside the first header leaves nothing to read.
                if read == nil { throw WireError.tooShort }
            }
        }
    }

    @Test func livesThroughAnyFlippedBit() throws {
        let whole = try #require(Self.packets { $0.put(Self.turn) }.first)
        var refused = 0
        for bit in 0..<(whole.count * 8) {
            var damaged = whole
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            do {
                _ = try Self.read([damaged]) { (reader) throws(WireError) in
                    try TurnReader(plugin: "p", stamp: Self.stamp).turn(&reader)
                }
            } catch {
                refused += 1
            }
        }
        // Lengths, tags and flags are most of it; a flipped digit of a text is another text.
        #expect(refused > whole.count)
    }

    @Test func livesThroughNoise() {
        var generator = SplitMix(state: 42)
        for _ in 0..<3000 {
            let size = Int(generator.next() % 300)
            var noise = (0..<size).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
            if noise.count > 16 {
                // A header that holds, so that what is behind it is looked at.
                noise.replaceSubrange(
                    0..<16,
                    with: [
                        0, 0, 0, 0, UInt8((size - 16) & 0xFF), UInt8((size - 16) >> 8), 0, 0, 5, 0, 0,
                        0, 69, 0, 0, 0,
                    ])
            }
            _ = try? Self.read([noise]) { (reader) throws(WireError) in
                try TurnReader(plugin: "p", stamp: Self.stamp).turn(&reader)
            }
        }
    }

    @Test func refusesAFrameWithoutAnEnd() {
        var endless = [UInt8](repeating: 0, count: 1000)
        endless[0] = 1
        #expect(throws: WireError.self) {
            _ = try Self.read(Array(repeating: endless, count: 20), limit: 4096) {
                (reader) throws(WireError) in try reader.text()
            }
        }
    }

    // MARK: What a worker may not say

    private static func rules(after event: SessionEvent?) -> LinkRules {
        var rules = LinkRules(
            SessionOpening(role: .driver, mode: .task, json: "{}", items: [3]))
        rules.begin(event, SessionStanding(isConnected: true, sendBudget: 100))
        return rules
    }

    static let impossible: [[SessionAction]] = [
        [.send(OutgoingBytes([]))], [.send(OutgoingBytes([UInt8](repeating: 0, count: 101)))],
        [.send(OutgoingBytes([1], secrets: [0..<2]))], [.redact(0..<3)],
        [.outcome(ItemOutcome(item: 4, stage: .final, code: .ok))],
        [.outcome(ItemOutcome(item: 3, stage: .final, code: .pluginCrashed))],
        [
            .outcome(ItemOutcome(item: 3, stage: .final, code: .ok)),
            .outcome(ItemOutcome(item: 3, stage: .final, code: .timeout)),
        ],
        [.finish(code: .ok, detail: 0, message: nil), .deadline(milliseconds: 1)],
        [.finish(code: .pluginCrashed, detail: 0, message: nil)],
        [.complete(requestID: 1, code: .ok, message: nil)],
        [.progress(SessionProgress(requestID: 0, done: 2, total: 1))],
        [.remember(MemoryWrite(key: "", bytes: [1]))],
        [.yielded(checkpoint: [UInt8](repeating: 0, count: 65537))],
        [.needsCounter("", count: 1)],
        Array(repeating: .record(record(.state(nil))), count: 4097),
    ]

    @Test("refuses what the link would have refused", arguments: impossible)
    func refusesTheImpossible(_ actions: [SessionAction]) {
        var turn = Turn()
        turn.actions = actions
        #expect(throws: WireError.self) {
            var rules = Self.rules(after: .received([1, 2]))
            try rules.check(turn)
        }
    }
}

/// A small generator with a seed.
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
