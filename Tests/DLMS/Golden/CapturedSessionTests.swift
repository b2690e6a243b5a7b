import JSON
import Testing
import Wire

@testable import DLMS

@Suite("A session captured between two other implementations")
struct CapturedSessionTests {
    private func frames() throws -> [(isClient: Bool, frame: HDLCFrame, bytes: [UInt8])] {
        let session = try GoldenFile.json("captured-session")
        return try #require(session["frames"]?.array).map {
            let bytes = try $0.hex("hex")
            return ($0["direction"]?.string == "client", try HDLCFrame(decoding: bytes[...]), bytes)
        }
    }

    @Test("decodes and encodes to the byte")
    func roundTrips() throws {
        var messages = 0
        for (isClient, frame, bytes) in try frames() {
            #expect(frame.encoded() == bytes)
            let prefix: [UInt8] = isClient ? [0xE6, 0xE6, 0x00] : [0xE6, 0xE7, 0x00]
            // One frame is the last segment of a longer answer, so it has no such prefix.
            guard frame.information.starts(with: prefix) else { continue }
            let message = Array(frame.information.dropFirst(3))
            #expect(try GoldenFrameTests.reencoded(message, isRequest: isClient) == message)
            messages += 1
        }
        #expect(messages == 8)
    }

    @Test("begins with the very frames that our end of the link sends")
    func replays() throws {
        var link = HDLCClientLink(
            client: try #require(HDLCAddress(single: 48)),
            server: try #require(HDLCAddress(single: 1)), proposed: .standard)
        for (isClient, frame, bytes) in try frames().prefix(6) {
            guard isClient else {
                switch link.receive(frame) {
                case .connected: #expect(link.agreed == .standard)
                case .delivered(let message): #expect(message == frame.information)
                case let step: Issue.record("\(step)")
                }
                continue
            }
            if frame.control == .setNormalResponseMode {
                #expect(link.connect() == bytes)
            } else {
                #expect(link.request(frame.information) == bytes)
            }
        }
        let goodbye = try frames().suffix(2)
        #expect(link.disconnect() == goodbye.first?.bytes)
        #expect(goodbye.last.map { link.receive($0.frame) } == .disconnected)
    }

    @Test("has a register of 1334567 Wh")
    func values() throws {
        let answers = try frames().filter { !$0.isClient }.suffix(3).prefix(2).map {
            try ServerMessage(decoding: Array($0.frame.information.dropFirst(3)))
        }
        let invoke = InvokeID(number: 1)
        let scaler = ScalerUnit(scaler: 0, unit: .wattHour)
        #expect(
            answers == [
                .get(GetResponse(invoke, .normal(.data(scaler.data)))),
                .get(GetResponse(invoke, .normal(.data(.doubleLongUnsigned(1_334_567))))),
            ])
    }
}
