import DriverKit
import JSON
import Testing
import Values
import Wire

@testable import DLMS

@Suite("Bad input")
struct BadInputTests {
    private var clock: JSONValue { Meeting.state(0, "TIME") }

    private func failure(_ meeting: Meeting) throws -> (code: ErrorCode?, id: String?, Rehearsal) {
        let rehearsal = try meeting.run()
        let finish = rehearsal.driver.finish
        return (finish?.code, finish?.message?.id, rehearsal)
    }

    @Test(
        "in the settings is found before anybody is dialled",
        arguments: [
            (["DLMS_PASSWORD": "123"], "setting.missing"),
            ([:], "setting.missing"),
            (["DLMS_PASSWORD": "1234567812345678", "DLMS_WAIT_TIME": "soon"], "setting.invalid"),
            (["DLMS_PASSWORD": "1234567812345678", "DLMS_CLIENT_ADDRESS": 200], "setting.invalid"),
            (
                ["DLMS_PASSWORD": "1234567812345678", "DLMS_RESEND_COUNT": true],
                "setting.invalid"
            ),
            (
                ["DLMS_PASSWORD": "1234567812345678", "DLMS_AUTHENTICATION": "high"],
                "setting.invalid"
            ),
            (
                ["DLMS_PASSWORD": "1234567812345678", "DLMS_SERVER_ADDRESS_LENGTH": "1"],
                "setting.invalid"
            ),
            (
                [
                    "DLMS_PASSWORD": "1234567812345678",
                    "DLMS_PHYSICAL_ADDRESS_RULE": "explicit",
                ], "setting.missing"
            ),
        ] as [(JSONObject, String)])
    func settings(settings: JSONObject, id: String) throws {
        var meeting = Meeting(clock)
        meeting.settings = settings
        let (code, found, rehearsal) = try failure(meeting)
        #expect(code == .configuration)
        #expect(found == id)
        #expect(rehearsal.exchanges == 0)
        #expect(rehearsal.driver.finish?.message?.description.contains("12345678") == false)
    }

    @Test("in the commline is found before anybody is dialled")
    func commline() throws {
        var meeting = Meeting(clock)
        meeting.address = "north"
        #expect(try failure(meeting).code == .configuration)
        meeting.address = ""
        meeting.map = "PROTO_MAP_OTHER"
        #expect(try failure(meeting).id == "map.unknown")
    }

    @Test("of a wrong password is told apart from a wrong key", arguments: ["hdlc", "wrapper"])
    func wrongSecret(transport: String) throws {
        var meeting = Meeting(clock)
        meeting.settings = [
            "DLMS_AUTHENTICATION": "Low", "DLMS_PASSWORD": "87654321",
            "DLMS_TRANSPORT": .string(transport),
        ]
        var result = try failure(meeting)
        #expect(result.code == .authentication)
        #expect(result.id == "association.password")
        meeting.settings = [
            "DLMS_PASSWORD": "8765432187654321", "DLMS_TRANSPORT": .string(transport),
        ]
        result = try failure(meeting)
        #expect(result.code == .authentication)
        #expect(result.id == "association.key")
        #expect(result.2.driver.records.isEmpty)
    }

    @Test("of a level that the client does not have names the levels")
    func wrongLevel() throws {
        var meeting = Meeting(clock)
        meeting.settings = [
            "DLMS_AUTHENTICATION": "Low", "DLMS_PASSWORD": "12345678", "DLMS_CLIENT_ADDRESS": 48,
        ]
        let result = try failure(meeting)
        #expect(result.code == .authentication)
        #expect(result.id == "association.mechanism")
    }

    @Test("of a wrong address ends in silence, after as many attempts and as long as set")
    func wrongAddress() throws {
        var meeting = Meeting(clock)
        meeting.settings["DLMS_PHYSICAL_SERVER"] = "4321"
        meeting.settings["DLMS_RESEND_COUNT"] = "2"
        meeting.settings["DLMS_WAIT_TIME"] = "00:00:07"
        let (code, id, rehearsal) = try failure(meeting)
        #expect(code == .timeout)
        #expect(id == "link.silent")
        #expect(rehearsal.driver.finish?.message?.parameters["server"] == "1/4321")
        #expect(rehearsal.driver.finish?.message?.parameters["wait"] == "7")
        // Three times SNRM, and a goodbye that nobody waits for.
        #expect(rehearsal.exchanges == 4)
        let waited = rehearsal.elapsed
        #expect(waited >= .seconds(21) && waited < .seconds(22))
    }

    @Test("of a wrong transport is told as bytes that belong to no frame")
    func wrongTransport() throws {
        var meeting = Meeting(clock)
        meeting.line = Line { passage, _ in
            passage.direction == .toDriver ? [passage.bytes] : [Array("?\r\n".utf8) + passage.bytes]
        }
        meeting.line = Line { passage, _ in
            passage.direction == .toDriver ? [Array("ERROR\r\n".utf8)] : [passage.bytes]
        }
        let (code, id, _) = try failure(meeting)
        #expect(code == .timeout)
        #expect(id == "link.noise")
    }

