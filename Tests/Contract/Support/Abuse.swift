import Testing

/// A plugin that abuses the ABI, and what a host must make of it.
struct Abuse: Sendable, CustomTestStringConvertible {
    enum Verdict: Sendable {
        /// The library is not loaded; the refusal contains this text.
        case refused(String)
        /// Calls are refused and have no effect; the session goes on and reads its meter.
        ///
        /// - Parameters:
        ///   - said: What the plugin notes of the answers.
        ///   - breaches: The calls for which the host blames it.
        case told(said: [String], breaches: [String])
        /// The process of the plugin ends with a signal.
        case crashed(signal: String)
        /// The process of the plugin ends with a status, although nobody told it to.
        case exited(status: Int32)
        /// The callback does not return; the watchdog ends the process.
        case stoppedResponding
        /// A limit of the process refuses the resource; the session may go on or end as a crash.
        case limited(resource: String)
        /// The system call has no effect outside of the process: it is refused or ends the process.
        case forbidden(call: String)
        /// The process may end in any way; nothing outside of it is harmed.
        case contained
        /// Loading does not come to an end or crashes: the probe says so.
        case failsProbe(String)
    }

    /// Its name in `Tests/ABI/Plugins`; `Foundry` compiles it.
    let plugin: String
    let verdict: Verdict

    var testDescription: String { plugin }

    init(_ plugin: String, _ verdict: Verdict) {
        self.plugin = plugin
        self.verdict = verdict
    }

    /// Abuses whose conversation needs a test of its own: `AbuseTests`, `SourceAbuseTests`.
    static let shownByHand: Set = [
        "cancel_abuse", "close_abuse", "complete_abuse", "emit_flood_abuse", "finish_abuse",
        "open_abuse", "reconnect_abuse", "send_flood_abuse", "simulator_abuse", "slow_abuse",
        "source_abuse", "source_flood_abuse", "source_null_abuse", "source_return_abuse",
        "source_short_abuse", "source_stray_abuse", "unknown_event_abuse",
    ]

    static let allCases: [Abuse] = tables + calls + crashes + resources + intrusions

    /// Abuses of `commline.source/1`, in an import whose request names a device `BAD…`.
    static let ofSources: [Abuse] = [
        Abuse("source_deaf_abuse", .stoppedResponding),
        Abuse("source_segv_abuse", .crashed(signal: "SIGSEGV")),
    ]

    #if arch(arm64)
        /// `brk`, where x86 has `ud2`.
        private static let trap = "SIGTRAP"
        /// Division by zero is zero there.
        private static let division = Verdict.contained
    #else
        private static let trap = "SIGILL"
        private static let division = Verdict.crashed(signal: "SIGFPE")
    #endif

    private static let tables: [Abuse] = [
        Abuse("plugin_null_abuse", .refused("gave no plugin table (NULL)")),
        Abuse("plugin_short_abuse", .refused("a plugin table of 48 bytes")),
        Abuse("plugin_major_abuse", .refused("built for ABI 2.3, but this host has 1.0")),
        Abuse("plugin_functions_abuse", .refused("without all of its functions")),
        Abuse("plugin_unnamed_abuse", .refused("has no id")),
        Abuse("driver_short_abuse", .refused("a commline.driver/1 table of 16 bytes")),
        Abuse(
            "driver_null_abuse", .refused("commline.driver/1 table without all of its functions")),
        Abuse("extension_abuse", .refused("commline.simulator/1 table without all")),
        Abuse("activate_abuse", .refused("refused to be activated (status -3)")),
    ]

