import CCommline
import DriverKit
import JSON
import Testing
import Values

/// Random drivers against random hosts: whatever comes, a session ends at most once, keeps to the
/// contract of the border and never acts when it is over.
@Suite struct FuzzTests {
    private static let request = Stage.request(Stage.keep(randomBody), items: 4)

    /// A driver that does one thing after the other, as the host's random numbers say.
    private static let randomBody: Stage.DriverBody = { request, link async throws(DriverFailure) in
        var open = Set(request.items.map(\.number))
        for _ in 0..<200 {
            do throws(LinkError) {
                try await act(link, &open)
            } catch .closed {
                return
            } catch {
                // Now and then a driver goes on after an error, even where it should not.
                guard let dice = try? link.random(1), dice[0] % 8 < 5 else {
                    throw DriverFailure(error)
                }
            }
        }
    }

    private static func act(_ link: Link, _ open: inout Set<UInt32>) async throws(LinkError) {
        let dice = try link.random(2)
        let time = Duration.milliseconds(Int(dice[1]) * 10)
        switch dice[0] % 20 {
        case 0, 1: try await link.waitForConnection(timeout: dice[1] < 128 ? nil : time)
        case 2: _ = try await link.receive(timeout: time)
        case 3: _ = try await link.exchange([1, 2, 3], timeout: time, secrets: [0..<1])
        case 4:
            _ = try await link.receiveFrame(timeout: time) { unread in
                unread.count < 5
                    ? .incomplete
                    : unread[unread.startIndex] < 64
                        ? .garbage(2) : .complete(5)
            }
        case 5: try link.send(Array(repeating: dice[1], count: Int(dice[1])), flags: .afterStored)
        case 6: try await link.sendWhenPossible(Array(repeating: 0, count: 300))
        case 7: try await link.flush(timeout: time)
        case 8: try await link.pause(for: time)
        case 9: try await link.drain(silence: time, limit: time * 3)
        case 10: link.discardUnread()
        case 11:
            for _ in 0..<Int(dice[1]) % 16 {
                try await link.emit(
                    .measurement(
                        archive: "CURRENT", quantity: "A+", tag: "TOTAL", value: .unsigned(1),
                        time: nil))
            }
        case 12:
            if let item = open.min() {
                open.remove(item)
                try link.outcome(item: item)
            }
        case 13: for _ in 0..<Int(dice[1]) % 16 { link.note(.info, Message(detail: "x")) }
        case 14: try link.remember("key\(dice[1] % 4)", [dice[1]])
        case 15: _ = try await link.reserve("counter", count: 3)
        case 16: try await link.reconnect(delay: time, timeout: time * 2)
        case 17: await link.farewell([9], timeout: time)
        case 18:
            switch try await link.next(timeout: time) {
            case .received(let bytes): try link.redact(0..<bytes.count, of: bytes)
            case .command(let command): try link.complete(command.id)
            case .cancelled(let id): try link.complete(id, code: .cancelled)
            }
        default:
            if dice[1] < 8 { try link.yield(checkpoint: [1]) } else { try link.safePoint() }
        }
    }

    /// Lets one random thing happen.
    private static func happen(_ session: RehearsedSession, _ dice: inout Dice, _ ids: inout UInt64)
    {
        switch dice.next() % 24 {
        case 0, 1:
            session.connect(
                Connection.Traits(rawValue: UInt32(truncatingIfNeeded: dice.next() & 15)))
        case 2...8:
            let size = 1 + Int(dice.next() % 12)
            session.deliver((0..<size).map { _ in UInt8(truncatingIfNeeded: dice.next()) })
        case 9...13: session.passDeadline()
        case 14, 15: session.drained()
        case 16, 17: session.credit()
        case 18: session.disconnect(ErrorCode(rawValue: Int32(dice.next() % 15)) ?? .ok)
        case 19:
            ids += 1
            session.command(ids, ["items": []])
        case 20: session.cancel(dice.next() % 4 == 0 ? 0 : dice.next() % (ids + 1))
        case 21: session.askToYield()
        case 22:
            let grace = Duration.milliseconds(Int(dice.next() % 3000))
            if dice.happens(100) { session.askToClose(grace: grace) }
        default:
            var event = commline_event()
            event.kind = UInt32(truncatingIfNeeded: dice.next() % 16)
            event.code = Int32(truncatingIfNeeded: dice.next())
            event.flags = UInt32(truncatingIfNeeded: dice.next())
            // Sizes without bytes; and a connection that the harness knows nothing of is left out.
            event.bytes.size = UInt32(truncatingIfNeeded: dice.next())
            if event.kind != COMMLINE_EVENT_CONNECTED { session.deliver(event) }
        }
    }

    private static func play(_ seed: UInt64) throws -> RehearsedSession {
        var dice = Dice(seed: seed)
        var limits = RehearsedSession.Limits()
        limits.records = 8
        limits.notes = 8
        limits.sendBytes = 1000
        limits.refusedReservations = Int(dice.next() % 4)
        let session = try RehearsedSession(
            of: Stage.plugin(), request: request, limits: limits, seed: dice.next())
        var ids: UInt64 = 0
        for _ in 0..<120 where session.isRunning { happen(session, &dice, &ids) }
        let actions = session.actions.count
        if !session.isRunning {
            // What a host must not send any more changes nothing.
            for _ in 0..<5 { happen(session, &dice, &ids) }
            #expect(session.actions.count == actions, "seed \(seed)")
        }
        session.close()
        #expect(session.actions.count == actions, "seed \(seed)")
        return session
    }

    @Test(arguments: 0..<8)
    func endsAtMostOnceAndKeepsToTheContract(_ part: UInt64) throws {
        for seed in (part * 250)..<(part * 250 + 250) {
            let session = try Self.play(seed)
            let endings = session.actions.count { action in
                switch action {
                case .finished, .yielded: true
                default: false
                }
            }
            #expect(endings <= 1, "seed \(seed)")
            #expect(session.isRunning == false)
            #expect(session.violations.isEmpty, "seed \(seed): \(session.violations)")
        }
    }

    @Test func isTheSameForTheSameSeed() throws {
        for seed in 0..<50 as Range<UInt64> {
            #expect(try Self.play(seed).actions == Self.play(seed).actions)
        }
    }
}
