import JSON
import Plugins
import Reactor
import Store
import Values

extension Dispatcher {
    /// Decides what follows an attempt.
    ///
    /// - Parameters:
    ///   - end: How it ended.
    ///   - id: Its task.
    ///   - line: The endpoint that it was at; nil where it had none.
    ///   - isAnswered: Whether every item has its answer, however the session ended.
    func take(
        _ end: AttemptEnd, of id: UUID, at line: String? = nil, isAnswered: Bool = false
    ) async {
        guard var task = tasks[id] else { return }
        task.last = end
        task.mark = end.mark(of: task.device, at: .now())
        task.checkpoint = end.yielded ? end.checkpoint : nil
        task.state = .finishing
        tasks[id] = task
        let isOver = isAnswered || (end.code == .ok && !end.yielded)
        if isStopping, !isOver {
            await ledger.requeue(
                id, countsAttempt: false, .warning, StoredMessage(id: "host.task.interrupted"),
                task.mark)
            return
        }
        if let line { learn(end, of: line) }
        let run = runs[task.run]
        if run?.cancelled != nil || run == nil || isOver {
            await finish([id])
            return
        }
        let step: Attempts.Step
        if end.yielded {
            step = .again(line: task.line, after: .zero)
        } else {
            step = task.attempts.failed(with: end.code, end.lostPart)
        }
        await follow(step, task, countsAttempt: !end.yielded && !end.isTheHostsOwn)
    }

    private func follow(
        _ step: Attempts.Step, _ task: ActiveTask, countsAttempt: Bool
    ) async {
        var task = task
        let id = task.id
        let mark = task.mark
        if step != .over { task.mark = nil }
        switch step {
        case .over:
            tasks[id] = task
            await finish([id])
        case .next(let line):
            task.line = line
            tasks[id] = task
            await ledger.requeue(
                id, countsAttempt: countsAttempt, .info, StoredMessage(id: "host.task.next_line"),
                mark)
            resume(id)
        case .again(let line, let pause):
            task.line = line
            tasks[id] = task
            await ledger.requeue(
                id, countsAttempt: countsAttempt, .info,
                task.last?.yielded ?? false
                    ? StoredMessage(id: "host.task.yielded")
                    : StoredMessage(
                        id: "host.task.retry",
                        parameters: ["seconds": JSONValue(pause.components.seconds)]), mark)
            // Somebody may have cancelled while that was written.
            let run = runs[task.run]
            let goesOn = run?.cancelled == nil && run?.isClosed == false
            guard pause > .zero, goesOn else { return resume(id) }
            tasks[id]?.state = .delayed
            timers.execute { [timers] in
                timers.schedule(after: pause) { Task { await self.resume(id) } }
            }
        }
    }

    /// Puts a task back into the queue after its pause.
    func resume(_ id: UUID) {
        guard !isStopping, var task = tasks[id], !endings.contains(id) else { return }
        let run = runs[task.run]
        if run == nil || run?.cancelled != nil || run?.isClosed ?? false {
            Task { await self.finish([id]) }
            return
        }
        task.state = .waiting
        tasks[id] = task
        enqueue(task)
        pump()
    }

    // MARK: Silent endpoints

    /// Keeps the book of endpoints to which no connection can be made.
    private func learn(_ end: AttemptEnd, of line: String) {
        guard end.isSilence else {
            guard end.hadSession, breaker.answered(line) else { return }
            log.info("an endpoint answers again", ["endpoint": line])
            queue.restrict(line, false)
            return
        }
        // While others talk there it is not silent, only full.
        guard queue.holders(of: line) == 0 else { return }
        switch breaker.failed(line) {
        case .single: return
        case .opened:
            log.warning(
                "an endpoint is silent: one session at a time tries it, for all that wait",
                ["endpoint": line])
            queue.restrict(line, true)
        case .stillSilent: break
        }
        var shared = end
        shared.message = StoredMessage(
            id: "host.task.endpoint_silent", parameters: ["endpoint": .string(line)])
        for id in queue.drain(line, below: RunRules.interactive) {
            if let visitor = visitors.removeValue(forKey: id) {
                visitor.resume(returning: nil)
                continue
            }
            Task { await self.take(shared, of: id) }
        }
    }

    // MARK: The window of a job

    /// Ends what has not begun when the window of a run is over.
    func watch(run: UUID, until end: Moment) {
        let left = end.milliseconds - Moment.now().milliseconds
        guard left > 0 else {
            Task { await self.closeWindow(of: run) }
            return
        }
        // The wall clock may be set meanwhile: it is looked at again.
        let pause = Duration.milliseconds(min(left, 60_000))
        timers.execute { [timers] in
            timers.schedule(after: pause) { Task { await self.look(at: run, until: end) } }
        }
    }

    private func look(at run: UUID, until end: Moment) {
        guard runs[run] != nil, !isStopping else { return }
        watch(run: run, until: end)
    }

    private func closeWindow(of id: UUID) async {
        guard let run = runs[id], !run.isClosed else { return }
        runs[id]?.isClosed = true
        await finish(withdrawIdle(of: run))
    }

    /// Takes the tasks of a run that have no session out of the queue.
    func withdrawIdle(of run: ActiveRun) -> [UUID] {
        var idle: [UUID] = []
        for id in run.open {
            switch tasks[id]?.state {
            case .waiting:
                _ = queue.remove(id)
                idle.append(id)
            case .delayed: idle.append(id)
            case .running, .finishing, nil: break
            }
        }
        return idle
    }

    // MARK: Results

    /// How many results are written in one go.
    private static var portion: Int { 200 }

    /// Writes the results of tasks, and their runs' when they were the last ones.
    func finish(_ ids: [UUID]) async {
        var ending: [EndingTask] = []
        for id in ids where endings.insert(id).inserted {
            guard let task = tasks[id], let run = runs[task.run] else {
                endings.remove(id)
                continue
            }
            tasks[id]?.state = .finishing
            var cancelled = run.cancelled
            if cancelled == nil, run.isClosed { cancelled = .cancelledBySchedule }
            ending.append(
                EndingTask(
                    id: id, hasLines: !task.lines.isEmpty, last: task.last, mark: task.mark,
                    isWithdrawn: task.isWithdrawn, cancelled: cancelled))
        }
        var rest = ending[...]
        while !rest.isEmpty {
            let portion = Array(rest.prefix(Self.portion))
            rest = rest.dropFirst(Self.portion)
            await settle(portion, await ledger.finish(portion))
        }
    }

    private func settle(_ ending: [EndingTask], _ results: [UUID: ExecutionResult]) async {
        var closing: Set<UUID> = []
        for entry in ending {
            endings.remove(entry.id)
            guard let task = tasks.removeValue(forKey: entry.id) else { continue }
            runs[task.run]?.open.remove(task.id)
            runs[task.run]?.results[results[task.id] ?? .error, default: 0] += 1
            if runs[task.run]?.open.isEmpty ?? false { closing.insert(task.run) }
        }
        for run in closing { await close(run: run) }
    }

    func close(run id: UUID) async {
        guard let run = runs[id], run.open.isEmpty else { return }
        runs[id] = nil
        await ledger.close(run: id, result: run.result)
    }
}
