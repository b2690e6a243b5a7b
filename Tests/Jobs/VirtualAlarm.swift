import Store
import Synchronization

@testable import Jobs

/// A clock that moves only when it is told to, with its alarm.
final class VirtualAlarm: Alarm {
    private struct State {
        var now: Moment
        var moment: Moment?
        var ring: (@Sendable (AlarmReason) async -> Void)?
        var rings = 0
    }

    private let state: Mutex<State>

    init(_ now: Moment) {
        state = Mutex(State(now: now))
    }

    var now: Moment { state.withLock { $0.now } }
    /// What the alarm is set to.
    var moment: Moment? { state.withLock { $0.moment } }
    /// How often it rang because its moment had come.
    var rings: Int { state.withLock { $0.rings } }

    func set(_ moment: Moment?, _ ring: @escaping @Sendable (AlarmReason) async -> Void) {
        state.withLock { state in
            state.moment = moment
            state.ring = moment == nil ? nil : ring
        }
    }

    /// Lets time pass; the alarm rings on its way, and what it starts is done before time goes on.
    func advance(to end: Moment) async {
        while let ring = state.withLock({ state -> (@Sendable (AlarmReason) async -> Void)? in
            guard let moment = state.moment, moment <= end, let ring = state.ring else {
                return nil
            }
            state.now = max(state.now, moment)
            state.moment = nil
            state.ring = nil
            state.rings += 1
            return ring
        }) {
            await ring(.reached)
        }
        state.withLock { $0.now = max($0.now, end) }
    }

    func advance(seconds: Int64) async {
        await advance(to: Moment(milliseconds: now.milliseconds + seconds * 1_000))
    }

    /// Sets the clock, as somebody with a wrong watch does.
    func jump(seconds: Int64) async {
        let ring = state.withLock { state in
            state.now.milliseconds += seconds * 1_000
            return state.ring
        }
        await ring?(.clockSet)
    }
}
