import JSON
import Testing

/// One way to reach the independent meter.
struct MeterAccess: CustomTestStringConvertible {
    enum Link: String {
        case oneByte = "HDLC, 1-byte address"
        case twoBytes = "HDLC, 2-byte address"
        case fourBytes = "HDLC, 4-byte address"
        case wrapper = "wrapper"
    }

    var link: Link
    var client: Int
    var information = 1024
    var messageSize = 100

    var testDescription: String {
        "\(link.rawValue), client \(client), information field \(information), PDU \(messageSize)"
    }

    /// What the meter is started with.
    var meterArguments: [String] {
        let common = ["--max-pdu", String(messageSize), "--max-info", String(information)]
        switch link {
        case .oneByte: return common
        case .twoBytes: return common + ["--physical", "17", "--address-bytes", "2"]
        case .fourBytes: return common + ["--physical", "5694"]
        case .wrapper: return common + ["--wrapper"]
        }
    }

    /// What the host is told.
    var settings: [String: String] {
        var settings: [String: String] = [
            "DLMS_AUTHENTICATION": client == 48 ? "High" : "Low",
            "DLMS_PASSWORD": client == 48 ? "1234567812345678" : "12345678",
            "DLMS_CLIENT_ADDRESS": String(client),
            "DLMS_MAX_INFO_FIELD_LENGTH_TRANSMIT": String(information),
            "DLMS_MAX_INFO_FIELD_LENGTH_RECEIVE": String(information),
        ]
        switch link {
        case .oneByte:
            settings["DLMS_PHYSICAL_ADDRESS_RULE"] = "none"
        case .twoBytes:
            settings["DLMS_SERVER_ADDRESS_LENGTH"] = "2"
            settings["DLMS_PHYSICAL_SERVER"] = "17"
        case .fourBytes:
            settings["DLMS_PHYSICAL_SERVER"] = "5694"
        case .wrapper:
            settings["DLMS_TRANSPORT"] = "wrapper"
        }
        return settings
    }

    static let all: [MeterAccess] = [48, 32].flatMap { client in
        [Link.oneByte, .fourBytes].flatMap { link in
            [128, 1024].map { MeterAccess(link: link, client: client, information: $0) }
        } + [
            MeterAccess(link: .twoBytes, client: client, information: 128, messageSize: 1024),
            MeterAccess(link: .fourBytes, client: client, messageSize: 1024),
            MeterAccess(link: .wrapper, client: client),
            MeterAccess(link: .wrapper, client: client, messageSize: 1024),
        ]
    }
}

/// The driver against a meter by another author: what is stored is what that meter holds.
@Suite struct SpodesMeterTests {
    static let everything: JSONValue = [
        ["archive": "CURRENT"], ["archive": "END_OF_DAY", "depth": 60],
        ["state": "TIME"], ["state": "INFORMATION"],
    ]

    @Test(arguments: MeterAccess.all)
    func storesEveryValueThatTheMeterHolds(_ access: MeterAccess) throws {
        try compare(meter: access.meterArguments, settings: access.settings)
    }

    @Test func usesTheScalesOfTheDayProfileWhereItHasThem() throws {
        let access = MeterAccess(link: .oneByte, client: 32)
        try compare(meter: access.meterArguments + ["--day-scales"], settings: access.settings)
    }

    @Test func asksForDamagedFramesAgain() throws {
        let access = MeterAccess(link: .oneByte, client: 48, information: 128)
        let settings = access.settings.merging(["DLMS_WAIT_TIME": "200ms"]) { $1 }
        try compare(meter: access.meterArguments + ["--fault", "bad-fcs:7"], settings: settings)
    }

    /// Reads all that the meter has, and compares each value with the meter's own truth.
    private func compare(meter arguments: [String], settings: [String: String]) throws {
        let scratch = try Scratch()
        let meter = try SpodesMeter(arguments + ["--clock-ahead", "437"], in: scratch)
        let host = try HostUnderTest(in: scratch)
        var line = Configuration.Line(port: meter.port)
        line.protocol = settings
        line.type = "DT_CE207"
        try host.importing(Configuration([line]))

        let run = try host.read([Configuration.device(0)], Self.everything)
        let journal = try host.journal(of: run)
        // Tariffs 5 to 8 do not exist in this meter: not everything that was asked for is there.
        #expect(run.result == "partial" || run.result == "success", "\(journal)")

        let readings = try host.measurements()
        try expectEnergies(readings, meter.truth)
        try expectDays(readings, meter.truth)
        try expectStates(
            try host.list("/api/v1/states?device=\(Configuration.device(0))"), meter.truth)
    }

    private func expectEnergies(_ readings: [Reading], _ truth: JSONValue) throws {
        let current = readings.filter { $0.key.archive == "CURRENT" }
        let expected = try #require(truth["energies"]?.array)
        for energy in expected {
            let found = current.filter {
                $0.key.quantity == energy["quantity"]?.string && $0.key.tag == energy["tag"]?.string
            }
            #expect(found.count == 1, "\(energy.text(pretty: false))")
            let value = found.first.flatMap(Quantity.init)
            #expect(value == Quantity(energy["value"]?.string, energy["unit"]?.string))
        }
        #expect(current.count == expected.count, "nothing beside what the meter holds")
    }

    private func expectDays(_ readings: [Reading], _ truth: JSONValue) throws {
        let daily = readings.filter { $0.key.archive == "END_OF_DAY" }
        var found: [String: Reading] = [:]
        for reading in daily {
            let moment = try Moment(reading.key.time)
            let key = "\(moment.seconds) \(reading.key.quantity)/\(reading.key.tag)"
            #expect(found.updateValue(reading, forKey: key) == nil, "twice: \(key)")
        }
        var count = 0
        for day in try #require(truth["days"]?.array) {
            let moment = try Moment(day["time"]?.string ?? "")
            for (name, value) in try #require(day["values"]?.object) {
                let reading = found["\(moment.seconds) \(name)"]
                guard !value.isNull else {
                    #expect(
                        reading?.value == nil, "the meter has none: \(name) \(day["time"] ?? nil)")
                    continue
                }
                count += 1
                let quantity = name.split(separator: "/").first.map(String.init) ?? ""
                let unit = truth["dayUnits"]?[quantity]?.string
                #expect(reading.flatMap(Quantity.init) == Quantity(value.string, unit), "\(name)")
            }
        }
        #expect(daily.filter { $0.value != nil }.count == count, "no day that the meter has not")
    }

    private func expectStates(_ states: [JSONValue], _ truth: JSONValue) throws {
        func text(_ type: String) -> String? {
            states.first { $0["type"]?.string == type }?["value"]?.string
        }
        #expect(text("SERIAL_NUMBER") == truth["serialNumber"]?.string)
        #expect(text("DEVICE_MODEL") == truth["deviceType"]?.string)
        let firmware = states.filter { $0["type"]?.string?.hasPrefix("FIRMWARE") == true }
            .map { $0["value"]?.text(pretty: false) ?? "" }.joined()
        #expect(firmware.contains(truth["firmware"]?.string ?? "?"))
        #expect(firmware.contains(truth["firmwareMetrological"]?.string ?? "?"))

        let clock = try #require(states.first { $0["archive"]?.string == "TIME" })
        let shown = try Moment(
            try #require(clock["value"]?.string ?? clock["value"]?["time"]?.string))
        let ahead = shown.seconds - Moment.now.seconds
        #expect((377...437).contains(ahead), "the meter's clock is 437 s ahead, shown \(ahead) s")
        #expect(shown.offsetMinutes == truth["offsetMinutes"]?.int)
    }
}
