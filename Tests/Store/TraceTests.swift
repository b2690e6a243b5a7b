import Glibc
import Testing
import Values

@testable import Store

@Suite struct TraceTests {
    private static func lines(_ count: Int, size: Int = 40) -> [TraceLine] {
        (0..<count).map { number in
            let wall = Moment(milliseconds: TestStore.start.milliseconds + Int64(number) * 3)
            let direction = TraceDirection.allCases[number % 5]
            return TraceLine(
                monotonic: UInt64(number) * 3_000_123, wall: wall, direction: direction,
                bytes: (0..<size).map { UInt8(truncatingIfNeeded: $0 &* number &+ 0x7E) },
                blanked: number % 7 == 0 ? [4..<20, 30..<30] : [],
                peer: number % 11 < 5 ? "192.0.2.7:4059" : "")
        }
    }

    private func all(_ task: UUID, _ store: Store, limit: Int = 1 << 20) async throws -> [TraceLine]
    {
        var lines: [TraceLine] = []
        var cursor: Cursor?
        repeat {
            let place = cursor
            let page = try await store.read { (s) throws(StoreError) in
                try s.trace(ofTask: task, limit: limit, cursor: place)
            }
            lines += page.items
            cursor = page.next
        } while cursor != nil
        return lines
    }

    @Test func givesTheLinesOfEachTaskBack() async throws {
        let test = try await TestStore()
        let (first, second) = (test.store.newID(), test.store.newID())
        let (one, two) = (test.store.trace(task: first), test.store.trace(task: second))
        let lines = Self.lines(5_000)
        for start in stride(from: 0, to: 5_000, by: 100) {
            one.append(Array(lines[start..<start + 100]))
            two.append(Array(lines[start..<start + 50]))
        }
        #expect(try await all(first, test.store).count < 5_000)
        try await one.flush()
        try await two.flush()
        #expect(try await all(first, test.store) == lines)
        #expect(try await all(second, test.store).count == 2_500)
        #expect(try await all(first, test.store, limit: 1) == lines)
        #expect(try await all(test.store.newID(), test.store) == [])
        let size = try TemporaryFolder.read(test.folder.path + "/trace/2026-11-21.seg").count
        #expect(size < 7_500 * 40)
        await test.store.close()
        let again = try await test.reopen()
        #expect(again.cutTraceBytes == 0)
        #expect(try await all(first, again) == lines)
        await again.close()
    }

    @Test func encodesExtremes() throws {
        let lines = [
            TraceLine(monotonic: .max, wall: Moment(milliseconds: .min), direction: .sent),
            TraceLine(
                monotonic: 0, wall: Moment(milliseconds: .max), direction: .info, bytes: [0],
                blanked: [0..<Int.max], peer: "я"),
            TraceLine(monotonic: 1, wall: Moment(milliseconds: 0), direction: .received),
        ]
        var encoder = TraceEncoder()
        for line in lines { encoder.append(line) }
        var decoder = TraceDecoder(encoder.bytes)
        #expect(try decoder.lines() == lines)
        for length in encoder.bytes.indices.dropFirst() {
            var cut = TraceDecoder(Array(encoder.bytes[..<length]))
            // What is left is either fewer lines or refused, and never a trap.
            _ = try? cut.lines()
        }
    }

