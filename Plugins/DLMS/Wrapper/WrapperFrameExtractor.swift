/// Finds wrapper frames in a stream.
///
/// A stream that has lost its place is searched for the next header with version 1, so that one
/// broken message does not cost the connection.
struct WrapperFrameExtractor: Sendable {
    /// What was found.
    enum Item: Hashable, Sendable {
        case frame(WrapperFrame)
        /// So many bytes belonged to no frame.
        case noise(Int)
        /// A header announces a message longer than the limit; the header is skipped.
        case tooLong(Int)
    }

    /// The longest message that is taken.
    let limit: Int
    private var buffer: [UInt8] = []
    private var start = 0

    /// Makes an extractor that takes messages of up to `limit` bytes.
    init(limit: Int = 0xFFFF) {
        self.limit = limit
    }

    /// True while a frame has begun and not ended.
    var isWithinFrame: Bool { start < buffer.count }

    /// How many bytes were appended and not returned yet.
    var pendingCount: Int { buffer.count - start }

    /// Takes bytes as they came from the line.
    mutating func append(_ bytes: some Sequence<UInt8>) {
        if start > 0 {
            buffer.removeSubrange(..<start)
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// Forgets everything that was not returned yet.
    mutating func removeAll() {
        buffer.removeAll(keepingCapacity: true)
        start = 0
    }

    /// Returns the next thing found, or nil when more bytes are needed.
    mutating func next() -> Item? {
        let header = nextHeader()
        if header > start {
            defer { start = header }
            return .noise(header - start)
        }
        guard buffer.count - start >= WrapperFrame.headerLength else { return nil }
        func field(_ offset: Int) -> UInt16 {
            UInt16(buffer[start + offset]) << 8 | UInt16(buffer[start + offset + 1])
        }
        let length = Int(field(6))
        guard length <= limit else {
            start += WrapperFrame.headerLength
            return .tooLong(length)
        }
        let end = start + WrapperFrame.headerLength + length
        guard end <= buffer.count else { return nil }
        let frame = WrapperFrame(
            from: field(2), to: field(4),
            Array(buffer[(start + WrapperFrame.headerLength)..<end]))
        start = end
        return .frame(frame)
    }

    /// The next place where the version field may stand, up to the end of the buffer.
    private func nextHeader() -> Int {
        var index = start
        while index < buffer.count {
            if buffer[index] == 0, index + 1 == buffer.count || buffer[index + 1] == 1 {
                return index
            }
            index += 1
        }
        return index
    }
}
