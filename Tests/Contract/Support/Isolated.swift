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

    /// Impatient, so that a test of a hang does not take long.
    static var limits: WorkerLimits {
        var limits = WorkerLimits()
        limits.callback = .milliseconds(400)
        limits.start = .seconds(2)
        limits.stop = .seconds(2)
        return limits
    }

    /// How a worker of a plugin is started.
    static func spec(
        _ name: String, limits: WorkerLimits = Self.limits, memoryMiB: Int = 256
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
        _ name: String, limits: WorkerLimits = Self.limits, capacity: Int = 100
    ) throws -> Plugin {
        Plugin(
            id: Foundry.id(name), version: "1.0.0",
            runtime: WorkerRuntime(try spec(name, limits: limits), capacity: capacity),
            isolation: .process, hasSimulator: true)
    }
}
