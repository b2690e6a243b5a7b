import CCommline
import CSystem
import Glibc
import Log
import Reactor
import Values

/// The program of a worker process: it loads one plugin and serves sessions over one socket, in one thread.
package enum WorkerProgram {
    /// The name of the program's command.
    package static var command: String { WorkerTask.command }

    /// How a worker ends where its plugin is not to blame.
    enum ExitStatus {
        /// The command line is not one that the host writes.
        static let usage: Int32 = 64
        /// The library was refused; a frame has said why.
        static let refused: Int32 = 65
        /// What the host sent is not what it can send: the socket or the memory is damaged.
        static let damaged: Int32 = 70
        /// The socket to the host cannot be used any more although the host is there.
        static let noSocket: Int32 = 71
    }

    /// Runs the worker and never returns.
    ///
    /// - Parameter arguments: What stands behind `commline worker`.
    package static func run(_ arguments: [String]) -> Never {
        guard let task = WorkerTask(arguments: arguments) else {
            let text = "commline worker: it is started by the host and has no use of its own\n"
            _ = text.withCString { Glibc.write(2, $0, strlen($0)) }
            exit(ExitStatus.usage)
        }
        // Nobody is there to be told when the host has gone.
        guard csys_die_with_parent(task.parent) == 0,
            let page = WorkerPage(descriptor: WorkerTask.page)
        else { exit(0) }
        _ = csys_close_from(WorkerTask.firstUnused)
        csys_name_thread(task.plugin)
        WorkerLog.install()
        let protections = protect(task)
        let output = WorkerOutput()
        let table: PluginTable
        let greeting: WorkerGreeting
        let functions: WorkerFunctions
        do throws(SealedLibrary.Failure) {
            (table, functions) = try load(task)
            greeting = WorkerGreeting(
                hasDriver: functions.driver != nil, hasSimulator: functions.simulator != nil,
                hasSource: functions.source != nil, protections: protections)
        } catch {
            output.frame(.failed) {
                $0.put(error.problem)
                $0.put(error.remedy)
            }
            output.flush()
            exit(ExitStatus.refused)
        }
        output.frame(.ready) { $0.put(greeting) }
        output.flush()
        if task.kind == .probe { exit(0) }
        WorkerLoop(task, page: page, functions: functions, table: table, output: output).run()
    }

    /// Gives up what the plugin has no use for.
    private static func protect(_ task: WorkerTask) -> WorkerGreeting.Protections {
        var done: WorkerGreeting.Protections = []
        let descriptors: UInt64 = task.kind == .source ? 1024 : 64
        if csys_limit_worker(UInt64(task.memoryMiB) << 20, descriptors) == 0 {
            done.insert(.limits)
        }
        if task.kind != .source, csys_restrict_files() == 0 { done.insert(.files) }
        let filter = task.kind == .source ? CSYS_FILTER_SOURCE : CSYS_FILTER_DRIVER
        if csys_filter_calls(filter) == 0 { done.insert(.calls) }
        return done
    }

    private static func load(
        _ task: WorkerTask
    ) throws(SealedLibrary.Failure) -> (PluginTable, WorkerFunctions) {
        let entry = try SealedLibrary.load(WorkerTask.library)
        do throws(PluginTable.Failure) {
            let table = try PluginTable(entry(), id: task.plugin, version: task.version)
            try table.activate(HostTable.make(plugin: task.plugin, hostVersion: task.hostVersion))
            let functions = WorkerFunctions(
                driver: try table.driver(), simulator: try table.simulator(),
                source: try table.source())
            return (table, functions)
        } catch {
            throw SealedLibrary.Failure(problem: error.problem, remedy: error.remedy)
        }
    }
}

/// The plugin's functions that a worker calls.
struct WorkerFunctions {
    let driver: SessionFunctions?
    let simulator: SessionFunctions?
    let source: SourceFunctions?
}
