import Glibc
import Synchronization

/// What is known of the disk: the writer tells it, everybody may ask.
final class StoreHealth: Sendable {
    private struct State {
        var condition = StoreCondition.collecting
        var refused = 0
        var pauses = 0
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var listeners: [Int: AsyncStream<StoreCondition>.Continuation] = [:]
        var next = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    private let folder: String
    private let reserve: Int64

    /// Begins well.
    ///
    /// - Parameters:
    ///   - folder: The data directory.
    ///   - reserve: Bytes of the disk that collection leaves free.
    init(folder: String, reserve: Int64) {
        self.folder = folder
        self.reserve = reserve
    }

    var condition: StoreCondition { state.withLock { $0.condition } }
    var refused: Int { state.withLock { $0.refused } }
    var pauses: Int { state.withLock { $0.pauses } }

    /// Free bytes on the disk for an ordinary user.
    var freeBytes: Int64? {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { return nil }
        let (bytes, overflow) = Int64(clamping: status.f_bavail).multipliedReportingOverflow(
            by: Int64(clamping: status.f_frsize))
        return overflow ? .max : bytes
    }

    /// Tells why collection must wait now; nil when it need not.
    var shortage: StoreError? {
        guard let free = freeBytes, free < reserve else { return nil }
        return .database(
            DatabaseFailure(
                kind: .full, code: 13, message: "\(free) bytes are free, \(reserve) are kept"))
    }

    /// Takes note of a change that failed.
    func note(_ error: StoreError, at now: Moment) {
        guard let reason = Self.reason(error) else { return }
        let told = state.withLock { state -> [AsyncStream<StoreCondition>.Continuation] in
            state.refused += 1
            if case .paused = state.condition { return [] }
            state.pauses += 1
            state.condition = .paused(
                StorePause(reason: reason, since: now, detail: error.description))
            return Array(state.listeners.values)
        }
        let condition = condition
        for listener in told { listener.yield(condition) }
    }

    /// Takes note of a trial that the disk took.
    func noteSuccess() {
        let (waiting, told) = state.withLock { state in
            guard case .paused = state.condition else {
                return (
                    [CheckedContinuation<Void, Never>](),
                    [AsyncStream<StoreCondition>.Continuation]()
                )
            }
            state.condition = .collecting
            defer { state.waiting = [:] }
            return (Array(state.waiting.values), Array(state.listeners.values))
        }
        for one in waiting { one.resume() }
        for listener in told { listener.yield(.collecting) }
    }

    /// Returns when the store collects; at once when it does so now, or is closed.
    func waitUntilCollecting() async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let isReady = state.withLock { state in
                if state.condition == .collecting || state.isClosed { return true }
                state.next += 1
                state.waiting[state.next] = continuation
                return false
            }
            if isReady { continuation.resume() }
        }
    }

    /// Makes a stream of the changes to come.
    func changes() -> AsyncStream<StoreCondition> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: StoreCondition.self, bufferingPolicy: .bufferingNewest(1))
        let number: Int? = state.withLock { state in
            if state.isClosed { return nil }
            state.next += 1
            state.listeners[state.next] = continuation
            return state.next
        }
        guard let number else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { $0.listeners[number] = nil }
        }
        return stream
    }

    /// Lets go of everybody who waits.
    func close() {
        let (waiting, listeners) = state.withLock { state in
            defer {
                state.waiting = [:]
                state.listeners = [:]
            }
            state.isClosed = true
            return (Array(state.waiting.values), Array(state.listeners.values))
        }
        for one in waiting { one.resume() }
        for listener in listeners { listener.finish() }
    }

    private static func reason(_ error: StoreError) -> StorePause.Reason? {
        switch error {
        case .database(let failure):
            switch failure.kind {
            case .full: .diskFull
            case .inputOutput: .inputOutput
            case .busy, .corrupt, .interrupted, .constraint, .other: nil
            }
        case .file(_, _, let errno): errno == ENOSPC || errno == EDQUOT ? .diskFull : .inputOutput
        default: nil
        }
    }
}
