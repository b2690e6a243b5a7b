import CSystem
import Glibc
import JSON

/// The process in which `plugin try` runs the driver: this program once more, with the same arguments.
enum TryProcess {
    private static let variable = "COMMLINE_TRY_PARENT"

    /// Whether this is that process.
    static var isInside: Bool { getenv(variable) != nil }

    /// Ends this process when the one that started it is gone.
    static func dieWithParent() throws(CommandFailure) {
        guard let parent = getenv(variable).flatMap({ pid_t(String(cString: $0)) }),
            csys_die_with_parent(parent) == 0
        else { throw CommandFailure("the process that started this one is gone") }
    }

    /// Starts the process and waits for its end.
    ///
    /// - Parameters:
    ///   - limit: How long a driver that returns from its callbacks may take.
    ///   - isJSON: Whether an end that the process could not tell of is told as JSON.
    ///   - recording: The recording, or nil.
    /// - Returns: The exit code.
    /// - Throws: A `CommandFailure` where no process can be started or watched.
    static func run(
        within limit: Duration, isJSON: Bool, recording: String?
    ) throws(CommandFailure) -> ExitCode {
        // Ctrl-C is for the session: it says goodbye to the device and ends by itself.
        for signal in [SIGINT, SIGQUIT] { csys_ignore_signal(signal) }
        let process = try start()
        let descriptor = csys_process_descriptor(process)
        guard descriptor >= 0 else {
            _ = csys_kill(process)
            throw CommandFailure("the driver's process cannot be watched: errno \(-descriptor)")
        }
        defer { csys_close(descriptor) }
        // Until a session could have ended in any way, and a little for the start and the output.
        let end = ContinuousClock.now + limit + .seconds(15)
        var hangs = false
        while true {
            var item = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let left = ContinuousClock.now.duration(to: end) / .milliseconds(1)
            if poll(&item, 1, Int32(max(0, min(left, 60_000)))) > 0 { break }
            guard ContinuousClock.now >= end else { continue }
            hangs = true
            _ = csys_kill(process)
            break
        }
        var (code, signal): (Int32, Int32) = (0, 0)
        while csys_collect(process, &code, &signal) == 0 { sched_yield() }
        if signal == 0, let result = ExitCode(rawValue: code) { return result }
        let name = csys_signal_name(signal)
        let reason =
            hangs
            ? "the driver hangs: it does not return from a callback"
            : signal == 0
                ? "the driver ended its process: exit(\(code))"
                : "the driver ended its process: \(name)"
        tell(reason, isJSON: isJSON, recording: recording)
        return .failure
    }

    private static func csys_signal_name(_ signal: Int32) -> String {
        let names: [Int32: String] = [
            SIGSEGV: "SIGSEGV", SIGABRT: "SIGABRT", SIGILL: "SIGILL", SIGBUS: "SIGBUS",
            SIGFPE: "SIGFPE", SIGTRAP: "SIGTRAP", SIGKILL: "SIGKILL", SIGTERM: "SIGTERM",
        ]
        return names[signal] ?? "signal \(signal)"
    }

    private static func tell(_ reason: String, isJSON: Bool, recording: String?) {
        if isJSON {
            let end: JSONValue = ["code": "plugin_crashed", "message": .string(reason)]
            Terminal.write(JSONValue.object(["end": end]).text(pretty: true) + "\n")
        }
        let hint =
            recording.map { "; \($0) leads up to it" } ?? "; --record shows what led up to it"
        Terminal.writeError("commline: \(reason)\(hint)\n")
    }

    private static func start() throws(CommandFailure) -> pid_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var ignored = sigset_t()
        sigemptyset(&ignored)
        for signal in [SIGINT, SIGQUIT] { sigaddset(&ignored, signal) }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
        posix_spawnattr_setsigdefault(&attributes, &ignored)
        let extra = ["\(variable)=\(getpid())", "SWIFT_BACKTRACE=enable=no"]
        var arguments: [UnsafeMutablePointer<CChar>?] =
            CommandLine.arguments.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] =
            (environment + extra).map { strdup($0) } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var process: pid_t = 0
        let status = posix_spawn(
            &process, "/proc/self/exe", nil, &attributes, &arguments, &variables)
        guard status == 0 else {
            throw CommandFailure(
                "no process could be started: \(String(cString: strerror(status)))")
        }
        return process
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
}
