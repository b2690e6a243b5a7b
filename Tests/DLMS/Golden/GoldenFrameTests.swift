import Testing
import Wire

@testable import DLMS

@Suite("Frames of GOST R 58940-2020")
struct GoldenFrameTests {
    @Test("decode and encode to the byte")
    func roundTrip() throws {
        let frames = try GoldenFrame.all()
        #expect(frames.count == 24)
        for golden in frames {
            let frame = try HDLCFrame(decoding: golden.bytes[...])
            #expect(frame.encoded() == golden.bytes, "\(golden.testDescription)")
        }
    }

    @Test("carry messages that decode and encode to the byte")
    func messagesRoundTrip() throws {
        var messages = 0
        for golden in try GoldenFrame.all() {
            let frame = try HDLCFrame(decoding: golden.bytes[...])
            guard !frame.information.isEmpty else { continue }
            let isRequest = frame.information.starts(with: [0xE6, 0xE6, 0x00])
            #expect(isRequest || frame.information.starts(with: [0xE6, 0xE7, 0x00]))
            let message = Array(frame.information.dropFirst(3))
            #expect(try Self.reencoded(message, isRequest: isRequest) == message, "\(golden.name)")
            messages += 1
        }
        #expect(messages == 17)
    }

    @Test("are refused when they break off")
    func truncations() throws {
        for golden in try GoldenFrame.all() {
            for length in golden.bytes.indices {
                #expect(throws: HDLCFrameError.self, "\(golden.name), first \(length)") {
                    try HDLCFrame(decoding: golden.bytes.prefix(length))
                }
            }
        }
    }

    @Test("are refused when any one bit is flipped, and found again behind the damage")
    func bitFlips() throws {
        for golden in try GoldenFrame.all() {
            let frame = try HDLCFrame(decoding: golden.bytes[...])
            for bit in 0..<golden.bytes.count * 8 {
                var bytes = golden.bytes
                bytes[bit / 8] ^= 1 << (bit % 8)
                #expect(throws: HDLCFrameError.self, "\(golden.name), bit \(bit)") {
                    try HDLCFrame(decoding: bytes[...])
                }
                var extractor = HDLCFrameExtractor()
                extractor.append(bytes + golden.bytes)
                var found: [HDLCFrame] = []
                while let item = extractor.next() {
                    if case .frame(let frame) = item { found.append(frame) }
                }
                #expect(found == [frame], "\(golden.name), bit \(bit)")
            }
        }
    }

    @Test("name the addresses that the standard names")
    func addresses() throws {
        let frames = try GoldenFrame.all()
        let first = try #require(frames.first)
        let frame = try HDLCFrame(decoding: first.bytes[...])
        #expect(frame.destination.description == "1/16")
        #expect(frame.source.description == "16")
    }

    /// Decodes a message and encodes it again.
    static func reencoded(_ message: [UInt8], isRequest: Bool) throws -> [UInt8] {
        var writer = ByteWriter()
        if isRequest {
            switch try ClientMessage(decoding: message) {
            case .associationRequest(let request): return request.encoded().bytes
            case .release(let release): return release.encoded
            case .get(let request): request.encode(into: &writer)
            case .set(let request): request.encode(into: &writer)
            case .action(let request): request.encode(into: &writer)
            case .other(let tag): Issue.record("unknown message \(tag)")
            }
        } else {
            switch try ServerMessage(decoding: message) {
            case .associationResponse(let response): return response.encoded().bytes
            case .release(let release): return release.encoded
            case .get(let response): response.encode(into: &writer)
            case .set(let response): response.encode(into: &writer)
            case .action(let response): response.encode(into: &writer)
            case .exception(let response): response.encode(into: &writer)
            case .serviceError(let error): error.encode(into: &writer)
            case .other(let tag): Issue.record("unknown message \(tag)")
            }
        }
        return writer.bytes
    }
}
