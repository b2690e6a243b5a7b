import DriverKit
import JSON
import Testing
import Values

@Suite struct RehearsalTests {
    /// Counts a byte up until it is 10, over and over again if an answer is lost.
    private static let counter: Stage.DriverBody = { request, link async throws(DriverFailure) in
        do {
            try await link.waitForConnection()
            var value: UInt8 = 0
            while value < 10 {
                do throws(LinkError) {
                    link.discardUnread()
                    value = try await link.exchange([value], timeout: .seconds(1))[0]
                } catch .timedOut {
                    link.note(.warning, "again")
                } catch .disconnected {
                    try await link.reconnect(delay: .seconds(2))
                }
                try link.safePoint()
            }
            try link.outcome(item: 0)
        } catch {
            throw DriverFailure(error)
        }
    }

    /// Answers each byte with the next one.
    private static let successor: Stage.SimulatorBody = { _, link async throws(DriverFailure) in
        do {
            while true {
                try await link.nextConnection()
                do throws(LinkError) {
                    while true {
                        for byte in try await link.receive() { try link.send([byte + 1]) }
                    }
                } catch .disconnected {
                    link.note(.info, "gone")
                }
            }
        } catch {
            throw DriverFailure(error)
        }
    }

    private static let serial = Stage.keep(counter, simulator: successor)

    private static func rehearsal(
        _ line: Line = Line(), seed: UInt64 = 1, serial: String = serial
    ) throws -> Rehearsal {
        try Rehearsal(
            of: Stage.plugin(), request: Stage.request(serial, items: 1),
            simulation: ["type": "DT_TEST", "serialNumber": .string(serial)], line: line,
            seed: seed)
    }

    @Test func letsADriverMeetItsSimulator() throws {
        let rehearsal = try Self.rehearsal()
        #expect(rehearsal.run() == .finished)
        #expect(rehearsal.driver.finish?.code == .ok)
        #expect(rehearsal.driver.outcomes == [Outcome(item: 0)])
        #expect(rehearsal.transcript.map(\.bytes) == (0..<20).map { [UInt8(($0 + 1) / 2)] })
        // Connecting, and ten exchanges of two ways of 10 ms.
        #expect(rehearsal.elapsed == .milliseconds(250))
        #expect(rehearsal.violations.isEmpty)
    }

    @Test func bringsTimeOutsAboutAtOnce() throws {
        let rehearsal = try Self.rehearsal(.dropping([0, 3], .toDriver))
        #expect(rehearsal.run() == .finished)
        #expect(rehearsal.driver.finish?.code == .ok)
        #expect(rehearsal.driver.notes == [Message("again"), Message("again")])
        #expect(rehearsal.elapsed == .milliseconds(50 + 10 * 20 + 2 * 1000))
    }

    @Test func isTheSameForTheSameSeed() throws {
        for seed in 0..<20 as Range<UInt64> {
            let line = Line.noisy(perMille: 150)
            let first = try Self.rehearsal(line, seed: seed)
            let second = try Self.rehearsal(line, seed: seed)
            #expect(first.run() == second.run())
            #expect(first.driver.actions == second.driver.actions)
            #expect(first.transcript.map(\.bytes) == second.transcript.map(\.bytes))
            #expect(first.violations.isEmpty)
        }
    }

    @Test func disturbsADriverAtEachOfItsEvents() throws {
        let calm = try Self.rehearsal()
        calm.run()
        let codes: [(Rehearsal.Disturbance, ErrorCode)] = [
            (.cancel, .cancelled), (.close, .cancelled),
        ]
        for step in 0..<calm.eventCount {
            for (disturbance, code) in codes {
                let rehearsal = try Self.rehearsal()
                #expect(rehearsal.run(disturbing: disturbance, at: step) == .finished)
                #expect(rehearsal.driver.finish?.code == code, "\(disturbance) at \(step)")
                #expect(rehearsal.violations.isEmpty)
            }
            let yielding = try Self.rehearsal()
            #expect(yielding.run(disturbing: .yield, at: step) == .finished)
            #expect(yielding.driver.checkpoint == [])
            let losing = try Self.rehearsal()
            #expect(losing.run(disturbing: .disconnect, at: step) == .finished)
            let isBeforeTheConnection = step == 0
            #expect(losing.driver.finish?.code == (isBeforeTheConnection ? .transport : .ok))
            #expect(losing.violations.isEmpty)
        }
    }

    @Test func connectsAgainWhereTheDeviceHungUp() throws {
        let serial = Stage.keep(
            Self.counter,
            simulator: { (_, link) async throws(DriverFailure) in
                do {
                    while true {
                        try await link.nextConnection()
                        for byte in try await link.receive() { try link.send([byte + 4]) }
                        try link.hangUp()
                        try link.hangUp()
                    }
                } catch {
                    throw DriverFailure(error)
                }
            })
        let rehearsal = try Self.rehearsal(serial: serial)
        #expect(rehearsal.run() == .finished)
        #expect(rehearsal.driver.finish?.code == .ok)
        #expect(rehearsal.driver.actions.count { $0 == .reconnect(2000) } == 2)
        #expect(rehearsal.violations.isEmpty)
    }

    @Test func sendsClientsAwayFromADeviceThatDied() throws {
        let serial = Stage.keep(
            Self.counter,
            simulator: { (_, link) async throws(DriverFailure) in
                throw DriverFailure(code: .configuration, message: Message("no such meter"))
            })
        let rehearsal = try Self.rehearsal(serial: serial)
        rehearsal.run(within: .seconds(10))
        #expect(rehearsal.driver.actions.count { $0 == .reconnect(2000) } > 2)
        #expect(try Stage.plugin().log.contains { $0.contains("no such meter") })
    }

    @Test func noticesADriverThatWaitsForNothing() throws {
        let serial = Stage.keep(
            { (_, link) async throws(DriverFailure) in
                do {
                    try await link.waitForConnection()
                    _ = try await link.receive()
                } catch {
                    throw DriverFailure(error)
                }
            }, simulator: Self.successor)
        #expect(try Self.rehearsal(serial: serial).run() == .stalled)
    }

    @Test func noticesADriverThatNeverEnds() throws {
        let serial = Stage.keep({ (_, link) async throws(DriverFailure) in
            do {
                while true { try await link.pause(for: .seconds(1)) }
            } catch {
                throw DriverFailure(error)
            }
        })
        let rehearsal = try Self.rehearsal(serial: serial)
        #expect(rehearsal.run(within: .seconds(60)) == .overlong)
        #expect(rehearsal.elapsed == .seconds(60))
    }

    @Test func deliversSendsInTheirOrderHoweverTheyAreSplit() throws {
        let message = (0..<100).map { UInt8($0) }
        let serial = Stage.keep(
            { (_, link) async throws(DriverFailure) in
                do {
                    try await link.waitForConnection()
                    for byte in message { try link.send([byte, byte]) }
                    let echo = try await link.receiveFrame(timeout: .seconds(9)) {
                        $0.count < 200 ? .incomplete : .complete(200)
                    }
                    #expect(echo == message.flatMap { [$0, $0] })
                } catch {
                    throw DriverFailure(error)
                }
            },
            simulator: { (_, link) async throws(DriverFailure) in
                do {
                    try await link.nextConnection()
                    while true { try link.send(try await link.receive()) }
                } catch {
                    throw DriverFailure(error)
                }
            })
        for size in 1...3 {
            let rehearsal = try Self.rehearsal(.splitting(into: size), serial: serial)
            rehearsal.run()
            #expect(rehearsal.driver.finish?.code == .ok, "\(size)")
        }
    }
}
