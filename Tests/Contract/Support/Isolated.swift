import Glibc
import Reactor
import Synchronization

@testable import Plugins

/// The tiny plugins in worker processes of the real program.
enum Isolated {
    /// The program that is started as `commline worker`.
    static let program: String =
        getenv("COMMLINE_BINARY").map { String(cString: $0) }
        ?? Foundry.root + "/.build/debug/commline"

    /// How often each misbehaviour is shown: `COMMLINE_ROUNDS`, or a few times.
    static let rounds = getenv("COMMLINE_ROUNDS").flatMap { Int(String(cString: $0)) } ?? 2

    /// As patient as a host, but where a test shows a hang.
    static func limits(for abuse: Abuse) -> WorkerLimits {
        var limits = WorkerLimits()
        switch abuse.verdict {
        case .stoppedResponding: limits.callback = .milliseconds(500)
        case .failsProbe("time"): limits.start = .seconds(2)
        default: break
        }
        return limits
    }

    /// How a worker of a plugin is started.
    static func spec(
        _ name: String, limits: WorkerLimits = WorkerLimits(), memoryMiB: Int = 256
    ) throws -> WorkerSpec {
        let library = try SealedLibrary(path: try Foundry.library(name), expected: nil)
        return WorkerSpec(
            library: library,
            task: WorkerTask(
                kind: .driver, plugin: Foundry.id(name), version: "1.0.0", hostVersion: "1.0.0",
                memoryMiB: memoryMiB, parent: getpid()), program: program, limits: limits)
    }

    /// A plugin whose sessions run in worker processes.
    static func plugin(
        _ name: String, limits: WorkerLimits = WorkerLimits(), capacity: Int = 100
    ) throws -> Plugin {
        Plugin(
            id: Foundry.id(name), version: "1.0.0",
            runtime: WorkerRuntime(try spec(name, limits: limits), capacity: capacity),
            isolation: .process, hasSimulator: true)
    }
}
