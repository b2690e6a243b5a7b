import DriverKit
import JSON
import Testing
import Values

@Suite struct ReportingTests {
    private static func measurement(_ value: Int64) -> Record {
        .measurement(
            archive: "CURRENT", quantity: "A+", tag: "TOTAL", value: .decimal(Decimal(value)),
            time: nil)
    }

    @Test func waitsForCreditWhenItsRecordsAreUsedUp() throws {
        var limits = RehearsedSession.Limits()
        limits.records = 10
        let session = try Stage.linkSession(limits: limits) { link throws(LinkError) in
            try await link.waitForConnection()
            for value in 0..<25 { try await link.emit(Self.measurement(Int64(value))) }
        }
        session.connect()
        #expect(session.records.count == 10)
        session.credit()
        session.credit()
        #expect(session.records == (0..<25).map { Self.measurement($0) })
        #expect(session.finish?.code == .ok)
    }

    @Test func waitsForCreditEvenWithoutAConnection() throws {
        var limits = RehearsedSession.Limits()
        limits.records = 1
        limits.refusedReservations = 1
        let session = try Stage.linkSession(limits: limits) { link throws(LinkError) in
            try await link.waitForConnection()
            try await link.emit(Self.measurement(1))
            try await link.emit(Self.measurement(2))
            #expect(try await link.reserve("frames", count: 5) == 0)
            #expect(try await link.reserve("frames") == 5)
        }
        session.connect()
        session.disconnect()
        session.credit()
        session.credit()
        #expect(session.records.count == 2)
        #expect(session.counters == ["frames": 6])
        #expect(session.finish?.code == .ok)
    }

    @Test func doesNotWaitForRoomThatARecordNeverHas() throws {
        var limits = RehearsedSession.Limits()
        limits.records = 0
        let session = try Stage.linkSession(limits: limits) { link throws(LinkError) in
            try await link.emit(Self.measurement(1))
        }
        session.credit()
        #expect(session.finish?.code == .internalError)
        #expect(session.finish?.message?.detail.hasPrefix("emit a record: ") == true)
        let lengthy = try Stage.linkSession { link throws(LinkError) in
            try await link.emit(
                .state(
                    archive: "STATE", type: "X",
                    value: .string(String(repeating: "x", count: 65_537)), time: nil))
        }
        #expect(lengthy.finish?.code == .internalError)
    }

    @Test func reportsTheStagesOfAnItemOnce() throws {
        let session = try Stage.linkSession(items: 2) { link throws(LinkError) in
            for stage in [ItemStage.sent, .accepted, .verified, .final] {
                try link.outcome(item: 1, stage: stage, code: .ok, detail: 7)
            }
            #expect(
                throws: LinkError.refused(
                    action: "report the outcome of item 1", .invalid)
            ) {
                try link.outcome(item: 1)
            }
            try link.outcome(
                item: 0, code: .objectUndefined, message: Message("no", ["obis": "1.8.0"]))
        }
        #expect(session.outcomes.map(\.stage) == [.sent, .accepted, .verified, .final, .final])
        #expect(session.outcomes.last?.message == Message("no", ["obis": "1.8.0"]))
        #expect(session.outcomes.first?.detail == 7)
        #expect(session.violations == ["outcome: item 1 is final already"])
        #expect(session.finish?.code == .ok)
    }

    @Test func saysHowManyNotesItDropped() throws {
        var limits = RehearsedSession.Limits()
        limits.notes = 3
        let session = try Stage.linkSession(limits: limits) { link throws(LinkError) in
            for index in 0..<5 { link.note(.debug, "line", ["index": JSONValue(index)]) }
            try await link.waitForConnection()
            link.note(.info, Message(detail: "after"))
        }
        #expect(session.notes.count == 3)
        session.connect()
        #expect(
            session.notes.dropFirst(3).map(\.detail) == [
                "2 lines of the journal were dropped here", "after",
            ])
        #expect(session.violations.isEmpty)
    }

    @Test func tellsItsFailureWithCodeDetailAndMessage() throws {
        let session = try Stage.session { (_, _) async throws(DriverFailure) in
            throw DriverFailure(
                code: .authentication, detail: -3, message: Message("bad", ["try": 2]))
        }
        #expect(session.finish?.code == .authentication)
        #expect(session.finish?.detail == -3)
        #expect(session.finish?.message == Message("bad", ["try": 2]))
    }

    @Test func finishesAlsoWhereTheMessageIsRefused() throws {
        let session = try Stage.session { (_, _) async throws(DriverFailure) in
            throw DriverFailure(
                code: .decode, message: Message(detail: String(repeating: "я", count: 40_000)))
        }
        #expect(session.finish?.code == .decode)
        #expect(session.finish?.message == nil)
    }

    @Test func makesAFailureOfWhateverWasThrown() {
        #expect(DriverFailure(LinkError.timedOut).code == .timeout)
        #expect(DriverFailure(LinkError.disconnected(.ok)).code == .transport)
        #expect(DriverFailure(LinkError.cancelled, detail: 5).detail == 5)
        let setting = SettingsError(setting: "X", given: "1", allowed: "a text")
        #expect(DriverFailure(setting).code == .configuration)
        #expect(DriverFailure(setting).message.detail == "X is 1, but has to be a text")
        let failure = DriverFailure(code: .busy, detail: 9, message: Message("m"))
        #expect(DriverFailure(failure) == failure)
        #expect(DriverFailure(CancellationError()).code == .internalError)
    }

    @Test func remembersWithinTheDevicesMemory() throws {
        let session = try Stage.linkSession { link throws(LinkError) in
            try link.remember("a", [1, 2])
            try link.remember("b", [3])
            try link.remember("a", [])
            #expect(throws: LinkError.refused(action: "remember", .tooMuch)) {
                try link.remember("c", Array(repeating: 0, count: 65_536))
            }
            #expect(throws: LinkError.refused(action: "remember", .tooMuch)) {
                try link.remember(String(repeating: "k", count: 129), [1])
            }
        }
        #expect(session.memory == ["b": [3]])
    }

    @Test func takesRandomBytesInPieces() throws {
        let session = try Stage.linkSession { link throws(LinkError) in
            let bytes = try link.random(10_000)
            #expect(bytes.count == 10_000 && Set(bytes).count == 256)
            #expect(try link.random(0) == [])
        }
        #expect(session.violations.isEmpty)
        #expect(session.finish?.code == .ok)
    }

    @Test func reportsProgressAndChildren() throws {
        let child = Child(number: 3, serial: "007", type: "DT_CE208", address: "17", facts: "{}")
        let session = try Stage.linkSession { link throws(LinkError) in
            link.progress(3, of: 10)
            try link.inventory(child)
            #expect(
                throws: LinkError.refused(action: "report a device behind this one", .invalid)
            ) {
                try link.inventory(Child(number: 1, serial: "1", facts: "[]"))
            }
        }
        #expect(session.actions.contains(.progress(command: 0, done: 3, total: 10)))
        #expect(session.actions.contains(.found(child)))
    }
}

private typealias ItemStage = DriverKit.Stage
