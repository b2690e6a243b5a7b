import Log
import Reactor
import Store

/// The daily clean-up, counted from the start of the service: an actor on a reactor's timer.
actor Upkeep {
    private let store: Store
    private let reactor: Reactor
    private let interval: Duration
    private var timer: TimerHandle?
    private var running: Task<Void, Never>?
    private var isStopped = false
    private static let log = Log("upkeep")

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        reactor.asUnownedSerialExecutor()
    }

    init(of store: Store, on reactor: Reactor, every interval: Duration = .seconds(86_400)) {
        self.store = store
        self.reactor = reactor
        self.interval = interval
    }

    /// Cleans up now and from now on once in each interval.
    func start() {
        guard !isStopped else { return }
        timer = reactor.schedule(after: interval, on: self) { $0.start() }
        // One that takes longer than the interval is not overtaken by the next.
        guard running == nil else { return }
        running = Task { await cleanUp() }
    }

    /// Ends the timer and waits for a clean-up that is going on.
    func stop() async {
        isStopped = true
        reactor.cancel(timer)
        timer = nil
        running?.cancel()
        await running?.value
    }

    private func cleanUp() async {
        defer { running = nil }
        do throws(StoreError) {
            let summary = try await store.cleanUp()
            if summary != CleanUpSummary() {
                Self.log.info(
                    "deleted what is beyond its retention",
                    [
                        "files": "\(summary.measurementFiles)", "events": "\(summary.events)",
                        "states": "\(summary.states)", "commands": "\(summary.commands)",
                        "journalLines": "\(summary.journalLines)", "runs": "\(summary.runs)",
                        "segments": "\(summary.traceSegments)",
                    ])
            }
        } catch .closed {
            return
        } catch {
            Self.log.error("the daily clean-up failed", ["reason": "\(error)"])
        }
    }
}
