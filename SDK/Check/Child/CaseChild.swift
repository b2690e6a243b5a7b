import Glibc
import JSON

/// The process of one case, seen from inside.
package enum CaseChild {
    /// The variable that makes a process the process of a case.
    static let variable = "COMMLINE_CHECK_CASE"
    /// Where the page is handed over.
    static let pageDescriptor: Int32 = 3

    /// Runs the case that this process was started for.
    ///
    /// - Returns: False where it was not started for a case; otherwise the process should end.
    package static func runIfAsked() -> Bool {
        guard let text = getenv(variable) else { return false }
        unsetenv(variable)
        guard let json = try? JSONValue(parsing: String(cString: text)),
            let name = json["case"]?.string, let job = json["job"].flatMap(CheckJob.init),
            let page = CasePage(mapping: pageDescriptor)
        else { return false }
        close(pageDescriptor)
        limitResources()
        let context = ContextBox(job, name, page)
        if !CaseThread.run({ stack in context.run(stack) }) {
            page.finish(CaseResult(name, .failed, ["no memory for the thread of the case"]))
        }
        return true
    }

    private static func limitResources() {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        // A leak or a flood ends the case, not the machine.
        var memory = rlimit(rlim_cur: 4 << 30, rlim_max: 4 << 30)
        setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &memory)
    }
}

// SAFETY: used by the one thread of the case while the thread that made it waits.
private final class ContextBox: @unchecked Sendable {
    private let job: CheckJob
    private let name: String
    private let page: CasePage

    init(_ job: CheckJob, _ name: String, _ page: CasePage) {
        self.job = job
        self.name = name
        self.page = page
    }

    func run(_ stack: CaseThread.Stack) {
        guard let lent = LentMemory() else {
            return page.finish(CaseResult(name, .failed, ["no memory to lend to the plugin"]))
        }
        FaultGuard.install(page: page, lent: lent, stack: stack)
        let context = CaseContext(job: job, page: page, lent: lent)
        var findings = Findings()
        guard let found = CheckCase.find(name, in: job) else {
            return page.finish(CaseResult(name, .failed, ["there is no case \"\(name)\""]))
        }
        do throws(CaseFailure) {
            try found.run(context, &findings)
        } catch {
            findings.fail(error.description)
        }
        page.finish(findings.result(of: name))
        // What the plugin does at exit is its own affair, and not that of this case.
        _exit(0)
    }
}
