import Glibc

/// Received bytes that no parser has taken yet.
struct MessageBuffer {
    private var bytes: [UInt8] = []
    /// Where the first byte lies that was not taken.
    private var start = 0
    /// Up to where there is no line feed.
    private var scanned = 0

    /// Bytes not taken yet.
    var count: Int { bytes.count - start }

    var first: UInt8? { start < bytes.count ? bytes[start] : nil }

    mutating func append(_ received: UnsafeRawBufferPointer) {
        compact()
        bytes.append(contentsOf: received)
    }

    /// Takes a line up to its CR LF and answers it without them; nil when it has not fully arrived.
    ///
    /// - Parameters:
    ///   - limit: The most bytes that the line may have, with its end.
    ///   - tooLong: Thrown when the line is, or is bound to become, longer.
    /// - Returns: The line, or nil.
    /// - Throws: `tooLong`, or `.invalidLineEnd` for a line feed without a carriage return.
    mutating func takeLine(
        limit: Int, tooLong: HTTPParseError
    ) throws(HTTPParseError) -> ArraySlice<UInt8>? {
        guard let end = nextLineFeed() else {
            if count >= limit { throw tooLong }
            return nil
        }
        guard end - start < limit else { throw tooLong }
        guard end > start, bytes[end - 1] == .carriageReturn else { throw .invalidLineEnd }
        let line = bytes[start..<end - 1]
        start = end + 1
        scanned = start
        guard !line.contains(.carriageReturn) else { throw .invalidLineEnd }
        return line
    }

    private mutating func nextLineFeed() -> Int? {
        let from = max(start, scanned)
        let found = bytes.withUnsafeBytes { all -> Int? in
            guard let base = all.baseAddress, from < all.count,
                let hit = memchr(base + from, Int32(UInt8.lineFeed), all.count - from)
            else { return nil }
            return UnsafeRawPointer(hit) - base
        }
        if found == nil { scanned = bytes.count }
        return found
    }

    /// Takes up to `limit` bytes.
    mutating func take(upTo limit: Int) -> [UInt8] {
        let length = min(limit, count)
        // A body that is all there is need not be copied.
        if start == 0, length == bytes.count {
            defer { removeAll() }
            return bytes
        }
        defer {
            start += length
            compact()
        }
        return Array(bytes[start..<start + length])
    }

    private mutating func removeAll() {
        bytes = []
        start = 0
        scanned = 0
    }

    /// Gives back what is taken, once that is cheap.
    private mutating func compact() {
        if start == bytes.count {
            // Much memory is not kept for a connection that has nothing to say.
            bytes.removeAll(keepingCapacity: bytes.capacity <= 4096)
        } else if start >= 16 * 1024 {
            bytes.removeFirst(start)
        } else {
            return
        }
        start = 0
        scanned = 0
    }
}
