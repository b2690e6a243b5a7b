import Synchronization
import Values

/// The extended journal of one task while its session runs.
///
/// Adding lines costs an encoding into a buffer and nothing more; the buffer goes to disk when it
/// holds 64 KiB and when the session ends.
package final class TraceSession: Sendable {
    package let task: UUID
    private let log: TraceLog
    private let buffer = Mutex(TraceEncoder())

    private static let blockLength = 65_536

    init(task: UUID, log: TraceLog) {
        self.task = task
        self.log = log
    }

    /// Adds lines, in order.
    package func append(_ lines: [TraceLine]) {
        let full: TraceEncoder? = buffer.withLock { buffer in
            for line in lines { buffer.append(line) }
            guard buffer.bytes.count >= Self.blockLength else { return nil }
            defer { buffer = TraceEncoder() }
            return buffer
        }
        if let full { log.add(block(full), done: nil) }
    }

    /// Writes what is buffered; call it when the session ends, or to read a running one.
    ///
    /// - Throws: `.file` when the disk refuses; the lines are lost then.
    package func flush() async throws(StoreError) {
        let rest = buffer.withLock { buffer in
            defer { buffer = TraceEncoder() }
            return buffer
        }
        let result: Result<Void, StoreError> = await withCheckedContinuation { continuation in
            log.add(
                rest.count == 0 ? nil : block(rest), done: { continuation.resume(returning: $0) })
        }
        try result.get()
    }

    private func block(_ encoder: TraceEncoder) -> TraceBlock {
        TraceBlock(task: task, lineCount: encoder.count, content: encoder.bytes)
    }
}
