import DriverKit
import JSON
import Testing
import Values

@testable import DLMS

@Suite("Settings")
struct SettingsTests {
    private func settings(
        _ json: JSONObject, channel: String = "CHAN_TYPE_TCP", address: String = "",
        serial: String = "000000000013065"
    ) throws -> DLMSSettings {
        var json = json
        if json["DLMS_PASSWORD"] == nil { json["DLMS_PASSWORD"] = "0000000011111111" }
        return try DLMSSettings(
            Settings(json), channelType: channel, lineAddress: address, serialNumber: serial)
    }

    @Test("of the import example are read, texts and all")
    func importExample() throws {
        // The head-end's manual, appendix 1.
        let settings = try settings([
            "DLMS_AUTHENTICATION": "High", "DLMS_PASSWORD": "0000000011111111",
            "DLMS_CLIENT_ADDRESS": "48", "DLMS_LOGICAL_SERVER": "1",
            "DLMS_PHYSICAL_SERVER": "13065", "DLMS_RESEND_COUNT": "3",
            "DLMS_WAIT_TIME": "00:00:05",
        ])
        #expect(settings.authentication == .high)
        #expect(settings.secretBytes == Array("0000000011111111".utf8))
        #expect(settings.client == 48)
        #expect(settings.server == HDLCAddress(upper: 1, lower: 13065, length: .four))
        #expect(settings.resendCount == 3)
        #expect(settings.waitTime == .seconds(5))
    }

    @Test(
        "have the defaults of the manual's table 3",
        arguments: [
            ("CHAN_TYPE_TCP", HDLCAddress(upper: 1, lower: 13065, length: .four), 5, 256),
            ("CHAN_TYPE_CENC", HDLCAddress(single: 1), 30, 256),
            ("CHAN_TYPE_RS232", HDLCAddress(upper: 1, lower: 16, length: .two), 5, 1024),
        ])
    func defaults(channel: String, server: HDLCAddress?, seconds: Int, size: Int) throws {
        let settings = try settings([:], channel: channel)
        #expect(settings.server == server)
        #expect(settings.waitTime == .seconds(seconds))
        #expect(settings.parameters.transmitInformation == size)
        #expect(settings.parameters.receiveInformation == size)
        #expect(settings.client == 48)
        #expect(settings.resendCount == 3)
        #expect(settings.transport == .hdlc)
    }

    @Test("let the client follow the level")
    func clients() throws {
        #expect(try settings(["DLMS_AUTHENTICATION": "Low"]).client == 32)
        #expect(try settings(["DLMS_AUTHENTICATION": "None"]).client == 16)
        #expect(
            try settings(["DLMS_AUTHENTICATION": "Low", "DLMS_CLIENT_ADDRESS": 48]).client == 48)
    }

    @Test("let the commline's address replace the physical server")
    func lineAddress() throws {
        let settings = try settings(["DLMS_PHYSICAL_SERVER": "13065"], address: "16")
        #expect(settings.server == HDLCAddress(upper: 1, lower: 16, length: .two))
    }

    @Test(
        "make addresses of serial numbers",
        arguments: [
            (ServerAddressRule.automatic, "000000000013065", 13065),
            (.automatic, "000000000002214", 2214),
            // The last five digits make no address of 14 bits.
            (.automatic, "012980191516863", 6863),
            (.lastFour, "012980191506863", 6863),
            (.lastFourPlus16, "0123450001", 17),
            (.lastFive, "0129800123", 123),
            (.lastFive, "012980191516863", nil),
            (.automatic, "no digits", nil),
        ] as [(ServerAddressRule, String, Int?)])
    func addresses(rule: ServerAddressRule, serial: String, address: Int?) {
        #expect(rule.address(ofSerialNumber: serial) == address)
    }

    @Test(
        "fit addresses to their length",
        arguments: [
            (1, 16, 0, HDLCAddress(upper: 1, lower: 16, length: .two)),
            (1, 16, 2, HDLCAddress(upper: 1, lower: 16, length: .two)),
            (1, 16, 4, HDLCAddress(upper: 1, lower: 16, length: .four)),
            (1, 6867, 0, HDLCAddress(upper: 1, lower: 6867, length: .four)),
            (1, 6867, 2, nil), (1, 6867, 1, nil), (1, 6867, 3, nil),
            (0, 1, 0, HDLCAddress(single: 1)), (0, 1, 1, HDLCAddress(single: 1)),
            (0, 1, 2, HDLCAddress(upper: 0, lower: 1, length: .two)),
            (0, 6867, 0, HDLCAddress(upper: 0, lower: 6867, length: .four)),
            (1, nil, 0, HDLCAddress(single: 1)), (1, nil, 4, nil), (200, nil, 0, nil),
            (1, 0x4000, 0, nil), (-1, 1, 0, nil),
        ] as [(Int, Int?, Int, HDLCAddress?)])
    func lengths(logical: Int, physical: Int?, length: Int, address: HDLCAddress?) {
        #expect(
            HDLCAddress(logical: logical, physical: physical, length: length) == address)
    }

    @Test("take the key as characters or as hexadecimal digits")
    func keys() throws {
        let hex = try settings(["DLMS_PASSWORD": "31323334353637383132333435363738"])
        #expect(hex.secretBytes == Array("1234567812345678".utf8))
        #expect(throws: SettingsError.self) { try settings(["DLMS_PASSWORD": "123456781234567"]) }
        let low = try settings(["DLMS_AUTHENTICATION": "Low", "DLMS_PASSWORD": 12_345_678])
        #expect(low.secretBytes == Array("12345678".utf8))
    }

    @Test("are known by name, all of them")
    func names() throws {
        let manifest = try Manifest.json()
        let properties = try #require(
            manifest["protocols"]?[0]?["settings"]?["properties"]?.object)
        #expect(Set(properties.keys) == DLMSSettings.Name.all)
    }
}
