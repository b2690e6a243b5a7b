import Testing
import Wire

@testable import DLMS

/// Feeds every decoder with damaged messages: whatever comes, it must answer with a value or an
/// error.
@Suite("Decoders on damaged input")
struct MutationTests {
    private func mutated(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
        Mutation.mutated(bytes, &random)
    }

    private func messages() throws -> [[UInt8]] {
        try GoldenFrame.all().compactMap {
            let information = try HDLCFrame(decoding: $0.bytes[...]).information
            return information.isEmpty ? nil : Array(information.dropFirst(3))
        }
    }

    @Test("messages never trap", arguments: 0..<4)
    func messagesNeverTrap(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let samples =
            try messages() + [
                // A profile of two rows, a compact array, a list, a challenge.
                Hex.bytes(
                    "C401C1000102020309 0C07EA0102FF000000FF800000 0600000001 00"
                        + "0203000600000002 0F01"),
                Hex.bytes("C401C100 13 02 02 06 11 0A 00000001 02 00000003 04"),
                Hex.bytes("C403C1020011010104"),
                Hex.bytes(
                    "614AA109060760857405080101A203020100A305A10302010E88020780"
                        + "890760857405080202AA128010324F7A71BA73327BE52F5DA0891D1B0E"
                        + "BE10040E0800065F1F0400401E5D04000007"),
            ]
        for _ in 0..<15_000 {
            let bytes = mutated(samples.randomElement(using: &random) ?? [], &random)
            _ = try? ServerMessage(decoding: bytes)
            _ = try? ClientMessage(decoding: bytes)
            if case .get(let response) = try? ServerMessage(decoding: bytes),
                case .normal(.data(let data)) = response.kind
            {
                _ = data.elements
                _ = data.integer
                _ = data.dateTime
            }
        }
    }

    @Test("initiate messages never trap")
    func initiateNeverTraps() throws {
        var random = SplitMix64(seed: 11)
        let samples = [
            try Hex.bytes("01000000065F1F040000101CFFFF"),
            try Hex.bytes("0800065F1F040000101C04000007"),
        ]
        for _ in 0..<10_000 {
            let bytes = mutated(samples.randomElement(using: &random) ?? [], &random)
            var reader = ByteReader(bytes)
            _ = try? InitiateRequest(decoding: &reader)
            reader = ByteReader(bytes)
            _ = try? InitiateResponse(decoding: &reader)
            _ = try? HDLCParameters(decoding: bytes)
        }
    }

    @Test("streams never trap, and good frames after the damage are found")
    func streamsNeverTrap() throws {
        var random = SplitMix64(seed: 5)
        let frames = try GoldenFrame.all()
        let wrapped = try WrapperFrame(from: 48, to: 1, Array(0..<40)).encoded()
        for round in 0..<15_000 {
            let sample = frames[round % frames.count].bytes
            var extractor = HDLCFrameExtractor()
            extractor.append(mutated(sample, &random))
            while extractor.next() != nil {}
            // The first ones may be swallowed by a length that damage made plausible.
            extractor.append(sample + sample + sample)
            var found = 0
            while let item = extractor.next() {
                if case .frame = item { found += 1 }
            }
            #expect(found > 0)

            var wrapper = WrapperFrameExtractor(limit: 1024)
            wrapper.append(mutated(wrapped, &random))
            while wrapper.next() != nil {}
        }
    }

    @Test("both ends of a link never trap")
    func linksNeverTrap() throws {
        var random = SplitMix64(seed: 3)
        let client = try #require(HDLCAddress(single: 32))
        let server = try #require(HDLCAddress(single: 1))
        var link = HDLCClientLink(client: client, server: server, proposed: .standard)
        var meter = HDLCServerLink(proposed: .standard)
        for _ in 0..<15_000 {
            switch Int.random(in: 0..<8, using: &random) {
            case 0: _ = link.connect()
            case 1:
                _ = link.request(
                    Array(repeating: 1, count: Int.random(in: 0...600, using: &random)))
            case 2: _ = link.disconnect()
            case 3: _ = link.repeated(attempt: Int.random(in: 1...3, using: &random))
            case 4: _ = link.poll()
            case 5:
                _ = meter.answer(
                    Array(repeating: 2, count: Int.random(in: 0...600, using: &random)))
            default:
                guard let control = HDLCControl(rawValue: UInt8.random(in: 0...255, using: &random))
                else { continue }
                let information = (0..<Int.random(in: 0...20, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
                let isSegmented = Bool.random(using: &random)
                _ = link.receive(
                    HDLCFrame(
                        from: server, to: client, control, isSegmented: isSegmented,
                        information: information))
                _ = meter.receive(
                    HDLCFrame(
                        from: client, to: server, control, isSegmented: isSegmented,
                        information: information))
            }
        }
    }
}
