import CCommline
import Glibc
import JSON
import Synchronization
import Testing

@testable import Plugins

/// A host for integrators, in this process or in one of their own: hears everything and lets a test wait for it.
final class SourceBench: SourceHost, SourceDelegate {
    struct Heard: Sendable {
        var reports: [SourceReport] = []
        var ends: [SourceEnd] = []
        /// Reports that came although the window was full.
        var beyondWindow = 0

        var contents: [SourceReport.Content] { reports.map(\.content) }
        var records: [EmittedRecord] {
            contents.compactMap { if case .record(_, let record) = $0 { record } else { nil } }
        }
        var said: [String] {
            contents.compactMap {
                if case .note(let note) = $0 { note.message.detail } else { nil }
            }
        }
        var breaches: [String] {
            contents.compactMap { if case .breach(let text) = $0 { text } else { nil } }
        }
    }

    private struct Waiter {
        var isTrue: @Sendable (Heard) -> Bool
        var continuation: CheckedContinuation<Heard, Never>
    }

    private struct State {
        var heard = Heard()
        var waiters: [Waiter] = []
        var confirmed: UInt64 = 0
        var confirmation: (@Sendable (UInt64) -> Void)?
    }

    private let state = Mutex(State())
    private let window: Int
    private let confirmsAtOnce: Bool

    init(window: Int = 2048, confirmsAtOnce: Bool = true) {
        self.window = window
        self.confirmsAtOnce = confirmsAtOnce
    }

    var heard: Heard { state.withLock { $0.heard } }

    /// Opens a compiled integrator and reads its table.
    static func functions(_ name: String) throws -> SourceFunctions {
        typealias Entry = @convention(c) () -> UnsafePointer<commline_plugin>?
        let library = try #require(dlopen(try Foundry.library(name), RTLD_NOW | RTLD_LOCAL))
        let symbol = try #require(dlsym(library, "commline_plugin_entry"))
        let table = try #require(unsafeBitCast(symbol, to: Entry.self)())
        let found = try #require(table.pointee.extension?(COMMLINE_EXT_SOURCE))
        return try SourceFunctions(found)
    }

    /// Prepares a run of an integrator; `SourceRun.start` begins it.
    static func prepare(
        _ name: String, task: SourceOpening.Task = .import, request: JSONObject = [:],
        items: [UInt32] = [], window: Int = 2048, confirms: Bool = true
    ) throws -> (bench: SourceBench, run: SourceRun) {
        let bench = SourceBench(window: window, confirmsAtOnce: confirms)
        let opening = SourceOpening(
            task: task, json: JSONValue.object(request).text(), items: items, window: window)
        let run = SourceRun(
            plugin: Foundry.id(name), functions: try functions(name), opening: opening,
            host: bench)
        bench.connect { run.confirm(upTo: $0) }
        return (bench, run)
    }

    /// Says who hears of confirmations, and tells what was confirmed before.
    func connect(_ confirmation: @escaping @Sendable (UInt64) -> Void) {
        let confirmed = state.withLock { state in
            state.confirmation = confirmation
            return state.confirmed
        }
        if confirmed > 0 { confirmation(confirmed) }
    }

    /// Confirms, and remembers how far.
    func confirm(upTo number: UInt64) {
        let confirmation = state.withLock { state in
            state.confirmed = max(state.confirmed, number)
            return state.confirmation
        }
        confirmation?(number)
    }

    /// Waits until what was heard is so.
    @discardableResult
    func wait(_ isTrue: @escaping @Sendable (Heard) -> Bool) async -> Heard {
        await withCheckedContinuation { continuation in
            let heard: Heard? = state.withLock { state in
                if isTrue(state.heard) { return state.heard }
                state.waiters.append(Waiter(isTrue: isTrue, continuation: continuation))
                return nil
            }
            if let heard { continuation.resume(returning: heard) }
        }
    }

    /// Waits for the end of the run.
    func end() async throws -> (end: SourceEnd, heard: Heard) {
        let heard = await wait { !$0.ends.isEmpty }
        return (try #require(heard.ends.first), heard)
    }

    func report(_ report: SourceReport) {
        hear { state in
            if report.number > state.confirmed + UInt64(window) { state.heard.beyondWindow += 1 }
            state.heard.reports.append(report)
        }
        if confirmsAtOnce { confirm(upTo: report.number) }
    }

    func ended(_ end: SourceEnd) {
        hear { $0.heard.ends.append(end) }
    }

    func source(_ worker: SourceWorker, reported report: SourceReport) {
        self.report(report)
    }

    func source(_ worker: SourceWorker, ended end: SourceEnd) {
        ended(end)
    }

    private func hear(_ change: (inout State) -> Void) {
        let (heard, ready) = state.withLock { state in
            change(&state)
            let heard = state.heard
            let ready = state.waiters.filter { $0.isTrue(heard) }
            state.waiters.removeAll { $0.isTrue(heard) }
            return (heard, ready)
        }
        for waiter in ready { waiter.continuation.resume(returning: heard) }
    }
}
