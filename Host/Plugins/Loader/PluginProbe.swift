import Reactor
import Synchronization

/// Loads a library in a process of its own that ends at once, so that a bad one takes nobody with it.
enum PluginProbe {
    /// What a probe found.
    typealias Outcome = Result<WorkerGreeting, SealedLibrary.Failure>

    /// Probes a library.
    ///
    /// - Parameters:
    ///   - spec: How a worker of the plugin is started.
    ///   - reactor: Where the process is watched.
    /// - Returns: What the library has, or what is wrong with it.
    static func run(_ spec: WorkerSpec, on reactor: Reactor) async -> Outcome {
        var spec = spec
        spec.task.kind = .probe
        let probing = spec
        return await withCheckedContinuation { continuation in
            reactor.execute {
                let notes = ProbeNotes()
                let events = WorkerProcess.Events(
                    ready: { greeting in notes.greeting.withLock { $0 = greeting } },
                    sessionEnded: { _ in },
                    ended: { _, end, _, words in
                        continuation.resume(returning: notes.outcome(end, words))
                    })
                do throws(SystemError) {
                    // It keeps itself alive until its end.
                    _ = try WorkerProcess(probing, on: reactor, events)
                } catch {
                    let end = WorkerEnd.notStarted(error.description)
                    continuation.resume(returning: notes.outcome(end, ""))
                }
            }
        }
    }
}

/// What is known of a probe so far.
private final class ProbeNotes: Sendable {
    let greeting = Mutex<WorkerGreeting?>(nil)

    func outcome(_ end: WorkerEnd, _ words: String) -> PluginProbe.Outcome {
        let said = words.isEmpty ? "" : " (\(words))"
        switch end {
        case .exited(0), .stopped:
            if let greeting = greeting.withLock({ $0 }) { return .success(greeting) }
            return failure("ended the probing process while it was being loaded\(said)")
        case .refused(let problem, let remedy):
            return .failure(SealedLibrary.Failure(problem: problem, remedy: remedy))
        case .notStarted(let reason):
            return .failure(
                SealedLibrary.Failure(
                    problem: "could not be probed: \(reason)",
                    remedy: "see whether the system has processes and descriptors left"))
        default:
            return failure(
                "cannot be loaded: the process that tried it \(end.description)\(said)")
        }
    }

    private func failure(_ problem: String) -> PluginProbe.Outcome {
        .failure(
            SealedLibrary.Failure(
                problem: problem,
                remedy: "ask its vendor; `commline plugin check` shows what is wrong"))
    }
}
