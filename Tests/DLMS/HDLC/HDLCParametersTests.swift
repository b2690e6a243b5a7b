import Testing
import Wire

@testable import DLMS

@Suite("HDLC link parameters")
struct HDLCParametersTests {
    @Test(
        "are read in every width that meters write",
        arguments: [
            // GOST R 58940-2020, 12.1; a public emulator of a meter; IEC 62056-46.
            ("818012050180060180070400000001080400000001", 128, 128),
            ("81801405020080060200800704000000010804000000 01", 128, 128),
            ("8180140502020006020400070400000001080400000001", 512, 1024),
            ("81800C0501800601800701010801 01", 128, 128),
            ("81801805040000020006040000010007040000000108040000 0001", 512, 256),
            ("818003050140", 64, 128),
            ("", 128, 128),
            ("818000", 128, 128),
        ])
    func areRead(hex: String, transmit: Int, receive: Int) throws {
        let parameters = try HDLCParameters(decoding: try Hex.bytes(hex))
        #expect(parameters.transmitInformation == transmit)
        #expect(parameters.receiveInformation == receive)
        #expect(parameters.transmitWindow == 1)
        #expect(parameters.receiveWindow == 1)
    }

    @Test("are written as the standard's example")
    func areWritten() throws {
        #expect(
            HDLCParameters.standard.encoded().hex == "818012050180060180070400000001080400000001")
        let large = HDLCParameters(transmitInformation: 256, receiveInformation: 2030)
        #expect(
            large.encoded().hex
                == "818014050201000602 07EE070400000001080400000001".filter { $0 != " " })
        #expect(try HDLCParameters(decoding: large.encoded()) == large)
    }

    @Test("agree on the smaller value of each direction")
    func agree() {
        let client = HDLCParameters(transmitInformation: 256, receiveInformation: 1024)
        let server = HDLCParameters(transmitInformation: 512, receiveInformation: 128)
        let agreed = client.agreed(with: server)
        #expect(agreed.transmitInformation == 128)
        #expect(agreed.receiveInformation == 512)
    }

    @Test("above 2030 are taken as 2030")
    func areLimited() throws {
        let parameters = try HDLCParameters(decoding: try Hex.bytes("8180040502FFFF"))
        #expect(parameters.transmitInformation == 2030)
    }

    @Test(
        "that no link can have are refused",
        arguments: [
            "80", "818001", "81810401", "818003050110", "818003070100", "818003070108",
            "818003050380", "8180020501", "8180050503000080",
        ])
    func refuseNonsense(hex: String) throws {
        let bytes = try Hex.bytes(hex)
        #expect(throws: HDLCParametersError.self) { try HDLCParameters(decoding: bytes) }
    }
}
