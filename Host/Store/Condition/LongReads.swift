import CSQLite
import Synchronization

/// The questions that are being answered: one that holds on to an old view keeps the log from
/// beginning anew, and is ended when the log has grown too long because of it.
final class LongReads: Sendable {
    private struct Read {
        var began: ContinuousClock.Instant
        /// SAFETY: interrupting is the one call that SQLite allows from another thread; the connection is
        /// open as long as the entry is here, and entries are added and removed by its own thread.
        nonisolated(unsafe) var handle: OpaquePointer
    }

    private struct State {
        var reads: [Int: Read] = [:]
        var next = 0
        var ended = 0
    }

    private let state = Mutex(State())
    /// Younger questions are left alone.
    private let patience: Duration

    init(patience: Duration) {
        self.patience = patience
    }

    /// How many questions were ended so far.
    var ended: Int { state.withLock { $0.ended } }

    /// A question begins.
    ///
    /// - Returns: What ``end(_:)`` needs.
    func begin(_ connection: Connection) -> Int {
        let read = Read(began: .now, handle: connection.handle)
        return state.withLock { state in
            state.next += 1
            state.reads[state.next] = read
            return state.next
        }
    }

    /// A question has ended.
    func end(_ number: Int) {
        state.withLock { state in state.reads[number] = nil }
    }

    /// Ends the questions that take long: their next step fails with `.interrupted`.
    func interrupt() {
        state.withLock { state in
            let now = ContinuousClock.now
            for read in state.reads.values where now - read.began >= patience {
                sqlite3_interrupt(read.handle)
                state.ended += 1
            }
        }
    }
}
