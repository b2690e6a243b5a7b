import Glibc
import JSON

/// Runs cases, each in a process of its own, a few at a time.
package struct CaseRunner: Sendable {
    /// How a process of a case is started: the program and its arguments; the program must call
    /// ``CaseChild/runIfAsked()`` before anything else.
    package var program: [String]
    /// How many run at a time.
    package var parallel: Int
    /// How long one case may take, in seconds.
    package var limit: Double = 300
    /// How long one call into the plugin may take, in seconds.
    package var callLimit: Double = 10

    package init(program: [String], parallel: Int = CaseRunner.processors) {
        self.program = program
        self.parallel = max(1, parallel)
    }

    /// How many processors this machine has for us.
    package static var processors: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// Runs the cases and waits for the last one.
    ///
    /// - Parameters:
    ///   - names: The cases, in order.
    ///   - job: What is checked.
    ///   - progress: Told of each case that came to its end.
    /// - Returns: The results in the order of the cases.
    package func run(
        _ names: [String], of job: CheckJob, progress: (CaseResult) -> Void = { _ in }
    ) -> [CaseResult] {
        var results: [String: CaseResult] = [:]
        var waiting = names[...]
        var running: [RunningCase] = []
        while !waiting.isEmpty || !running.isEmpty {
            while running.count < parallel, let name = waiting.popFirst() {
                if let started = RunningCase(name, job, self) {
                    running.append(started)
                } else {
                    results[name] = CaseResult(
                        name, .failed,
                        ["no process could be started: \(String(cString: strerror(errno)))"])
                }
            }
            for (index, one) in running.enumerated().reversed() {
                guard let result = one.poll(self) else { continue }
                running.remove(at: index)
                results[result.name] = result
                progress(result)
            }
            // A case takes milliseconds at least; looking more often would cost it time.
            usleep(2_000)
        }
        return names.compactMap { results[$0] }
    }
}

/// One process of a case, seen from the one that started it.
private final class RunningCase {
    private let name: String
    private let process: pid_t
    private let page: CasePage
    private let output: Int32
    private let began = monotonicNanoseconds()

    init?(_ name: String, _ job: CheckJob, _ runner: CaseRunner) {
        self.name = name
        guard let (page, descriptor) = CasePage.make() else { return nil }
        self.page = page
        output = ScratchFile.open()
        defer { close(descriptor) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        if output >= 0 {
            posix_spawn_file_actions_adddup2(&actions, output, 1)
            posix_spawn_file_actions_adddup2(&actions, output, 2)
        }
        // Both files were opened to be closed by exec; a copy is not.
        posix_spawn_file_actions_adddup2(&actions, descriptor, CaseChild.pageDescriptor)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        posix_spawnattr_setpgroup(&attributes, 0)
        let document: JSONValue = ["case": .string(name), "job": job.json]
        let extra = [
            CaseChild.variable + "=" + document.text(), "SWIFT_BACKTRACE=enable=no",
        ]
        var arguments: [UnsafeMutablePointer<CChar>?] = runner.program.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] =
            (Self.environment + extra).map { strdup($0) } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var process: pid_t = 0
        let status = posix_spawn(
            &process, runner.program.first ?? "", &actions, &attributes, &arguments, &variables)
        guard status == 0 else {
            errno = status
            page.unmap()
            return nil
        }
        self.process = process
    }

    deinit {
        page.unmap()
        if output >= 0 { close(output) }
    }

    private static var environment: [String] {
        var variables: [String] = []
        var next = environ
        while let text = next.pointee {
            variables.append(String(cString: text))
            next += 1
        }
        return variables.filter { !$0.hasPrefix("SWIFT_BACKTRACE=") }
    }

    /// Looks whether the case has come to its end; nil while it goes on.
    func poll(_ runner: CaseRunner) -> CaseResult? {
        var status: Int32 = 0
        if waitpid(process, &status, WNOHANG) == process {
            kill(-process, SIGKILL)
            return result(page.result ?? died(status))
        }
        let now = monotonicNanoseconds()
        if let callBegan = page.callBegan, now > callBegan,
            Double(now - callBegan) / 1e9 > runner.callLimit
        {
            return end("hangs: \(page.call) did not return within \(runner.callLimit) s")
        }
        guard Double(now - began) / 1e9 > runner.limit else { return nil }
        return end("takes too long: no end within \(runner.limit) s")
    }

    private func end(_ reason: String) -> CaseResult {
        kill(-process, SIGKILL)
        var status: Int32 = 0
        waitpid(process, &status, 0)
        return result(failed(reason))
    }

    private func result(_ result: CaseResult) -> CaseResult {
        var result = result
        result.seconds = Double(monotonicNanoseconds() - began) / 1e9
        return result
    }

    /// What to say of a process that ended without a result.
    private func died(_ status: Int32) -> CaseResult {
        let signal = status & 0x7F
        guard signal != 0 else {
            return failed(
                "the plugin ended the process: exit(\((status >> 8) & 0xFF)) in \(page.call)")
        }
        let cause =
            switch page.fault {
            case .stackOverflow: "overflowed its stack"
            case .pastTheEnd: "went past the end of memory that the host had lent it"
            case .readOnly: "wrote into memory that the host had lent it for reading"
            case .afterTheCall:
                "used memory that the host had lent it for a call that has returned"
            case .none, .other: Self.words(signal)
            }
        return failed("the plugin \(cause) (\(Self.name(signal))) in \(page.call)")
    }

    private func failed(_ reason: String) -> CaseResult {
        var details = [reason]
        if !page.step.isEmpty { details.append("at: \(page.step)") }
        if let last = lastWords { details.append("its last words: \(last)") }
        return CaseResult(name, .failed, details)
    }

    /// The last line that the process wrote.
    private var lastWords: String? {
        guard output >= 0 else { return nil }
        let size = lseek(output, 0, SEEK_END)
        guard size > 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: 2000)
        let from = max(0, size - off_t(bytes.count))
        let count = pread(output, &bytes, bytes.count, from)
        guard count > 0 else { return nil }
        let text = String(decoding: bytes[..<count], as: UTF8.self)
        return text.split(whereSeparator: \.isNewline).last.map { String($0.prefix(500)) }
    }

    private static func name(_ signal: Int32) -> String {
        let names: [Int32: String] = [
            SIGSEGV: "SIGSEGV", SIGABRT: "SIGABRT", SIGILL: "SIGILL", SIGBUS: "SIGBUS",
            SIGFPE: "SIGFPE", SIGTRAP: "SIGTRAP", SIGKILL: "SIGKILL", SIGTERM: "SIGTERM",
            SIGPIPE: "SIGPIPE", SIGALRM: "SIGALRM", SIGXCPU: "SIGXCPU",
        ]
        return names[signal] ?? "signal \(signal)"
    }

    private static func words(_ signal: Int32) -> String {
        switch signal {
        case SIGSEGV, SIGBUS: "touched memory that is not its own"
        case SIGABRT: "called abort()"
        case SIGILL, SIGTRAP: "trapped"
        case SIGFPE: "divided by zero"
        default: "was ended by a signal"
        }
    }
}
