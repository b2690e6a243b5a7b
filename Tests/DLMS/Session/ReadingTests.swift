import DriverKit
import JSON
import Testing
import Values

@testable import DLMS

@Suite("Reading a simulated meter")
struct ReadingTests {
    private static let groups: [String: UInt8] = ["A+": 1, "A-": 2, "R+": 3, "R-": 4]

    /// What the meter holds, in the host's unit.
    private func expected(
        _ quantity: String, _ tag: String, at utc: Int64, tariffs: Int = 4
    ) throws -> Value {
        let energy = SimulatedEnergy(serialNumber: Meeting.serial, tariffs: tariffs)
        let group = try #require(Self.groups[quantity])
        let tariff = tag == "TOTAL" ? 0 : try #require(Int(tag.dropFirst()))
        let count = energy.count(group, tariff: tariff, at: utc / 1000 + 3 * 3600)
        return .decimal(Decimal(mantissa: count, exponent: -3))
    }

    private func check(_ rehearsal: Rehearsal, tariffs: Int = 4) throws {
        #expect(rehearsal.driver.finish?.code == .ok)
        let current = rehearsal.measurements("CURRENT")
        #expect(current.count == 4 * (tariffs + 1))
        // The meter counts on while it is read; the readings are those of some moment in between.
        for reading in current {
            let low = try expected(
                reading.quantity, reading.tag, at: Meeting.now.wallMilliseconds, tariffs: tariffs)
            let high = try expected(
                reading.quantity, reading.tag, at: rehearsal.clock.now.wallMilliseconds + 1000,
                tariffs: tariffs)
            guard case .decimal(let value) = reading.value, case .decimal(let low) = low,
                case .decimal(let high) = high
            else {
                Issue.record("no decimal")
                return
            }
            #expect(low <= value && value <= high)
            #expect(reading.status == .valid)
            #expect(reading.time == nil)
        }
        for day in rehearsal.measurements("END_OF_DAY") {
            let end = try #require(day.end)
            #expect(
                day.value == (try expected(day.quantity, day.tag, at: end, tariffs: tariffs)))
            #expect(day.time?.offsetMinutes == 180)
        }
    }

    @Test(
        "gives exactly what it holds, at every size of frames and messages",
        arguments: [128, 256, 1024], [100, 1024])
    func readsEverything(size: Int, pdu: Int) throws {
        var meeting = Meeting(Meeting.everything)
        meeting.settings["DLMS_MAX_INFO_FIELD_LENGTH_TRANSMIT"] = JSONValue(size)
        meeting.settings["DLMS_MAX_INFO_FIELD_LENGTH_RECEIVE"] = .string("\(size)")
        meeting.options = ["pdu": JSONValue(pdu)]
        let rehearsal = try meeting.run()
        try check(rehearsal)
        #expect((0..<10).allSatisfy { rehearsal.code(of: $0) == .ok })
        #expect(rehearsal.measurements("END_OF_DAY").count == 3 * 20)
        #expect(Set(rehearsal.measurements("END_OF_DAY").map(\.end)).count == 3)
    }

    @Test(
        "works for every type, client, transport and address",
        arguments: [
            ("DT_CE207", "High", "hdlc", 0), ("DT_CE208", "Low", "hdlc", 4),
            ("DT_CE307", "High", "wrapper", 0), ("DT_CE308", "Low", "wrapper", 0),
        ])
    func worksForEveryType(
        type: String, level: String, transport: String, length: Int
    ) throws {
        var meeting = Meeting(Meeting.everything)
        meeting.type = type
        meeting.map = ""
        meeting.settings = [
            "DLMS_AUTHENTICATION": .string(level), "DLMS_TRANSPORT": .string(transport),
            "DLMS_PASSWORD": .string(level == "High" ? "1234567812345678" : "12345678"),
            "DLMS_SERVER_ADDRESS_LENGTH": JSONValue(length),
        ]
        let rehearsal = try meeting.run()
        try check(rehearsal)
        #expect((0..<10).allSatisfy { rehearsal.code(of: $0) == .ok })
        #expect(rehearsal.states("INFORMATION")["DEVICE_MODEL"] == String(type.dropFirst(3)))
        #expect(rehearsal.states("INFORMATION")["SERIAL_NUMBER"] == Meeting.serial)
        // 12:34:56 and what the exchange took until the clock was read.
        #expect(rehearsal.states("TIME")["CLOCK"]?.hasPrefix("2026-05-28T12:34:5") == true)
        #expect(rehearsal.states("TIME")["CLOCK"]?.hasSuffix("+03:00") == true)
    }

    @Test(
        "reaches the meter over each kind of channel",
        arguments: [
            ("CHAN_TYPE_TCP", ""), ("CHAN_TYPE_CENC", ""), ("CHAN_TYPE_RS232", ""),
            ("CHAN_TYPE_CENC", "16"), ("CHAN_TYPE_TCP", "6863"),
        ])
    func reachesOverChannels(channel: String, address: String) throws {
        var meeting = Meeting(Meeting.state(0, "TIME"))
        meeting.channel = channel
        meeting.address = address
        let rehearsal = try meeting.run()
        #expect(rehearsal.driver.finish?.code == .ok)
        #expect(rehearsal.code(of: 0) == .ok)
    }

    @Test("serves the public client's clock without a password, and nothing else")
    func publicClient() throws {
        var meeting = Meeting(
            Meeting.state(0, "TIME"), Meeting.archive(1, "CURRENT", "A+", ["TOTAL"]))
        meeting.settings = ["DLMS_AUTHENTICATION": "None"]
        let rehearsal = try meeting.run()
        #expect(rehearsal.code(of: 0) == .ok)
        #expect(rehearsal.code(of: 1) == .accessDenied)
        #expect(rehearsal.driver.finish?.code == .ok)
    }

    @Test("keeps a reading of one object for all items that need it")
    func sharesReadings() throws {
        let one = try Meeting(Meeting.archive(0, "CURRENT", "A+", ["TOTAL"])).run()
        let two = try Meeting(
            Meeting.archive(0, "CURRENT", "A+", ["TOTAL"]),
            Meeting.archive(1, "CURRENT", "A+", ["TOTAL"])
        ).run()
        #expect(one.exchanges == two.exchanges)
        #expect(two.measurements("CURRENT").count == 2)
    }

    @Test("says which named tariffs a meter lacks, and gives the others")
    func lacksTariffs() throws {
        let rehearsal = try Meeting(
            Meeting.archive(0, "CURRENT", "A+", ["TOTAL", "T1", "T7", "T9"]),
            Meeting.archive(
                1, "END_OF_DAY", "A+", ["T1", "T5"], from: Meeting.midnight(0),
                to: Meeting.midnight(1)),
            Meeting.archive(2, "CURRENT", "A+"), Meeting.archive(3, "CURRENT", "X+"),
            Meeting.archive(4, "END_OF_DAY", "X+"), Meeting.archive(5, "NETWORK", "A+")
        ).run()
        #expect(rehearsal.code(of: 0) == .objectUndefined)
        #expect(rehearsal.code(of: 1) == .objectUndefined)
        #expect(rehearsal.code(of: 2) == .ok)
        #expect(rehearsal.code(of: 3) == .objectUndefined)
        #expect(rehearsal.code(of: 4) == .objectUndefined)
        #expect(rehearsal.code(of: 5) == .objectUndefined)
        #expect(rehearsal.driver.finish?.code == .ok)
        #expect(rehearsal.outcome(of: 0)?.message?.parameters["missing"] == "T9, T7")
        #expect(rehearsal.measurements("END_OF_DAY").map(\.tag) == ["T1"])
        #expect(rehearsal.measurements("CURRENT").count == 2 + 5)
    }

    @Test("counts on its registers' and its profile's own scales", arguments: [true, false])
    func scales(hasScaleProfile: Bool) throws {
        var meeting = Meeting(
            Meeting.archive(
                0, "END_OF_DAY", "A+", from: Meeting.midnight(0), to: Meeting.midnight(1)),
            Meeting.archive(1, "CURRENT", "A+", ["TOTAL"]))
        meeting.options = [
            "scaler": -1, "profileScaler": hasScaleProfile ? 2 : -1,
            "scaleProfile": .bool(hasScaleProfile),
        ]
        let rehearsal = try meeting.run()
        let day = try #require(rehearsal.measurements("END_OF_DAY").first { $0.tag == "T1" })
        let exact = try expected("A+", "T1", at: Meeting.midnight(0))
        guard case .decimal(let value) = day.value, case .decimal(let whole) = exact else {
            Issue.record("no decimal")
            return
        }
        if hasScaleProfile {
            // Counted in hundreds of watt-hours: the rest is cut off.
            #expect(value == Decimal(mantissa: whole.mantissa / 100, exponent: -1))
        } else {
            #expect(value == whole)
        }
        #expect(rehearsal.code(of: 1) == .ok)
    }

    @Test("reads as few times as the meter allows")
    func countsExchanges() throws {
        func exchanges(_ items: [JSONValue], _ options: JSONObject, _ level: String) throws -> Int {
            var meeting = Meeting(items)
            meeting.options = options
            meeting.settings["DLMS_AUTHENTICATION"] = .string(level)
            if level == "Low" { meeting.settings["DLMS_PASSWORD"] = "12345678" }
            return try meeting.run().exchanges
        }
        let clock = [Meeting.state(0, "TIME")]
        // SNRM, AARQ, GET, DISC; with the key one ACTION more.
        #expect(try exchanges(clock, [:], "Low") == 4)
        #expect(try exchanges(clock, [:], "High") == 5)
        let total = [Meeting.archive(0, "CURRENT", "A+", ["TOTAL"])]
        #expect(try exchanges(total, [:], "Low") == 5)
        // Value and scaler in one request.
        #expect(try exchanges(total, [:], "High") == 5)
    }
}
