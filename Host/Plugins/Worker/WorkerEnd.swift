import Glibc
import JSON
import Reactor

/// Why a worker process is no more.
enum WorkerEnd: Hashable, Sendable {
    /// A signal ended it: a crash.
    case signalled(Int32)
    /// It ended by itself, which is not for a plugin to do.
    case exited(Int32)
    /// A callback did not return.
    case stoppedResponding(after: Duration)
    /// It said what cannot be, or its socket is gone: memory or descriptors are damaged.
    case damaged(String)
    /// The library cannot be used.
    case refused(problem: String, remedy: String)
    /// The system could not start it.
    case notStarted(String)
    /// The host wanted it.
    case stopped

    /// The kind, for counters.
    var kind: String {
        switch self {
        case .signalled: "crashed"
        case .exited: "exited"
        case .stoppedResponding: "stopped_responding"
        case .damaged: "damaged"
        case .refused: "refused"
        case .notStarted: "not_started"
        case .stopped: "stopped"
        }
    }

    /// What happened, in plain words: "crashed with SIGSEGV".
    var description: String {
        switch self {
        case .signalled(let signal): "crashed with \(Self.name(of: signal))"
        case .exited(let code): "exited by itself with code \(code)"
        case .stoppedResponding(let limit):
            "stopped responding: a callback did not return within \(limit.milliseconds) ms"
        case .damaged(let what): "was ended because it is damaged: \(what)"
        case .refused(let problem, let remedy): "\(problem); \(remedy)"
        case .notStarted(let reason): "could not be started: \(reason)"
        case .stopped: "was stopped"
        }
    }

    /// Interprets the exit of a worker.
    init(_ exit: ProcessExit) {
        switch exit {
        case .signalled(let signal): self = .signalled(signal)
        case .exited(WorkerProgram.ExitStatus.damaged):
            self = .damaged("what the host sent could not be read there")
        case .exited(WorkerProgram.ExitStatus.noSocket):
            self = .damaged("its socket to the host was closed or misused")
        case .exited(let code): self = .exited(code)
        }
    }

    private static func name(of signal: Int32) -> String {
        switch signal {
        case SIGSEGV: "SIGSEGV"
        case SIGILL: "SIGILL"
        case SIGABRT: "SIGABRT"
        case SIGBUS: "SIGBUS"
        case SIGFPE: "SIGFPE"
        case SIGTRAP: "SIGTRAP"
        case SIGKILL: "SIGKILL"
        case SIGSYS: "SIGSYS"
        case SIGTERM: "SIGTERM"
        default: "signal \(signal)"
        }
    }
}

extension Duration {
    var milliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
