import Log
import Plugins
import Reactor
import Store
import Synchronization
import Values

/// Hears one session, and brings what it says into the store in the order in which it was said.
///
/// While one batch is being synchronised to disk the next one grows, so that a session costs at most
/// one transaction at a time, shared with all others that wait.
final class SessionRecorder: SessionDelegate {
    private struct State {
        var pending: CollectionBatch
        var parts: ItemParts
        var sequence: UInt64 = 0
        var isWriting = false
        var isTraceKept = false
        var ordinals = EventOrdinals()
        var outcomes: [Int: ErrorCode] = [:]
        var hadSession = false
        /// When progress was stored, in nanoseconds.
        var progressAt: UInt64 = 0
        var end: SessionEnd?
        var failure: StoreError?
        var finished: CheckedContinuation<AttemptEnd, Never>?

        /// Takes an outcome, which may complete that of an item of the task.
        mutating func add(_ outcome: StoredItemOutcome) {
            guard let folded = parts.fold(outcome) else { return }
            pending.outcomes.append(folded)
            if folded.stage == .final {
                outcomes[folded.item] = ErrorCode(rawValue: folded.code) ?? .internalError
            }
        }
    }

    /// The shortest time between two notes of progress, in nanoseconds.
    private static let progressPause: UInt64 = 500_000_000

    private let state: Mutex<State>
    private let store: Store
    private let plan: AttemptPlan
    private let trace: TraceSession
    private let log = Log("dispatch")

    init(store: Store, plan: AttemptPlan) {
        self.store = store
        self.plan = plan
        trace = store.trace(task: plan.task)
        state = Mutex(State(pending: Self.emptyBatch(plan), parts: ItemParts(plan)))
    }

    private static func emptyBatch(_ plan: AttemptPlan) -> CollectionBatch {
        CollectionBatch(
            project: plan.device.project, device: plan.device.id, task: plan.task)
    }

    /// Waits until the session is over and all of it is stored.
    func ended() async -> AttemptEnd {
        await withCheckedContinuation { continuation in
            let done = state.withLock { state -> AttemptEnd? in
                if let end = Self.completed(&state) { return end }
                state.finished = continuation
                return nil
            }
            if let done { continuation.resume(returning: done) }
        }
    }

    // MARK: SessionDelegate

    func session(_ session: DeviceSession, wrote batch: SessionBatch) {
        let offset = TimeZones.host
        change(session) { state in
            for record in batch.records {
                Self.add(record, to: &state, receivedIn: offset)
            }
            for outcome in batch.outcomes {
                state.add(Self.stored(outcome, at: .now()))
                guard outcome.stage == .final else { continue }
                if outcome.code != .ok, let message = outcome.message, !message.isEmpty {
                    state.pending.journal.append(
                        JournalLine(
                            at: .now(), level: .warning, message: StoredMessage(of: message)))
                }
            }
            for write in batch.memory {
                state.pending.memory.append(
                    StoredMemoryWrite(key: write.key, bytes: write.bytes))
            }
            state.sequence = batch.sequence
        }
    }

    func session(_ session: DeviceSession, noted notes: [SessionNote]) {
        change(session) { state in
            for note in notes {
                state.pending.journal.append(
                    JournalLine(
                        at: Moment(milliseconds: note.stamp.wallMilliseconds),
                        level: JournalLevel(rawValue: Int(note.level.rawValue)) ?? .info,
                        message: StoredMessage(of: note.message)))
            }
        }
    }

    func session(_ session: DeviceSession, traced lines: [Plugins.TraceLine]) {
        trace.append(lines.map(StoredTraceLine.init))
        let isExchange = lines.contains { line in
            switch line.kind {
            case .connected, .sent, .received, .sentBulk: true
            case .disconnected: false
            }
        }
        if isExchange { state.withLock { $0.hadSession = true } }
    }

    func session(_ session: DeviceSession, progressed progress: SessionProgress) {
        // Twice a second is as often as anybody can look: each of them is a row and a message to listeners.
        let now = SystemClock.monotonicNanoseconds
        let isDue = state.withLock { state in
            let isDue = now &- state.progressAt >= Self.progressPause
            if isDue { state.progressAt = now }
            return isDue
        }
        guard isDue else { return }
        change(session) { state in
            state.pending.progress = TaskProgress(
                done: Int(progress.done), total: Int(progress.total))
        }
    }

    func session(_ session: DeviceSession, needs count: UInt64, of counter: String) {
        let device = plan.device.id
        let block = UInt32(clamping: max(count, 64))
        Task { [store, log] in
            do throws(StoreError) {
                let first = try await store.write { (transaction) throws(StoreError) in
                    try transaction.reserve(device: device, counter: counter, count: block)
                }
                session.grant(
                    counter, CounterBlock(next: first, end: first + UInt64(block)))
            } catch {
                // The session waits for its credit and ends with the code `store` if none comes.
                log.error("no counter could be reserved", ["reason": "\(error)"])
            }
        }
    }

    func session(_ session: DeviceSession, completed command: CommandEnd) {}

    func session(_ session: DeviceSession, finished end: SessionEnd) {
        change(session) { state in
            // A driver that finished well answers for the items that it did not name. What was lost in
            // the middle of a command is never asked again. The others wait for another attempt.
            for outcome in end.remaining
            where end.code == .ok || outcome.code == .indeterminate {
                state.add(Self.stored(outcome, at: .now()))
            }
            if end.code != .ok, !end.message.isEmpty {
                state.pending.journal.append(
                    JournalLine(
                        at: Moment(milliseconds: end.statistics.ended.wallMilliseconds),
                        level: .error, message: StoredMessage(of: end.message)))
            }
            state.end = end
        }
    }