    @Test("of a peer that closes in the middle of a frame ends the session")
    func closesInAFrame() throws {
        var meeting = Meeting(Meeting.everything)
        meeting.line = Line { passage, _ in
            passage.direction == .toDriver && passage.index == 3
                ? [Array(passage.bytes.prefix(9))] : [passage.bytes]
        }
        let rehearsal = try meeting.rehearsal()
        #expect(rehearsal.run(disturbing: .disconnect, at: 6) == .finished)
        #expect(rehearsal.violations == [])
        #expect(rehearsal.driver.finish?.code == .transport)
        #expect(rehearsal.driver.finish?.message?.id == "link.closed")
    }

    @Test("of damaged frames is repeated, and nothing false is stored", arguments: [2, 3, 7])
    func damagedFrames(every: Int) throws {
        var meeting = Meeting(Meeting.everything)
        meeting.options = ["badChecksumEvery": JSONValue(every)]
        let good = try Meeting(Meeting.everything).run()
        let rehearsal = try meeting.run()
        #expect(rehearsal.driver.finish?.code == .ok)
        #expect(
            rehearsal.measurements("END_OF_DAY").map(\.value)
                == good.measurements("END_OF_DAY").map(\.value))
        #expect(rehearsal.driver.notes.contains { $0.id == "link.repeat" })
    }

    @Test("of frames that are all damaged ends with advice on the line")
    func onlyDamagedFrames() throws {
        var meeting = Meeting(clock)
        meeting.options = ["badChecksumEvery": 1]
        let (code, id, _) = try failure(meeting)
        #expect(code == .timeout)
        #expect(id == "link.damaged")
    }

    @Test(
        "of requests without answers is repeated", arguments: ["hdlc", "wrapper"], [2, 5])
    func silence(transport: String, every: Int) throws {
        var meeting = Meeting(Meeting.everything)
        meeting.settings["DLMS_TRANSPORT"] = .string(transport)
        meeting.options = ["silentEvery": JSONValue(every)]
        let rehearsal = try meeting.run()
        #expect(rehearsal.driver.finish?.code == .ok)
        #expect((0..<10).allSatisfy { rehearsal.code(of: $0) == .ok })
    }

    @Test("of late answers to earlier requests is dropped")
    func lateAnswers() throws {
        // The answer to each third request arrives twice: at once, and again with the next one.
        for transport in ["hdlc", "wrapper"] {
            var meeting = Meeting(Meeting.everything)
            meeting.settings["DLMS_TRANSPORT"] = .string(transport)
            meeting.line = Line(spacing: .milliseconds(5)) { passage, _ in
                passage.direction == .toDriver && passage.index % 3 == 0
                    ? [passage.bytes, passage.bytes] : [passage.bytes]
            }
            let good = try Meeting(Meeting.everything).run()
            let rehearsal = try meeting.run()
            #expect(rehearsal.driver.finish?.code == .ok)
            #expect(
                rehearsal.measurements("END_OF_DAY").map(\.value)
                    == good.measurements("END_OF_DAY").map(\.value))
        }
    }

    @Test("of unknown settings is noted and not used")
    func unknownSettings() throws {
        var meeting = Meeting(clock)
        meeting.settings["DLMS_PASWORD"] = "x"
        let rehearsal = try meeting.run()
        #expect(rehearsal.driver.finish?.code == .ok)
        let note = rehearsal.driver.notes.first { $0.id == "setting.unknown" }
        #expect(note?.parameters["names"] == "DLMS_PASWORD")
    }

    @Test("of a noisy line never traps, never breaks the contract, and stores nothing false")
    func noise() throws {
        let good = try Meeting(Meeting.everything).run()
        var truth: [String: Value?] = [:]
        for day in good.measurements("END_OF_DAY") {
            truth["\(day.quantity) \(day.tag) \(day.end ?? 0)"] = day.value
        }
        var finished = 0
        for seed in 0..<20 {
            let meeting = Meeting(Meeting.everything)
            let rehearsal = try Rehearsal(
                of: RehearsedPlugin.of(DLMSPlugin.plugin), request: meeting.request,
                simulation: meeting.simulation, line: .noisy(perMille: 40), seed: UInt64(seed),
                clock: VirtualClock(now: Meeting.now))
            #expect(rehearsal.run() == .finished)
            #expect(rehearsal.violations == [])
            if rehearsal.driver.finish?.code == .ok { finished += 1 }
            for day in rehearsal.measurements("END_OF_DAY") {
                #expect(truth["\(day.quantity) \(day.tag) \(day.end ?? 0)"] == day.value)
            }
        }
        #expect(finished >= 15)
    }
}
