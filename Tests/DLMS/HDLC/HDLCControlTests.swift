import Testing

@testable import DLMS

@Suite("HDLC control field")
struct HDLCControlTests {
    @Test("decodes each byte to what encodes to that byte")
    func roundTripsEveryByte() {
        var known = 0
        for byte in UInt8.min...UInt8.max {
            guard let control = HDLCControl(rawValue: byte) else { continue }
            known += 1
            #expect(control.rawValue == byte)
        }
        // 128 information frames, 3 x 16 supervisory ones, 6 unnumbered ones with and without P/F.
        #expect(known == 128 + 48 + 12)
    }

    @Test("names the frames of the standard's examples")
    func namesFrames() {
        #expect(HDLCControl(rawValue: 0x93) == .setNormalResponseMode)
        #expect(HDLCControl(rawValue: 0x73) == .acknowledge)
        #expect(HDLCControl(rawValue: 0x53) == .disconnect)
        #expect(HDLCControl(rawValue: 0x1F) == .disconnectedMode)
        #expect(
            HDLCControl(rawValue: 0x54) == .information(send: 2, receive: 2, final: true))
        #expect(HDLCControl(rawValue: 0x31) == .receiveReady(receive: 1, final: true))
        #expect(HDLCControl(rawValue: 0x35) == .receiveNotReady(receive: 1, final: true))
        #expect(HDLCControl(rawValue: 0x39) == .reject(receive: 1, final: true))
    }
}