    // MARK: Writing

    /// Takes in what came, and starts the writer unless it is on its way.
    private func change(_ session: DeviceSession, _ body: (inout State) -> Void) {
        let starts = state.withLock { state in
            body(&state)
            guard !state.isWriting else { return false }
            state.isWriting = true
            return true
        }
        if starts { Task { await self.write(session) } }
    }

    /// Writes until nothing waits.
    private func write(_ session: DeviceSession) async {
        while true {
            let (batch, sequence) = state.withLock { state in
                defer { state.pending = Self.emptyBatch(plan) }
                return (state.pending, state.sequence)
            }
            if !batch.isEmpty {
                guard await append(batch) else {
                    session.close(code: .store)
                    continue
                }
            }
            if sequence > 0 { session.storeConfirmed(upTo: sequence) }
            let isOver = state.withLock { $0.end != nil && !$0.isTraceKept }
            if isOver {
                await keepTrace()
                state.withLock { $0.isTraceKept = true }
            }
            let (isDone, waiter) = state.withLock {
                state -> (Bool, (CheckedContinuation<AttemptEnd, Never>, AttemptEnd)?) in
                guard state.pending.isEmpty, state.end == nil || state.isTraceKept else {
                    return (false, nil)
                }
                state.isWriting = false
                guard let continuation = state.finished, let end = Self.completed(&state) else {
                    return (true, nil)
                }
                state.finished = nil
                return (true, (continuation, end))
            }
            if let (continuation, end) = waiter { continuation.resume(returning: end) }
            if isDone { return }
        }
    }

    /// Stores one batch, again and again while the store is full or busy and the session lives: it is
    /// held meanwhile, and ends by itself when that takes too long.
    ///
    /// - Returns: False when nothing of the batch was kept.
    private func append(_ batch: CollectionBatch) async -> Bool {
        var pause = Duration.milliseconds(20)
        while true {
            do throws(StoreError) {
                try await store.append(batch)
                return true
            } catch {
                let isOver = state.withLock { state in
                    if !error.isTransient || state.end != nil { state.failure = error }
                    return state.failure != nil
                }
                guard isOver else {
                    try? await Task.sleep(for: pause)  // ends early only when cancelled
                    pause = min(pause * 2, .seconds(2))
                    continue
                }
                log.error(
                    "records of a session could not be stored",
                    ["device": plan.device.serialNumber, "reason": "\(error)"])
                return false
            }
        }
    }

    /// Brings the rest of the extended journal to disk.
    private func keepTrace() async {
        do throws(StoreError) {
            try await trace.flush()
        } catch {
            // The task ends without the rest of its journal: its readings are stored.
            log.warning("the extended journal could not be written", ["reason": "\(error)"])
        }
    }

    private static func completed(_ state: inout State) -> AttemptEnd? {
        guard let end = state.end, state.isTraceKept, !state.isWriting, state.pending.isEmpty else {
            return nil
        }
        let code = state.failure == nil ? end.code : .store
        return AttemptEnd(
            code: code, detail: end.detail,
            message: end.message.isEmpty ? nil : StoredMessage(of: end.message),
            outcomes: state.failure == nil ? state.outcomes : [:], hadSession: state.hadSession,
            yielded: end.checkpoint != nil, checkpoint: end.checkpoint, lostPart: end.lostPart)
    }

    // MARK: Records

    private static func add(
        _ record: EmittedRecord, to state: inout State, receivedIn zone: TimeZoneRules
    ) {
        let received = Timestamp(
            milliseconds: record.receivedAt, offsetMinutes: zone.offset(atUTC: record.receivedAt),
            flags: [.known, .offsetKnown])
        let isOwnTime = !record.time.flags.contains(.fromHost)
        switch record.content {
        case .measurement(let value, let status):
            state.pending.measurements.append(
                MeasurementRecord(
                    archive: record.archive, quantity: record.quantity, tag: record.tag,
                    child: record.child, value: value, status: status,
                    time: isOwnTime ? record.time : nil, intervalEnd: record.intervalEnd,
                    received: received))
        case .event(let code, let index, let parameters):
            var event = EventRecord(
                journal: record.archive, type: record.quantity, code: code, child: record.child,
                parameters: parameters.isEmpty ? .null : .object(parameters),
                time: isOwnTime ? record.time : nil, index: index, received: received)
            state.ordinals.number(&event, item: record.item.map(Int.init) ?? -1)
            state.pending.events.append(event)
        case .state(let value):
            state.pending.states.append(
                StateRecord(
                    archive: record.archive, type: record.quantity, child: record.child,
                    value: value, time: isOwnTime ? record.time : nil, received: received))
        }
    }

    private static func stored(
        _ outcome: Plugins.ItemOutcome, at now: Moment
    ) -> StoredItemOutcome {
        StoredItemOutcome(
            item: Int(outcome.item),
            stage: OutcomeStage(rawValue: Int(outcome.stage.rawValue)) ?? .final,
            code: outcome.code.rawValue, detail: outcome.detail,
            message: outcome.message.flatMap { $0.isEmpty ? nil : StoredMessage(of: $0) }, at: now)
    }
}
