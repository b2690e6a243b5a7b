import CCommline
import Log
import Reactor
import Synchronization
import Values

/// One import, or one set of commands, of an integrator: on a thread of its own, which may block.
///
/// What the plugin hands over is checked, copied and numbered, and goes to a `SourceHost`. Where the host is
/// behind by a window of reports, the plugin's next call waits. `cancel` ends that wait, and from then on
/// the sink tells the plugin to stop; a plugin that does not return within its grace is for whoever owns
/// the process to end.
// SAFETY: `rules`, `host` and `told` belong to the run's thread. `thread` is atomic: with it the sink's functions,
// which a faulty plugin may call from anywhere, find out whether they may touch the rest.
package final class SourceRun: @unchecked Sendable {
    /// Breaches that are reported one by one; a flood says nothing more.
    private static let mostBreaches = 8
    private static let graveyard = SourceGraveyard()

    let plugin: String
    private let functions: SourceFunctions
    private let opening: SourceOpening
    private let window: SourceWindow
    private let hasStarted = Atomic<Bool>(false)
    /// The thread that is inside the plugin, or 0.
    private let thread = Atomic<UInt>(0)
    private let hasEnded = Atomic<Bool>(false)
    private let breaches = Atomic<UInt64>(0)
    private let hasStrayed = Atomic<Bool>(false)
    private let sink: UnsafeMutablePointer<commline_sink>

    // What the sink's functions work on.
    var rules: SourceRules
    /// Released at the end: a run that is kept for the sake of a faulty plugin keeps nothing else.
    private var host: (any SourceHost)?
    private var told = 0

    /// Prepares a run; `start` begins it.
    ///
    /// - Parameters:
    ///   - plugin: The plugin's id.
    ///   - functions: The plugin's.
    ///   - opening: What is to be done.
    ///   - host: Hears everything.
    init(
        plugin: String, functions: SourceFunctions, opening: SourceOpening, host: any SourceHost
    ) {
        self.plugin = plugin
        self.functions = functions
        self.opening = opening
        self.host = host
        window = SourceWindow(size: opening.window)
        rules = SourceRules(opening)
        sink = .allocate(capacity: 1)
        sink.initialize(to: SinkTable.template)
        sink.pointee.host = Unmanaged.passUnretained(self).toOpaque()
    }

    deinit {
        sink.deinitialize(count: 1)
        sink.deallocate()
    }

    // MARK: Control

    /// Begins the run, once; later calls do nothing.
    ///
    /// - Throws: A `SystemError` when the system has no thread to give; then nothing was begun.
    package func start() throws(SystemError) {
        guard !hasStarted.exchange(true, ordering: .relaxed) else { return }
        do throws(SystemError) {
            try Thread.start("source") { [self] in run() }
        } catch {
            hasStarted.store(false, ordering: .relaxed)
            throw error
        }
    }

    /// Says that all reports up to this number are on disk.
    package func confirm(upTo number: UInt64) {
        window.confirm(upTo: number)
    }

    /// Asks the plugin to stop.
    ///
    /// A call that waits for the store returns at once; `cancelled` answers true.
    package func cancel() {
        window.cancel()
    }

    // MARK: The sink's side

    /// True on the run's thread while the plugin works.
    var isOnItsThread: Bool {
        let thread = self.thread.load(ordering: .acquiring)
        return thread != 0 && thread == Thread.current
    }

    /// True where the plugin is to stop; from any thread.
    var isToStop: Bool { hasEnded.load(ordering: .acquiring) || window.isCancelled }

    /// Hands a report over, when the window has room for it.
    func hand(over content: SourceReport.Content) throws(LinkRefusal) {
        guard let number = window.take() else {
            throw .tooMuch("the run is cancelled and the store is behind")
        }
        host?.report(SourceReport(number: number, content: content))
    }

    /// Tells, once a run, that the plugin called its sink from elsewhere or after the end.
    func strayCall(_ name: StaticString) {
        breaches.add(1, ordering: .relaxed)
        guard !hasStrayed.exchange(true, ordering: .relaxed) else { return }
        Log("plugin.\(plugin)").warning(
            "called a sink after its run or from another thread; the call has no effect",
            ["call": "\(name)"])
    }

    /// Remembers a call that broke the contract.
    func note(_ refusal: LinkRefusal, in call: StaticString) {
        breach("\(call): \(refusal.reason)", isBreach: refusal.isBreach)
    }

    private func breach(_ text: String, isBreach: Bool = true) {
        guard isBreach else { return }
        breaches.add(1, ordering: .relaxed)
        guard told < Self.mostBreaches else { return }
        told += 1
        // Refused only where the run is cancelled and the window full: the count has it all the same.
        try? hand(over: .breach(text))
    }

    // MARK: The thread

    private func run() {
        thread.store(Thread.current, ordering: .releasing)
        var end = window.isCancelled ? SourceEnd(code: .cancelled) : callPlugin()
        thread.store(0, ordering: .releasing)
        hasEnded.store(true, ordering: .releasing)
        // A plugin that holds on to its dead sink gets an answer for a while.
        Self.graveyard.bury(self)
        end.remaining = rules.remaining(end.code)
        end.lastNumber = window.issued
        end.breaches = breaches.load(ordering: .relaxed)
        let host = self.host
        self.host = nil
        host?.ended(end)
    }

    private func callPlugin() -> SourceEnd {
        let function = opening.task == .import ? functions.import : functions.command
        let now = TimeStamp.now
        var error = commline_error()
        error.size = UInt32(MemoryLayout<commline_error>.size)
        var text = [CChar](repeating: 0, count: 1024)
        let raw = EventLending.text(opening.json) { json in
            text.withUnsafeMutableBufferPointer { buffer in
                error.text = buffer.baseAddress
                error.text_capacity = UInt32(buffer.count)
                var request = commline_request()
                request.size = UInt32(MemoryLayout<commline_request>.size)
                request.mode = COMMLINE_MODE_TASK
                request.json = json
                request.file = -1
                request.item_count = UInt32(clamping: opening.items.count)
                request.monotonic_ns = now.monotonicNanoseconds
                request.wall_ms = now.wallMilliseconds
                return function(&request, sink, &error)
            }
        }
        let bytes = text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
        return SourceEnd(
            code: code(raw), detail: error.detail, text: String(decoding: bytes, as: UTF8.self))
    }

    /// What the plugin returned, as far as it is a code that it may return.
    private func code(_ raw: commline_code) -> ErrorCode {
        do throws(LinkRefusal) {
            return try BorderReading.code(raw)
        } catch {
            breach("return: \(error.reason)")
            return .internalError
        }
    }
}
