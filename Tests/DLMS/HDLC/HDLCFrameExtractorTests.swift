import Testing
import Wire

@testable import DLMS

@Suite("HDLC frame extractor")
struct HDLCFrameExtractorTests {
    private let client = HDLCAddress(single: 48)
    private let server = HDLCAddress(upper: 1, lower: 5694, length: .four)

    private func frame(_ information: [UInt8]) throws -> HDLCFrame {
        HDLCFrame(
            from: try #require(server), to: try #require(client),
            .information(send: 0, receive: 1, final: true), information: information)
    }

    private func frames(_ items: [HDLCFrameExtractor.Item]) -> [HDLCFrame] {
        items.compactMap { if case .frame(let frame) = $0 { frame } else { nil } }
    }

    private func items(_ extractor: inout HDLCFrameExtractor) -> [HDLCFrameExtractor.Item] {
        var items: [HDLCFrameExtractor.Item] = []
        while let item = extractor.next() { items.append(item) }
        return items
    }

    @Test("finds frames however the stream is cut")
    func findsFramesInPieces() throws {
        let sent = [try frame([1, 2, 3]), try frame(Array(repeating: 0x7E, count: 300))]
        let stream = sent[0].encoded() + sent[1].encoded()
        for size in 1...40 {
            var extractor = HDLCFrameExtractor()
            var found: [HDLCFrame] = []
            var start = 0
            while start < stream.count {
                let end = min(stream.count, start + size)
                extractor.append(stream[start..<end])
                found += frames(items(&extractor))
                start = end
            }
            #expect(found == sent, "pieces of \(size)")
            #expect(!extractor.isWithinFrame)
        }
    }

    @Test("finds frames that share a flag, and frames with flags between them")
    func findsFramesBetweenFlags() throws {
        let one = try frame([1])
        let bytes = one.encoded()
        var extractor = HDLCFrameExtractor()
        extractor.append(bytes + bytes.dropFirst() + [0x7E, 0x7E, 0x7E] + bytes)
        #expect(items(&extractor) == [.frame(one), .frame(one), .frame(one)])
    }

    @Test("passes over noise and says how much it was")
    func passesOverNoise() throws {
        let one = try frame([1, 2])
        var extractor = HDLCFrameExtractor()
        extractor.append([0x00, 0xFF, 0x55] + one.encoded() + [0x41, 0x42] + one.encoded())
        let found = items(&extractor)
        #expect(found.first == .noise(3))
        #expect(frames(found) == [one, one])
    }

    @Test("finds the next frame after a damaged one")
    func recoversFromDamage() throws {
        let one = try frame(Array(0..<60))
        let good = one.encoded()
        for index in 1..<(good.count - 1) {
            var bad = good
            bad[index] ^= 0x10
            var extractor = HDLCFrameExtractor()
            extractor.append(bad + good)
            let found = items(&extractor)
            #expect(frames(found) == [one], "byte \(index)")
            #expect(
                found.contains { if case .damaged = $0 { true } else { false } }
                    || found.contains { if case .noise = $0 { true } else { false } })
        }
    }

    @Test("does not wait for a length that the header check sequence denies")
    func doesNotTrustADamagedLength() throws {
        let one = try frame(Array(0..<60))
        var bad = one.encoded()
        bad[1] |= 0x07
        var extractor = HDLCFrameExtractor()
        extractor.append(bad)
        #expect(items(&extractor).contains(.damaged(.headerChecksum)))
    }

    @Test("gives up an unfinished frame when asked to")
    func abandonsAFrame() throws {
        let one = try frame(Array(0..<60))
        let bytes = one.encoded()
        var extractor = HDLCFrameExtractor()
        extractor.append(bytes.prefix(40))
        #expect(items(&extractor).isEmpty)
        #expect(extractor.isWithinFrame)
        extractor.abandonFrame()
        extractor.append(bytes)
        #expect(frames(items(&extractor)) == [one])
    }

    @Test("keeps no more than one frame of a stream without end")
    func staysSmall() throws {
        var extractor = HDLCFrameExtractor()
        var random = SplitMix64(seed: 7)
        for _ in 0..<200 {
            extractor.append((0..<500).map { _ in UInt8.random(in: 0...255, using: &random) })
            while extractor.next() != nil {}
            #expect(extractor.pendingCount <= HDLCFrame.longest + 2)
        }
    }
}
