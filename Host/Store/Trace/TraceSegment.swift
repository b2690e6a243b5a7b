import Glibc
import Values

/// The name of a segment file: a day in UTC, and a number when the day has several.
struct TraceSegmentName: Hashable, Comparable {
    /// `2026-11-21`.
    var day: String
    var part: Int

    init(day: String, part: Int) {
        self.day = day
        self.part = part
    }

    /// The first segment of the day that holds an instant.
    init(holding moment: Moment) {
        let civil = CivilTime(millisecondsUTC: moment.milliseconds, offsetMinutes: 0)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        self.init(day: "\(civil.year)-\(two(civil.month))-\(two(civil.day))", part: 0)
    }

    init?(_ fileName: String) {
        let fields = fileName.split(separator: ".")
        guard fields.last == "seg", (2...3).contains(fields.count),
            fields[0].utf8.count == 10
        else { return nil }
        guard fields.count == 3 else {
            self.init(day: String(fields[0]), part: 0)
            return
        }
        guard let part = Int(fields[1]), part > 0 else { return nil }
        self.init(day: String(fields[0]), part: part)
    }

    var fileName: String { part == 0 ? "\(day).seg" : "\(day).\(part).seg" }
    var next: TraceSegmentName { TraceSegmentName(day: day, part: part + 1) }

    static func < (left: TraceSegmentName, right: TraceSegmentName) -> Bool {
        (left.day, left.part) < (right.day, right.part)
    }
}

/// Where a block lies.
struct TracePosition: Hashable, Sendable {
    var task: UUID
    /// The segment's file name.
    var segment: String
    var position: Int64
    var length: Int64
}

/// An open segment file.
final class TraceSegment {
    let path: String
    private let descriptor: CInt
    /// Where the next block goes.
    private(set) var end: Int64

    /// Opens a segment; a writer makes the file if it is missing.
    init(path: String, mode: Connection.Mode) throws(StoreError) {
        self.path = path
        end = 0
        let flags = mode == .readWrite ? O_CREAT | O_RDWR : O_RDONLY
        descriptor = open(path, flags | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .file(path: path, operation: "opening", errno: errno) }
        let size = lseek(descriptor, 0, SEEK_END)
        guard size >= 0 else { throw .file(path: path, operation: "measuring", errno: errno) }
        end = Int64(size)
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Appends bytes; they are durable after `synchronise`.
    ///
    /// - Returns: Where they begin.
    func append(_ bytes: [UInt8]) throws(StoreError) -> Int64 {
        let start = end
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { rest in
                pwrite(descriptor, rest.baseAddress, rest.count, off_t(start) + written)
            }
            if count < 0 {
                if errno == EINTR { continue }
                let reason = errno
                // Half a block would hide those after it; what is left is cut at the next start.
                ftruncate(descriptor, off_t(start))
                throw .file(path: path, operation: "writing", errno: reason)
            }
            written += count
        }
        end = start + Int64(bytes.count)
        return start
    }

    func synchronise() throws(StoreError) {
        guard fdatasync(descriptor) == 0 else {
            throw .file(path: path, operation: "synchronising", errno: errno)
        }
    }

    /// Reads bytes; fewer at the end of the file.
    func read(at position: Int64, count: Int) throws(StoreError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                pread(
                    descriptor, buffer.baseAddress.map { $0 + done }, count - done,
                    off_t(position) + done)
            }
            if got < 0 {
                if errno == EINTR { continue }
                throw .file(path: path, operation: "reading", errno: errno)
            }
            if got == 0 { break }
            done += got
        }
        bytes.removeLast(count - done)
        return bytes
    }

    /// Finds the whole blocks behind the known ones, and cuts off what follows them.
    ///
    /// - Returns: The blocks found, and how many bytes of a torn one were cut off.
    func recover(from start: Int64) throws(StoreError) -> (blocks: [TracePosition], cut: Int64) {
        var position = min(start, end)
        var blocks: [TracePosition] = []
        let name = path.split(separator: "/").last.map { String($0) } ?? path
        while position < end {
            let head = try read(at: position, count: TraceBlock.headerLength)
            guard let header = TraceBlock.Header(head) else { break }
            let stored = try read(
                at: position + Int64(TraceBlock.headerLength), count: header.storedLength)
            guard header.matches(stored) else { break }
            blocks.append(
                TracePosition(
                    task: header.task, segment: name, position: position,
                    length: Int64(header.blockLength)))
            position += Int64(header.blockLength)
        }
        let cut = end - position
        if cut > 0 {
            guard ftruncate(descriptor, off_t(position)) == 0 else {
                throw .file(path: path, operation: "cutting", errno: errno)
            }
            end = position
        }
        return (blocks, cut)
    }
}
