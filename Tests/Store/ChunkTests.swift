import Testing
import Values

@testable import Store

@Suite struct ChunkTests {
    /// Random chunks of all sorts: even and odd times, few and many kinds, texts, extreme numbers.
    private static func chunk(_ random: inout some RandomNumberGenerator) -> Chunk {
        var chunk = Chunk()
        var time = UInt32.random(in: 0...3_000_000_000, using: &random)
        let isEven = Bool.random(using: &random)
        let kinds = Int32.random(in: 1...30, using: &random)
        for _ in 0..<Int.random(in: 1...60, using: &random) {
            for kind in 0..<kinds where Int.random(in: 0..<8, using: &random) > 0 {
                let number: Int64 =
                    switch Int.random(in: 0..<6, using: &random) {
                    case 0: .max
                    case 1: .min
                    case 2: 0
                    default: Int64.random(in: -100_000...100_000, using: &random)
                    }
                let isText = Int.random(in: 0..<20, using: &random) == 0
                chunk.append(
                    PackedEntry(
                        time: time, kind: kind, shape: Int32.random(in: 0...3, using: &random),
                        number: number, received: Int64.random(in: .min ... .max, using: &random)),
                    text: isText ? "ток №\(number)" : nil)
            }
            time += isEven ? 1_800_000 : UInt32.random(in: 1...5_000_000, using: &random)
        }
        return chunk
    }

    private static func read(_ bytes: [UInt8], start: UInt32) throws(StoreError) -> Chunk {
        do {
            return try bytes.withUnsafeBytes { try Chunk($0, start: start) }
        } catch let error as StoreError {
            throw error
        } catch {
            throw .malformed("\(error)")
        }
    }

    @Test func givesBackWhatWasWritten() throws {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<200 {
            let chunk = Self.chunk(&random)
            guard let first = chunk.entries.first else { continue }
            let bytes = ChunkWriter.bytes(chunk, 0..<chunk.entries.count)
            #expect(try Self.read(bytes, start: first.time) == chunk)
        }
    }

    @Test func cutsLongChunksBetweenMoments() throws {
        var random = SeededGenerator(seed: 2)
        for _ in 0..<100 {
            let chunk = Self.chunk(&random)
            var begin = 0
            for end in chunk.cuts {
                #expect(begin < end)
                if end < chunk.entries.count {
                    #expect(chunk.entries[end].time > chunk.entries[end - 1].time)
                }
                let part = try Self.read(
                    ChunkWriter.bytes(chunk, begin..<end), start: chunk.entries[begin].time)
                for (place, entry) in part.entries.enumerated() {
                    #expect(entry.hasSameKey(as: chunk.entries[begin + place]))
                    #expect(part.text(of: entry) == chunk.text(of: chunk.entries[begin + place]))
                }
                begin = end
            }
            #expect(begin == chunk.entries.count)
        }
    }

    @Test func takesTwoBytesForWhatIsExpected() {
        var chunk = Chunk()
        for slot in 0..<48 as Range<UInt32> {
            for kind in 0..<4 as Range<Int32> {
                chunk.append(
                    PackedEntry(
                        time: slot * 1_800_000, kind: kind, shape: 2,
                        number: 3_724_100 + Int64(slot) * (500 + Int64(kind)), received: 90_000_000),
                    text: nil)
            }
        }
        let bytes = ChunkWriter.bytes(chunk, 0..<chunk.entries.count)
        #expect(bytes.count < chunk.entries.count * 2 + 64)
    }

    @Test func refusesDamagedBytesWithoutEnding() throws {
        var random = SeededGenerator(seed: 3)
        var refused = 0
        for _ in 0..<60 {
            let chunk = Self.chunk(&random)
            guard let first = chunk.entries.first else { continue }
            let bytes = ChunkWriter.bytes(chunk, 0..<chunk.entries.count)
            for _ in 0..<20 {
                var damaged = bytes
                let place = Int.random(in: 0..<bytes.count, using: &random)
                damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                if Bool.random(using: &random) { damaged.removeLast(bytes.count - place) }
                do throws(StoreError) {
                    _ = try Self.read(damaged, start: first.time)
                } catch {
                    refused += 1
                }
            }
        }
        // Some damage gives other numbers; most of it cannot be read.
        #expect(refused > 0)
    }
}

/// A generator that gives the same numbers each time (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
