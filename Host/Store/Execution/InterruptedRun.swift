/// A run that had not ended when the host stopped, as the next start finds it.
package struct InterruptedRun: Hashable, Sendable {
    package var run: Run
    /// Its tasks that had not ended: running ones were cut off, pending ones never began.
    package var tasks: [RunTask]

    package init(run: Run, tasks: [RunTask]) {
        self.run = run
        self.tasks = tasks
    }
}

extension Snapshot {
    /// Lists the runs that had not ended, so that the dispatcher closes or requeues their tasks.
    package func interruptedRuns() throws(StoreError) -> [InterruptedRun] {
        var found: [InterruptedRun] = []
        for run in try unfinishedRuns() {
            found.append(InterruptedRun(run: run, tasks: try unfinishedTasks(ofRun: run.id)))
        }
        return found
    }
}
