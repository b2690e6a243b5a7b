import Reactor
import Synchronization

/// Why a run of an integrator was not begun.
package enum SourceRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// No such plugin is loaded.
    case unknown(String)
    /// The plugin has no `commline.source/1`.
    case noSource(String)
    case stopping

    package var description: String {
        switch self {
        case .unknown(let id):
            "there is no plugin \"\(id)\" that is loaded; see the list of plugins for the reason"
        case .noSource(let id):
            "plugin \(id) is no integrator; name one whose library has commline.source/1"
        case .stopping: "the host is stopping; try again when it is back"
        }
    }
}

/// Runs a plugin's integrator: one worker process for each run, wherever the plugin's sessions live.
final class SourceRuntime: Sendable {
    private struct State {
        var runs: [ObjectIdentifier: SourceWorker] = [:]
        var isStopping = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let spec: WorkerSpec
    private let ledger = WorkerLedger()
    private let state = Mutex(State())

    /// Makes a runtime that runs nothing yet.
    ///
    /// - Parameter spec: How a worker of the plugin is started; its kind does not matter.
    init(_ spec: WorkerSpec) {
        self.spec = spec
    }

    /// The processes now, and what became of earlier ones; a run counts as a session.
    var workers: WorkerSnapshot { ledger.snapshot }

    /// Begins a run, and keeps it until its process is gone.
    ///
    /// - Parameters:
    ///   - opening: What is to be done.
    ///   - filter: The secrets of the request.
    ///   - reactor: Where the delegate is called.
    ///   - delegate: Hears everything; kept until it has heard of the end.
    /// - Returns: The run.
    /// - Throws: A `SourceRefusal` where the host is stopping; then the delegate hears nothing.
    func run(
        _ opening: SourceOpening, filter: SecretFilter, on reactor: Reactor,
        delegate: any SourceDelegate
    ) throws(SourceRefusal) -> SourceWorker {
        let worker = SourceWorker(
            spec, opening, filter: filter, on: reactor, delegate: delegate
        ) { [self] worker, end, words in left(worker, end, words) }
        let isRefused = state.withLock { state in
            if !state.isStopping { state.runs[ObjectIdentifier(worker)] = worker }
            return state.isStopping
        }
        guard !isRefused else { throw .stopping }
        ledger.sessions(+1)
        reactor.execute { [ledger] in
            let process = worker.assumeIsolated { $0.begin() }
            if let process { ledger.started(process) }
        }
        return worker
    }

    private func left(_ worker: SourceWorker, _ end: WorkerEnd, _ words: String) {
        ledger.ended(worker.assumeIsolated { $0.startedProcess }, lost: 1)
        if end != .stopped { ledger.crashed(end, words) }
        let waiters = state.withLock { state in
            state.runs[ObjectIdentifier(worker)] = nil
            guard state.runs.isEmpty else { return [] as [CheckedContinuation<Void, Never>] }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Cancels all runs, with no more grace than a worker has to stop, and returns when their processes are gone.
    func stop() async {
        let runs = state.withLock { state in
            state.isStopping = true
            return state.runs.values.map { $0 }
        }
        let grace = min(spec.limits.cancel, spec.limits.stop)
        for run in runs { run.reactor.execute { run.assumeIsolated { $0.cancel(within: grace) } } }
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state in
                if !state.runs.isEmpty { state.waiters.append(continuation) }
                return state.runs.isEmpty
            }
            if isDone { continuation.resume() }
        }
    }
}
