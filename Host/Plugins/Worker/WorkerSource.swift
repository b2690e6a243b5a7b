import Reactor
import Synchronization
import Values

/// The integrator of a worker: one run at a time, whose reports go to the host from the run's own thread.
final class WorkerSource {
    private let plugin: String
    private let functions: SourceFunctions?
    private var number: UInt32 = 0
    private var run: SourceRun?
    private var host: SourceOutput?

    init(plugin: String, functions: SourceFunctions?) {
        self.plugin = plugin
        self.functions = functions
    }

    /// True while the plugin works.
    var isBusy: Bool { host?.isBusy ?? false }

    /// Begins a run; the host hears of its end whatever comes.
    func start(_ number: UInt32, _ opening: SourceOpening) throws(WireError) {
        guard !isBusy else { throw WireError("a run is under way") }
        let host = SourceOutput(number)
        guard let functions else {
            return host.ended(
                SourceEnd(code: .configuration, text: "The plugin \(plugin) is no integrator."))
        }
        let run = SourceRun(plugin: plugin, functions: functions, opening: opening, host: host)
        self.number = number
        self.host = host
        self.run = run
        do throws(SystemError) {
            try run.start()
        } catch {
            host.ended(
                SourceEnd(
                    code: .internalError, text: "The run could not begin: \(error.description)."))
        }
    }

    /// Everything up to a report is on disk; what is said of another run comes too late.
    func confirm(_ number: UInt32, upTo report: UInt64) {
        if number == self.number { run?.confirm(upTo: report) }
    }

    func cancel(_ number: UInt32) {
        if number == self.number { run?.cancel() }
    }
}

/// Sends what a run hands over as frames.
// SAFETY: `output` belongs to whoever speaks for the run: its thread, or the main one where it never began.
private final class SourceOutput: SourceHost, @unchecked Sendable {
    private let number: UInt32
    private let output = WorkerOutput()
    private let hasEnded = Atomic<Bool>(false)

    init(_ number: UInt32) {
        self.number = number
    }

    var isBusy: Bool { !hasEnded.load(ordering: .acquiring) }

    /// Each report leaves at once: nobody knows how long the plugin waits for its next one.
    func report(_ report: SourceReport) {
        output.frame(.sourceReport, session: number) { $0.put(report) }
        output.flush()
    }

    func ended(_ end: SourceEnd) {
        // Before the frame: the host may answer it at once.
        hasEnded.store(true, ordering: .releasing)
        output.frame(.sourceEnd, session: number) { $0.put(end) }
        output.flush()
    }
}
