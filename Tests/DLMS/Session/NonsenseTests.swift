import DriverKit
import JSON
import Testing
import Values

@testable import DLMS

/// Nonsense inside of frames whose checksums are right: nothing below the application notices it.
@Suite("Nonsense in good frames")
struct NonsenseTests {
    /// Damages the message in a frame and makes the checksums right again.
    private static func damaged(_ bytes: [UInt8], _ random: inout Dice) -> [UInt8] {
        guard var frame = try? HDLCFrame(decoding: bytes[...]), frame.information.count > 3 else {
            return bytes
        }
        let message = Mutation.mutated(Array(frame.information.dropFirst(3)), &random)
        frame.information = Array((frame.information.prefix(3) + message).prefix(2030))
        return frame.encoded()
    }

    @Test("never traps the driver, and it comes to an end", arguments: [60, 400])
    func driver(perMille: Int) throws {
        let line = Line { passage, dice in
            guard passage.direction == .toDriver, passage.index > 2, dice.happens(perMille) else {
                return [passage.bytes]
            }
            return [Self.damaged(passage.bytes, &dice)]
        }
        for seed in 0..<25 {
            var meeting = Meeting(Meeting.everything)
            meeting.settings["DLMS_MAX_INFO_FIELD_LENGTH_RECEIVE"] = 1024
            meeting.options = ["lists": .bool(seed % 2 == 0), "scaleProfile": .bool(seed % 3 == 0)]
            let rehearsal = try Rehearsal(
                of: RehearsedPlugin.of(DLMSPlugin.plugin), request: meeting.request,
                simulation: meeting.simulation, line: line, seed: UInt64(seed),
                clock: VirtualClock(now: Meeting.now))
            #expect(rehearsal.run() == .finished)
            #expect(rehearsal.violations == [])
            #expect(rehearsal.driver.finish != nil)
        }
    }

    @Test("never traps the simulated meter")
    func meter() throws {
        var random = SplitMix64(seed: 19)
        let map = try #require(ProtocolMap.all.first)
        let meter = SimulatedMeter(
            map: map, serialNumber: Meeting.serial, options: MeterOptions(),
            zone: DeviceClock(spans: [.init(from: 0, offsetMinutes: 180)]))
        var application = MeterApplication(meter: meter)
        let messages = try GoldenFrame.all().compactMap { golden -> [UInt8]? in
            let information = try HDLCFrame(decoding: golden.bytes[...]).information
            return information.starts(with: [0xE6, 0xE6]) ? Array(information.dropFirst(3)) : nil
        }
        let login = AssociationRequest(
            mechanism: .low, authentication: Array("12345678".utf8),
            initiate: InitiateRequest(
                conformance: AssociationHandshake.proposal, maximumReceive: 0xFFFF)
        ).encoded().bytes
        for round in 0..<6000 {
            let isLogin = round % 50 == 0
            let sample = isLogin ? login : messages.randomElement(using: &random) ?? []
            let message = isLogin ? sample : Mutation.mutated(sample, &random)
            _ = application.answer(
                message, from: 32, at: Meeting.now.wallMilliseconds,
                random: { Array(repeating: 1, count: $0) })
        }
    }
}
