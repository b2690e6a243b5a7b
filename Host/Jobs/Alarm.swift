import Reactor
import Store

/// Why the alarm rings.
package enum AlarmReason: Hashable, Sendable {
    /// The clock shows the moment.
    case reached
    /// The clock was set, forward or back.
    case clockSet
}

/// The host's clock with one alarm.
package protocol Alarm: Sendable {
    /// What the clock shows.
    var now: Moment { get }

    /// Sets the alarm, in the place of what it was set to.
    ///
    /// - Parameters:
    ///   - moment: When it rings once; nil for never.
    ///   - ring: Called then, and as soon as the clock is set while the alarm waits.
    func set(_ moment: Moment?, _ ring: @escaping @Sendable (AlarmReason) async -> Void)
}

/// The alarm of the system's clock, on a reactor.
package final class SystemAlarm: Alarm {
    private let reactor: Reactor
    private let bell = Bell()

    /// Makes an alarm that is not set.
    ///
    /// - Parameter reactor: Whose thread waits for it.
    /// - Throws: A `SystemError` when descriptors have run out.
    package init(on reactor: Reactor) async throws(SystemError) {
        self.reactor = reactor
        let bell = bell
        let made: Result<Void, SystemError> = await reactor.perform {
            do throws(SystemError) {
                bell.timer = try WallTimer(on: reactor) { bell.ring($0) }
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try made.get()
    }

    package var now: Moment { .now() }

    package func set(
        _ moment: Moment?, _ ring: @escaping @Sendable (AlarmReason) async -> Void
    ) {
        let bell = bell
        reactor.execute {
            bell.body = moment == nil ? nil : ring
            bell.timer?.set(moment?.milliseconds)
        }
    }

    /// What rings; it lives on the reactor's thread.
    // SAFETY: All variables are touched on the reactor's thread only: in `perform`, in `execute` and in
    // the timer's handler.
    private final class Bell: @unchecked Sendable {
        var timer: WallTimer?
        var body: (@Sendable (AlarmReason) async -> Void)?

        func ring(_ event: WallTimer.Event) {
            guard let body else { return }
            if event == .reached { self.body = nil }
            let reason: AlarmReason = event == .reached ? .reached : .clockSet
            Task { await body(reason) }
        }
    }
}
