import Testing
import Wire

@testable import DLMS

@Suite("Wrapper")
struct WrapperTests {
    private let frame = WrapperFrame(from: 0x30, to: 1, [1, 2, 3])

    @Test("has the header of the standard")
    func header() throws {
        // IEC 62056-47, 7.2: version, source, destination, length.
        #expect(try frame.encoded().hex == "0001003000010003010203")
        #expect(try WrapperFrame(decoding: frame.encoded()) == frame)
        let empty = WrapperFrame(from: 0xFFFF, to: 0, [])
        #expect(try WrapperFrame(decoding: empty.encoded()) == empty)
    }

    @Test("refuses every truncation, other versions and bytes after the message")
    func refusesDamage() throws {
        let bytes = try frame.encoded()
        for length in bytes.indices {
            #expect(throws: WireError.self) {
                try WrapperFrame(decoding: Array(bytes.prefix(length)))
            }
        }
        #expect(throws: WireError.self) { try WrapperFrame(decoding: bytes + [0]) }
        #expect(throws: WireError.self) {
            try WrapperFrame(decoding: Hex.bytes("0002003000010000"))
        }
    }

    @Test("refuses to send more than its length can say")
    func refusesLongMessages() {
        let long = WrapperFrame(from: 1, to: 1, Array(repeating: 0, count: 0x10000))
        #expect(throws: WireError.self) { try long.encoded() }
    }

    @Test("finds frames however the stream is cut")
    func findsFramesInPieces() throws {
        let stream = try frame.encoded() + WrapperFrame(from: 2, to: 1, []).encoded()
        for size in 1...stream.count {
            var extractor = WrapperFrameExtractor()
            var found: [WrapperFrame] = []
            for start in stride(from: 0, to: stream.count, by: size) {
                extractor.append(stream[start..<min(stream.count, start + size)])
                while let item = extractor.next() {
                    guard case .frame(let frame) = item else {
                        Issue.record("\(item)")
                        continue
                    }
                    found.append(frame)
                }
            }
            #expect(found == [frame, WrapperFrame(from: 2, to: 1, [])])
            #expect(!extractor.isWithinFrame)
        }
    }

    @Test("passes over noise and over messages that are too long")
    func passesOverNoise() throws {
        var extractor = WrapperFrameExtractor(limit: 10)
        extractor.append([0x7E, 0xA0] + (try frame.encoded()))
        #expect(extractor.next() == .noise(2))
        #expect(extractor.next() == .frame(frame))
        extractor.append(try Hex.bytes("000100300001FFFF") + frame.encoded())
        #expect(extractor.next() == .tooLong(0xFFFF))
        #expect(extractor.next() == .frame(frame))
        #expect(extractor.next() == nil)
    }
}
