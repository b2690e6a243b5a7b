import Glibc
import JSON
import Testing
import Values

@testable import Plugins

/// A run of an integrator in a process of the real program.
struct IsolatedRun {
    let bench: SourceBench
    let runtime: SourceRuntime
    let worker: SourceWorker

    static func begin(
        _ name: String, task: SourceOpening.Task = .import, request: JSONObject = [:],
        items: [UInt32] = [], window: Int = 2048, confirms: Bool = true, secrets: [String] = [],
        limits: WorkerLimits = WorkerLimits()
    ) throws -> IsolatedRun {
        let runtime = SourceRuntime(try Isolated.spec(name, limits: limits))
        let bench = SourceBench(window: window, confirmsAtOnce: confirms)
        let opening = SourceOpening(
            task: task, json: JSONValue.object(request).text(), items: items, window: window)
        let worker = try runtime.run(
            opening, filter: SecretFilter(secrets), on: try Exchange.reactor(), delegate: bench)
        bench.connect { worker.confirm(upTo: $0) }
        return IsolatedRun(bench: bench, runtime: runtime, worker: worker)
    }

    /// Waits for the end of the run and of its process.
    func end() async throws -> (end: SourceEnd, heard: SourceBench.Heard) {
        let (end, _) = try await bench.end()
        await runtime.stop()
        // The process has been collected: nobody has its number.
        #expect(runtime.workers.processes == [])
        #expect(runtime.workers.sessions == 0)
        if let process = await worker.startedProcess { #expect(kill(process, 0) != 0) }
        let heard = bench.heard
        #expect(heard.ends.count == 1)
        #expect(heard.beyondWindow == 0)
        return (end, heard)
    }
}