    private static let calls: [Abuse] = [
        Abuse(
            "send_abuse",
            told(
                "send",
                [
                    ("null", "INVALID"), ("short", "INVALID"), ("flags", "UNSUPPORTED"),
                    ("no bytes", "INVALID"), ("empty", "INVALID"), ("secret outside", "INVALID"),
                    ("no secrets", "INVALID"), ("peer of a stream", "INVALID"),
                ])),
        Abuse(
            "send_giant_abuse",
            told(
                "send",
                [
                    ("a byte too many", "TOO_MUCH"), ("4 GiB", "TOO_MUCH"),
                ])),
        Abuse(
            "redact_abuse",
            told(
                "redact",
                [
                    ("behind the end", "INVALID"), ("too long", "INVALID"), ("overflow", "INVALID"),
                ])),
        // Nobody knows which session a call from elsewhere is about: the service log has it.
        Abuse(
            "deadline_abuse",
            .told(
                said: ["deadline elsewhere: INVALID", "now elsewhere: INVALID"], breaches: [])),
        Abuse(
            "now_abuse",
            .told(
                said: ["null link: INVALID", "link of nobody: INVALID"], breaches: [])),
        Abuse(
            "random_abuse",
            told(
                "random",
                [
                    ("too many", "INVALID"), ("one too many", "INVALID"), ("nowhere", "INVALID"),
                ])),
        Abuse(
            "emit_abuse",
            told(
                "emit",
                [
                    ("no archive", "INVALID"), ("no quantity", "INVALID"),
                    ("JSON measurement", "INVALID"), ("parameters no object", "INVALID"),
                    ("torn JSON", "INVALID"), ("time flags", "UNSUPPORTED"), ("offset", "INVALID"),
                    ("unknown command", "INVALID"),
                ])),
        Abuse("emit_deep_abuse", told("emit", [("brackets", "INVALID"), ("objects", "INVALID")])),
        Abuse(
            "outcome_abuse",
            .told(
                said: [
                    "null: INVALID", "short: INVALID", "unknown item: INVALID",
                    "stage: UNSUPPORTED",
                    "the host's code: INVALID", "torn message: INVALID", "unknown command: INVALID",
                    "final: OK", "final again: INVALID",
                ], breaches: Array(repeating: "outcome", count: 8))),
        Abuse(
            "note_abuse",
            told(
                "note",
                [
                    ("null", "INVALID"), ("empty", "INVALID"), ("short", "INVALID"),
                    ("level", "UNSUPPORTED"), ("parameters", "INVALID"), ("UTF-8", "INVALID"),
                    ("4 GiB", "TOO_MUCH"),
                ])),
        Abuse(
            "progress_abuse",
            told(
                "progress",
                [
                    ("more than all", "INVALID"), ("unknown command", "INVALID"),
                ])),
        Abuse(
            "inventory_abuse",
            told(
                "inventory",
                [
                    ("null", "INVALID"), ("nameless", "INVALID"), ("facts", "INVALID"),
                    ("null serial", "INVALID"), ("short", "INVALID"),
                ])),
        Abuse(
            "remember_abuse",
            told(
                "remember",
                [
                    ("no key", "INVALID"), ("empty key", "INVALID"), ("no bytes", "INVALID"),
                    ("null bytes", "INVALID"), ("key no UTF-8", "INVALID"),
                    ("long key", "TOO_MUCH"),
                    ("all and the key", "TOO_MUCH"),
                ])),
        Abuse(
            "reserve_abuse",
            told(
                "reserve",
                [
                    ("no counter", "INVALID"), ("empty counter", "INVALID"),
                    ("long counter", "INVALID"),
                    ("none", "INVALID"), ("nowhere", "INVALID"), ("all", "TOO_MUCH"),
                ])),
        // The channel's answer is the channel's, not a defect of the plugin.
        Abuse("line_abuse", told("line", [("null", "INVALID"), ("short", "INVALID")])),
        Abuse(
            "yielded_abuse",
            told(
                "yielded",
                [
                    ("none", "INVALID"), ("null", "INVALID"), ("large", "TOO_MUCH"),
                ])),
        Abuse("log_abuse", .told(said: [], breaches: [])),
    ]

    private static let crashes: [Abuse] = [
        Abuse("segv_abuse", .crashed(signal: "SIGSEGV")),
        Abuse("trap_abuse", .crashed(signal: trap)),
        // Swift's own trap: an index out of range.
        Abuse("index_abuse", .crashed(signal: trap)),
        Abuse("abort_abuse", .crashed(signal: "SIGABRT")),
        Abuse("divide_abuse", division),
        Abuse("stack_abuse", .crashed(signal: "SIGSEGV")),
        Abuse("overrun_abuse", .contained),
        Abuse("exit_abuse", .exited(status: 3)),
        Abuse("exit_now_abuse", .exited(status: 4)),
        Abuse("loop_abuse", .stoppedResponding),
        Abuse("sleep_abuse", .stoppedResponding),
        Abuse("signal_handler_abuse", .stoppedResponding),
        Abuse("constructor_segv_abuse", .failsProbe("SIGSEGV")),
        Abuse("constructor_loop_abuse", .failsProbe("time")),
        Abuse("activate_segv_abuse", .failsProbe("SIGSEGV")),
        Abuse("activate_loop_abuse", .failsProbe("time")),
    ]

    private static let resources: [Abuse] = [
        Abuse("heap_abuse", .limited(resource: "memory")),
        Abuse("descriptor_leak_abuse", .limited(resource: "descriptors")),
        Abuse("thread_flood_abuse", .limited(resource: "threads")),
    ]

    private static let intrusions: [Abuse] = [
        Abuse("close_descriptors_abuse", .contained),
        Abuse("scribble_abuse", .contained),
        Abuse("borrowed_abuse", .contained),
        Abuse("fork_abuse", .forbidden(call: "fork")),
        Abuse("socket_abuse", .forbidden(call: "socket")),
        Abuse("execve_abuse", .forbidden(call: "execve")),
        Abuse("file_abuse", .forbidden(call: "open")),
        Abuse("kill_host_abuse", .forbidden(call: "kill")),
    ]

    /// Calls of one function with the plugin's name for each, and the answers; TOO_MUCH is no breach.
    private static func told(_ call: String, _ answers: [(String, String)]) -> Verdict {
        .told(
            said: answers.map { "\($0.0): \($0.1)" },
            breaches: answers.filter { $0.1 != "TOO_MUCH" }.map { _ in call })
    }
}
