import JSON
import Store
import Values

/// The entries that the commands of a run begin in the history with.
package enum CommandHistory {
    /// Makes an entry for each command of a task; store them in the transaction that stores the run.
    ///
    /// What becomes of them is noted with the outcomes of their items.
    ///
    /// - Parameters:
    ///   - task: The task with its items.
    ///   - run: The task's run.
    ///   - comment: What the user wrote beside the command; empty for nothing.
    ///   - makeID: Makes an identifier.
    /// - Returns: The entries in the order of the items; none where the task only reads.
    package static func entries(
        of task: RunTask, in run: Run, comment: String = "", makeID: () -> UUID
    ) -> [CommandRecord] {
        (task.items.array ?? []).compactMap(TaskItem.init).filter { $0.kind == .command }.map {
            item in
            CommandRecord(
                id: makeID(), project: run.project, device: task.device, task: task.id,
                item: item.number, function: item.symbol, parameters: item.parameters,
                comment: comment, user: run.user, initiator: run.initiator,
                launch: launch(of: run), created: run.created)
        }
    }

    /// How the commands of a run were launched: a run of a job with nobody behind it is the
    /// schedule's, and one that another system asked for is that system's.
    static func launch(of run: Run) -> CommandLaunch {
        if run.initiator == "Podis" || run.initiator == "Iec61968" { return .external }
        if run.user != nil { return .system }
        return run.job == nil ? .undefined : .schedule
    }
}