    @Test func noticesEveryChangedBit() throws {
        var encoder = TraceEncoder()
        for line in Self.lines(3) { encoder.append(line) }
        let block = TraceBlock(
            task: UUID(high: 1, low: 2), lineCount: encoder.count, content: encoder.bytes)
        let bytes = block.encoded(by: Deflate.shared)
        #expect(TraceBlock.decode(bytes, by: Deflate.shared)?.content == encoder.bytes)
        for index in bytes.indices {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[index] ^= 1 << bit
                #expect(TraceBlock.decode(damaged, by: Deflate.shared) == nil)
            }
            #expect(TraceBlock.decode(Array(bytes[..<index]), by: Deflate.shared) == nil)
        }
    }

    @Test func storesBlocksAsTheyAreWithoutTheLibrary() throws {
        var encoder = TraceEncoder()
        for line in Self.lines(50) { encoder.append(line) }
        let block = TraceBlock(
            task: UUID(high: 1, low: 2), lineCount: 50, content: encoder.bytes)
        let plain = block.encoded(by: nil)
        let packed = block.encoded(by: Deflate.shared)
        #expect(plain.count == TraceBlock.headerLength + encoder.bytes.count)
        #expect(TraceBlock.decode(plain, by: nil)?.content == encoder.bytes)
        #expect(TraceBlock.decode(plain, by: Deflate.shared)?.content == encoder.bytes)
        if Deflate.shared != nil {
            #expect(packed.count < plain.count)
            #expect(TraceBlock.decode(packed, by: nil) == nil)
        }
    }

    @Test func computesTheChecksumOfTheStandard() {
        var checksum = Checksum()
        checksum.add("123456789".utf8)
        // The check value of CRC-32/ISO-HDLC in the catalogue of parametrised CRC algorithms.
        #expect(checksum.value == 0xCBF4_3926)
    }

    @Test func cutsATornTailAndFindsBlocksThatTheIndexLacks() async throws {
        let test = try await TestStore()
        let task = test.store.newID()
        let trace = test.store.trace(task: task)
        let lines = Self.lines(30)
        for part in 0..<3 {
            trace.append(Array(lines[part * 10..<part * 10 + 10]))
            try await trace.flush()
        }
        await test.store.close()
        let path = test.folder.path + "/trace/2026-11-21.seg"
        let whole = try TemporaryFolder.read(path)

        // The index of the last block was not committed.
        let database = try Connection(
            path: test.folder.path + "/main.sqlite", mode: .readWrite)
        try database.execute(
            "DELETE FROM trace_block WHERE position = (SELECT max(position) FROM trace_block)")
        // And a fourth block was cut off in the middle.
        for torn in [1, 39, 40, 77] {
            try TemporaryFolder.write(whole + whole[..<torn], to: path)
            let again = try await test.reopen()
            #expect(again.cutTraceBytes == Int64(torn))
            #expect(try await all(task, again) == lines)
            let more = again.trace(task: task)
            more.append(Self.lines(1))
            try await more.flush()
            #expect(try await all(task, again) == lines + Self.lines(1))
            await again.close()
            try database.execute(
                "DELETE FROM trace_block WHERE position >= \(whole.count)")
        }

        // The whole index is lost.
        try TemporaryFolder.write(whole, to: path)
        try database.execute("DELETE FROM trace_block")
        let rebuilt = try await test.reopen()
        #expect(try await all(task, rebuilt) == lines)
        await rebuilt.close()
    }

    @Test func tellsOfADamagedBlock() async throws {
        let test = try await TestStore()
        let task = test.store.newID()
        let trace = test.store.trace(task: task)
        trace.append(Self.lines(10))
        try await trace.flush()
        let path = test.folder.path + "/trace/2026-11-21.seg"
        var bytes = try TemporaryFolder.read(path)
        bytes[bytes.count / 2] ^= 1
        try TemporaryFolder.write(bytes, to: path)
        await #expect(throws: StoreError.self) { _ = try await all(task, test.store) }
        await test.store.close()
    }

    @Test func keepsWithinItsLimits() async throws {
        let test = try await TestStore(traceLimits: TraceLimits(bytes: 100_000, days: 3))
        var tasks: [UUID] = []
        func write(size: Int) async throws {
            let task = test.store.newID()
            tasks.append(task)
            let trace = test.store.trace(task: task)
            var random = SystemRandomNumberGenerator()
            trace.append([
                TraceLine(
                    monotonic: 0, wall: test.clock.now, direction: .received,
                    bytes: (0..<size).map { _ in UInt8.random(in: 0 ... .max, using: &random) })
            ])
            try await trace.flush()
        }
        // Several segments a day: each holds a quarter of the limit.
        for _ in 0..<10 { try await write(size: 20_000) }
        let names = try Folder.names(in: test.folder.path + "/trace")
        #expect(names.contains("2026-11-21.1.seg") && names.contains("2026-11-21.seg"))
        #expect(try await test.store.cleanUp().traceSegments > 0)
        let sizes = try TemporaryFolder.files(in: test.folder.path + "/trace").map {
            try TemporaryFolder.read($0).count
        }
        #expect(sizes.reduce(0, +) <= 100_000)
        #expect(try await all(tasks[0], test.store) == [])
        #expect(try await all(tasks[9], test.store).count == 1)

        test.clock.advance(milliseconds: 4 * 86_400_000)
        try await write(size: 10)
        _ = try await test.store.cleanUp()
        #expect(try Folder.names(in: test.folder.path + "/trace") == ["2026-11-25.seg"])
        #expect(try await all(tasks[9], test.store) == [])
        #expect(try await all(tasks[10], test.store).count == 1)
        await test.store.close()
    }
}
