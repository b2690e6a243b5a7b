import Glibc
import Reactor
import Synchronization
import Values

/// How much of the extended journal is kept.
package struct TraceLimits: Hashable, Sendable {
    package var bytes: Int64
    package var days: Int

    package init(bytes: Int64 = 4 << 30, days: Int = 30) {
        self.bytes = bytes
        self.days = days
    }
}

/// The writer of the extended journal: an actor with a thread of its own.
///
/// Whatever waits is written and synchronised together; then the places go into the index. A block
/// that is on disk and not in the index when the host dies is found again at the next start.
actor TraceLog {
    /// A block on its way, and who waits for it.
    private struct Entry: Sendable {
        var block: TraceBlock?
        var done: (@Sendable (Result<Void, StoreError>) -> Void)?
    }

    private struct Queue {
        var entries: [Entry] = []
        var bytes = 0
        var isScheduled = false
        var isClosed = false
        /// Blocks that are lost: too much waited, or the disk refused them.
        var dropped = 0
    }

    nonisolated let executor: ThreadExecutor
    private nonisolated let queue = Mutex(Queue())
    private let folder: String
    private let writer: Writer
    private let clock: @Sendable () -> Moment
    private var limits: TraceLimits
    private var open: (name: TraceSegmentName, segment: TraceSegment)?
    private var last: Task<Void, Never>?

    /// Bytes that may wait for the disk; beyond that blocks are dropped and counted.
    private static let largestQueue = 64 << 20
    /// A segment that is longer is followed by another one of the same day.
    private static let largestSegment: Int64 = 256 << 20

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    init(
        executor: ThreadExecutor, folder: String, writer: Writer, limits: TraceLimits,
        clock: @escaping @Sendable () -> Moment
    ) {
        self.executor = executor
        self.folder = folder
        self.writer = writer
        self.limits = limits
        self.clock = clock
    }

    /// Takes a block for writing.
    ///
    /// - Parameters:
    ///   - block: Nil only waits for those before it.
    ///   - done: Called when it and those before it are on disk and in the index.
    nonisolated func add(
        _ block: TraceBlock?, done: (@Sendable (Result<Void, StoreError>) -> Void)?
    ) {
        let (wake, refused) = queue.withLock { queue -> (Bool, Bool) in
            if queue.isClosed { return (false, true) }
            let size = block?.content.count ?? 0
            if queue.bytes + size > Self.largestQueue {
                queue.dropped += 1
                queue.entries.append(Entry(block: nil, done: done))
            } else {
                queue.bytes += size
                queue.entries.append(Entry(block: block, done: done))
            }
            defer { queue.isScheduled = true }
            return (!queue.isScheduled, false)
        }
        if refused { done?(.failure(.closed)) }
        if wake { Task { await self.drain() } }
    }

    /// Blocks that are lost because the disk was too slow or refused them.
    nonisolated var droppedBlocks: Int { queue.withLock { $0.dropped } }

    /// Writes what waits, after what is being written.
    private func drain() async {
        let before = last
        let task = Task {
            await before?.value
            await writeWaiting()
        }
        last = task
        await task.value
    }

    private func writeWaiting() async {
        let entries = queue.withLock { queue in
            defer {
                queue.entries = []
                queue.bytes = 0
                queue.isScheduled = false
            }
            return queue.entries
        }
        let blocks = entries.compactMap(\.block)
        let result = await write(blocks)
        if case .failure = result { queue.withLock { $0.dropped += blocks.count } }
        for entry in entries { entry.done?(result) }
    }

    private func write(_ blocks: [TraceBlock]) async -> Result<Void, StoreError> {
        guard !blocks.isEmpty else { return .success(()) }
        do throws(StoreError) {
            var positions: [TracePosition] = []
            var touched: [TraceSegment] = []
            for block in blocks {
                let bytes = block.encoded(by: Deflate.shared)
                let (name, segment) = try current()
                if touched.last !== segment { touched.append(segment) }
                let position = try segment.append(bytes)
                positions.append(
                    TracePosition(
                        task: block.task, segment: name.fileName, position: position,
                        length: Int64(bytes.count)))
            }
            for segment in touched { try segment.synchronise() }
            let found = positions
            try await writer.write { (transaction) throws(StoreError) in
                try transaction.insert(found)
            }
            return .success(())
        } catch {
            return .failure(error)
        }
    }

    /// The segment that the next block goes to.
    private func current() throws(StoreError) -> (TraceSegmentName, TraceSegment) {
        var name = TraceSegmentName(holding: clock())
        if let open, open.name.day == name.day {
            if open.segment.end < min(Self.largestSegment, limits.bytes / 4) { return open }
            name = open.name.next
        } else {
            name = try names().last { $0.day == name.day } ?? name
        }
        let segment = try TraceSegment(path: folder + "/" + name.fileName, mode: .readWrite)
        if segment.end == 0 { try Folder.synchronise(folder) }
        open = (name, segment)
        return (name, segment)
    }

    private func names() throws(StoreError) -> [TraceSegmentName] {
        try Folder.names(in: folder).compactMap { TraceSegmentName($0) }.sorted()
    }

    /// Puts the index in order after a start: adds blocks that it lacks and cuts torn ones off.
    ///
    /// - Returns: How many bytes were cut off.
    func recover() async throws(StoreError) -> Int64 {
        let names = try names()
        let known = try await writer.write { (transaction) throws(StoreError) in
            try transaction.traceEnds(of: names.map(\.fileName))
        }
        var found: [TracePosition] = []
        var cut: Int64 = 0
        for name in names {
            let segment = try TraceSegment(path: folder + "/" + name.fileName, mode: .readWrite)
            let (blocks, torn) = try segment.recover(from: known[name.fileName] ?? 0)
            if torn > 0 { try segment.synchronise() }
            found += blocks
            cut += torn
        }
        let blocks = found
        if !blocks.isEmpty {
            try await writer.write { (transaction) throws(StoreError) in
                try transaction.insert(blocks)
            }
        }
        return cut
    }

    /// Changes how much is kept.
    func setLimits(_ limits: TraceLimits) {
        self.limits = limits
    }

    /// Deletes the oldest segments that are beyond the limits.
    ///
    /// - Returns: How many segments were deleted.
    @discardableResult
    func trim() async throws(StoreError) -> Int {
        let oldest = TraceSegmentName(
            holding: Moment(milliseconds: clock().milliseconds - Int64(limits.days) * 86_400_000))
        var sizes: [(name: TraceSegmentName, size: Int64)] = []
        for name in try names() {
            var status = stat()
            guard stat(folder + "/" + name.fileName, &status) == 0 else { continue }
            sizes.append((name, Int64(status.st_size)))
        }
        var total = sizes.reduce(0) { $0 + $1.size }
        var removed: [String] = []
        for (name, size) in sizes {
            guard name != open?.name, name.day < oldest.day || total > limits.bytes else {
                continue
            }
            total -= size
            removed.append(name.fileName)
        }
        let names = removed
        guard !names.isEmpty else { return 0 }
        try await writer.write { (transaction) throws(StoreError) in
            try transaction.deleteTraceSegments(names)
        }
        for name in names { unlink(folder + "/" + name) }
        return names.count
    }

    /// Writes what waits and refuses what comes later.
    func close() async {
        queue.withLock { $0.isClosed = true }
        await drain()
        open = nil
    }
}
