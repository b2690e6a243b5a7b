import Log
import Reactor
import Values

/// Who hears what an integrator in a worker process hands over, on the reactor's thread; it must not block.
package protocol SourceDelegate: AnyObject, Sendable {
    /// Takes one report, checked; reports come in the order of their numbers. It is to be confirmed by
    /// `SourceWorker.confirm(upTo:)` when it is on disk, and by and by the integrator waits for that.
    func source(_ worker: SourceWorker, reported report: SourceReport)

    /// Hears the end, once and last, whatever has become of the process.
    func source(_ worker: SourceWorker, ended end: SourceEnd)
}

/// One run of an integrator in a worker process of its own; lives on one reactor.
///
/// Its calls may take as long as they want, so no watchdog looks at them: the time that it may take is its
/// owner's matter, who cancels it. What is limited is how long it takes to begin and to stop.
package actor SourceWorker {
    /// One process serves one run.
    private static let number: UInt32 = 1

    package nonisolated let reactor: Reactor
    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        reactor.asUnownedSerialExecutor()
    }
    private nonisolated let spec: WorkerSpec
    private nonisolated let filter: SecretFilter
    private nonisolated let log: Log
    private let opening: SourceOpening
    private var check: SourceCheck
    /// Until it has heard of the end.
    private var delegate: (any SourceDelegate)?
    /// Hears that the process is gone; also until then.
    private var gone: (@Sendable (SourceWorker, WorkerEnd, _ lastWords: String) -> Void)?
    private var worker: WorkerChild?
    private var startLimit: TimerHandle?
    private var grace: TimerHandle?
    /// Since it was cancelled: how long it may take to return.
    private var granted: Duration?
    /// It was cancelled, did not return within this grace, and was killed.
    private var deafFor: Duration?

    /// The number of its process, also after its end.
    private(set) var startedProcess: Int32?

    init(
        _ spec: WorkerSpec, _ opening: SourceOpening, filter: SecretFilter, on reactor: Reactor,
        delegate: any SourceDelegate,
        gone: @escaping @Sendable (SourceWorker, WorkerEnd, _ lastWords: String) -> Void
    ) {
        var spec = spec
        spec.task.kind = .source
        self.spec = spec
        self.opening = opening
        self.filter = filter
        self.reactor = reactor
        self.delegate = delegate
        self.gone = gone
        check = SourceCheck(opening)
        log = Log("plugin.\(spec.task.plugin)")
    }

    // MARK: Control, from any thread

    /// Says that all reports up to this number are on disk.
    package nonisolated func confirm(upTo number: UInt64) {
        reactor.execute { self.assumeIsolated { $0.confirmed(upTo: number) } }
    }

    /// Asks the integrator to stop; one that has not done so within its grace is ended with its process.
    package nonisolated func cancel() {
        reactor.execute { self.assumeIsolated { $0.cancel(within: $0.spec.limits.cancel) } }
    }

    // MARK: The run, on the reactor's thread

    /// Starts the process and answers its number; nil where there is none: then the delegate has heard so.
    func begin() -> Int32? {
        guard granted == nil else {
            finish(check.cancelledBefore())
            leave(.stopped)
            return nil
        }
        let events = WorkerChild.Events(
            received: { packet in self.assumeIsolated { $0.hear(packet) } },
            ended: { end in self.assumeIsolated { $0.exited(end) } })
        do throws(SystemError) {
            worker = try WorkerChild(spec, on: reactor, events)
        } catch {
            log.error("a worker could not be started", ["reason": error.description])
            exited(.notStarted(error.description))
            return nil
        }
        worker?.send(.sourceStart, Self.number) { $0.put(opening) }
        startLimit = reactor.schedule(after: spec.limits.start) { [weak self] in
            self?.assumeIsolated {
                $0.worker?.condemn(.stoppedResponding(after: $0.spec.limits.start))
            }
        }
        startedProcess = worker?.process
        return startedProcess
    }

    /// Cancels; again with less patience only makes the grace shorter.
    func cancel(within grace: Duration) {
        guard delegate != nil, grace < granted ?? .seconds(Int64.max) else { return }
        granted = grace
        guard let worker else { return }
        worker.send(.sourceCancel, Self.number) { _ in }
        reactor.cancel(self.grace)
        self.grace = reactor.schedule(after: grace) { [weak self] in
            self?.assumeIsolated { $0.graceIsOver(grace) }
        }
    }

    private func graceIsOver(_ grace: Duration) {
        guard let worker, worker.isSound, delegate != nil else { return }
        deafFor = grace
        worker.condemn(.stoppedResponding(after: grace))
    }

    private func confirmed(upTo number: UInt64) {
        guard let worker, delegate != nil else { return }
        // What was not reported yet cannot be confirmed.
        let number = min(number, check.lastNumber)
        check.confirmed(upTo: number)
        worker.send(.sourceConfirm, Self.number) { $0.put(number) }
    }

    // MARK: What it says

    private func hear(_ packet: BorrowedBytes) {
        worker?.read(packet, blanked: filter.blanked) { (frame) throws(WireError) in
            try serve(frame)
        }
    }

    private func serve(_ frame: WireReader.Frame) throws(WireError) {
        var reader = frame.payload
        switch frame.kind {
        case .ready:
            reactor.cancel(startLimit)
            startLimit = nil
        case .sourceReport: try reported(&reader)
        case .sourceEnd:
            guard delegate != nil else { throw WireError("the run ended twice") }
            var end = try check.completed(try reader.sourceEnd())
            try reader.finish("an end")
            end.text = filter.blanked(end.text)
            finish(end)
            worker?.stop()
        default: throw WireError("this frame is not for the host")
        }
    }

    private func reported(_ reader: inout WireReader) throws(WireError) {
        guard let delegate else { throw WireError("a report came behind the end") }
        let turn = TurnReader(plugin: spec.task.plugin, stamp: .now)
        var report = try turn.sourceReport(&reader)
        try reader.finish("a report")
        try check.check(report)
        report.content = blanked(report.content)
        delegate.source(self, reported: report)
    }

    /// The content without secrets, as far as it is for people.
    private func blanked(_ content: SourceReport.Content) -> SourceReport.Content {
        switch content {
        case .note(var note):
            note.message = filter.blanked(note.message)
            return .note(note)
        case .outcome(var outcome):
            outcome.message = outcome.message.map(filter.blanked)
            return .outcome(outcome)
        case .breach(let text): return .breach(filter.blanked(text))
        case .device, .record, .missing, .progress, .remember: return content
        }
    }

    // MARK: The end

    private func exited(_ end: WorkerEnd) {
        if delegate != nil { finish(lost(end)) }
        leave(end)
    }

    /// The end of a run that lost its process.
    private func lost(_ end: WorkerEnd) -> SourceEnd {
        let plugin = spec.task.plugin
        if let deafFor {
            return check.crashed(.pluginCrashed, HostMessages.sourceDeaf(plugin, after: deafFor))
        }
        switch end {
        case .notStarted(let reason):
            return check.crashed(
                .internalError, HostMessages.sourceNotStarted(plugin, filter.blanked(reason)))
        case .signalled, .exited, .stoppedResponding, .damaged, .refused, .stopped:
            return check.crashed(
                .pluginCrashed, HostMessages.sourceLost(plugin, filter.blanked(end.description)))
        }
    }

    private func finish(_ end: SourceEnd) {
        reactor.cancel(grace)
        grace = nil
        let delegate = self.delegate
        self.delegate = nil
        delegate?.source(self, ended: end)
    }

    /// Nothing is left of the process.
    private func leave(_ end: WorkerEnd) {
        reactor.cancel(startLimit)
        startLimit = nil
        let words = filter.blanked(worker?.lastWords ?? "")
        worker = nil
        if end != .stopped {
            log.error("an integrator's process \(end.description)", ["last words": words])
        }
        let gone = self.gone
        self.gone = nil
        gone?(self, end, words)
    }
}
