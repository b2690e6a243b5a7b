import DriverKit
import JSON
import Testing
import Values

@testable import DLMS

@Suite("Goodbye and secrets")
struct GoodbyeTests {
    private func controls(_ rehearsal: Rehearsal) throws -> [HDLCControl] {
        try rehearsal.driver.sent.map { try HDLCFrame(decoding: $0.bytes[...]).control }
    }

    @Test("is said at the end of a good session, and its answer awaited")
    func goodSession() throws {
        let rehearsal = try Meeting(Meeting.state(0, "TIME")).run()
        #expect(try controls(rehearsal).last == .disconnect)
        let last = try #require(rehearsal.transcript.last)
        #expect(last.direction == .toDriver)
        #expect(try HDLCFrame(decoding: last.bytes[...]).control == .acknowledge)
    }

    @Test("is said after a failure")
    func failedSession() throws {
        var meeting = Meeting(Meeting.state(0, "TIME"))
        meeting.settings["DLMS_PASSWORD"] = "0000000000000000"
        #expect(try controls(meeting.run()).last == .disconnect)
    }

    @Test("is said without waiting when the session is cancelled or closed, at every step")
    func interrupted() throws {
        for disturbance in [Rehearsal.Disturbance.cancel, .close] {
            for step in 0..<24 {
                let rehearsal = try Meeting(Meeting.everything).rehearsal()
                #expect(rehearsal.run(disturbing: disturbance, at: step) == .finished)
                #expect(rehearsal.violations == [])
                #expect(rehearsal.driver.finish?.code == .cancelled)
                let controls = try controls(rehearsal)
                if !controls.isEmpty { #expect(controls.last == .disconnect, "step \(step)") }
                #expect(controls.filter { $0 == .disconnect }.count <= 1)
            }
        }
    }

    @Test("is said before yielding, which counts no attempt and loses nothing")
    func yielding() throws {
        for step in 0..<24 {
            let rehearsal = try Meeting(Meeting.everything).rehearsal()
            #expect(rehearsal.run(disturbing: .yield, at: step) == .finished)
            #expect(rehearsal.violations == [])
            let isDone = rehearsal.driver.finish?.code == .ok
            #expect(isDone || rehearsal.driver.checkpoint != nil)
            let controls = try controls(rehearsal)
            if !controls.isEmpty { #expect(controls.last == .disconnect, "step \(step)") }
        }
    }

    @Test("is not possible where the connection is lost, at every step")
    func disconnected() throws {
        for step in 0..<24 {
            let rehearsal = try Meeting(Meeting.everything).rehearsal()
            #expect(rehearsal.run(disturbing: .disconnect, at: step) == .finished)
            #expect(rehearsal.violations == [])
            #expect(rehearsal.driver.finish?.code == .transport)
        }
    }

    @Test("releases the association where there is no link to close")
    func release() throws {
        var meeting = Meeting(Meeting.state(0, "TIME"))
        meeting.settings["DLMS_TRANSPORT"] = "wrapper"
        let rehearsal = try meeting.run()
        let last = try #require(rehearsal.driver.sent.last)
        #expect(try WrapperFrame(decoding: last.bytes).message == Release(.request).encoded)
    }

    @Test(
        "blanks the password in the frames that bear it", arguments: ["hdlc", "wrapper"], [32, 256])
    func passwords(transport: String, size: Int) throws {
        var meeting = Meeting(Meeting.state(0, "TIME"))
        meeting.settings = [
            "DLMS_AUTHENTICATION": "Low", "DLMS_PASSWORD": "12345678",
            "DLMS_TRANSPORT": .string(transport),
            "DLMS_MAX_INFO_FIELD_LENGTH_TRANSMIT": JSONValue(size),
        ]
        let rehearsal = try meeting.run()
        let secrets = rehearsal.driver.sent.flatMap { sending in
            sending.secrets.flatMap { sending.bytes[$0] }
        }
        #expect(secrets == Array("12345678".utf8))
    }

    @Test("blanks what proves the key, sent and received", arguments: ["hdlc", "wrapper"])
    func proofs(transport: String) throws {
        var meeting = Meeting(Meeting.state(0, "TIME"))
        meeting.settings["DLMS_TRANSPORT"] = .string(transport)
        let rehearsal = try meeting.run()
        let blanked = rehearsal.driver.sent.flatMap { sending in
            sending.secrets.map { $0.count }
        }
        // The challenge and the answer to the meter's one.
        #expect(blanked == [16, 16])
        let redacted = rehearsal.driver.actions.compactMap { action in
            if case .redacted(let range) = action { range.count } else { nil }
        }
        #expect(redacted.count == 1)
        #expect(redacted.allSatisfy { $0 >= 16 })
    }

    @Test("puts no secret into notes, outcomes and messages")
    func notes() throws {
        for secret in ["1234567812345678", "8765432187654321"] {
            var meeting = Meeting(Meeting.everything)
            meeting.settings["DLMS_PASSWORD"] = .string(secret)
            let rehearsal = try meeting.run()
            var texts = rehearsal.driver.notes.map(\.description)
            texts += rehearsal.driver.outcomes.compactMap { $0.message?.description }
            texts.append(rehearsal.driver.finish?.message?.description ?? "")
            #expect(!texts.contains { $0.contains(secret) })
        }
    }
}
