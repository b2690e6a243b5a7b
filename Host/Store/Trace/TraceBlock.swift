import Values

/// A block of a segment of the extended journal: lines of one task.
///
/// Header, big-endian: "CLT1", method (0 stored, 1 zlib), three zero bytes, the task's identifier (16),
/// number of lines, length of the lines, length as stored (4 each), CRC-32 of what stands before it
/// and of what follows. Then the lines as stored.
struct TraceBlock {
    static let headerLength = 40
    /// A longer block is not one of ours: sessions flush at 64 KiB, and a line is at most a frame.
    static let longest = 16 << 20
    private static let magic: [UInt8] = Array("CLT1".utf8)

    var task: UUID
    var lineCount: Int
    /// The lines, not compressed.
    var content: [UInt8]

    /// The bytes as they go into the segment.
    func encoded(by deflate: Deflate?) -> [UInt8] {
        let compressed = deflate?.compress(content)
        let stored = compressed ?? content
        var bytes = Self.magic
        bytes.reserveCapacity(Self.headerLength + stored.count)
        bytes += [compressed == nil ? 0 : 1, 0, 0, 0]
        bytes += task.bytes
        for number in [lineCount, content.count, stored.count] { Self.append(number, to: &bytes) }
        var checksum = Checksum()
        checksum.add(bytes)
        checksum.add(stored)
        Self.append(Int(checksum.value), to: &bytes)
        return bytes + stored
    }

    /// What the header of a block says.
    struct Header {
        var isCompressed: Bool
        var task: UUID
        var lineCount: Int
        var contentLength: Int
        var storedLength: Int
        var checksum: UInt32
        private var head: [UInt8]

        /// Reads a header; nil when it is none.
        init?(_ bytes: [UInt8]) {
            guard bytes.count == TraceBlock.headerLength, Array(bytes[..<4]) == magic,
                bytes[4] <= 1, bytes[5..<8].allSatisfy({ $0 == 0 }),
                let task = UUID(bytes: bytes[8..<24])
            else { return nil }
            func number(_ offset: Int) -> UInt32 {
                bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
            }
            isCompressed = bytes[4] == 1
            self.task = task
            lineCount = Int(number(24))
            contentLength = Int(number(28))
            storedLength = Int(number(32))
            checksum = number(36)
            head = Array(bytes[..<36])
            guard contentLength <= longest, storedLength <= longest else { return nil }
        }

        /// The length of the whole block.
        var blockLength: Int { TraceBlock.headerLength + storedLength }

        /// Tells whether the bytes after the header are those that were written.
        func matches(_ stored: [UInt8]) -> Bool {
            var sum = Checksum()
            sum.add(head)
            sum.add(stored)
            return stored.count == storedLength && sum.value == checksum
        }
    }

    /// Reads a whole block.
    ///
    /// - Returns: Nil when it is damaged, or compressed and there is no zlib.
    static func decode(_ bytes: [UInt8], by deflate: Deflate?) -> TraceBlock? {
        guard bytes.count >= headerLength, let header = Header(Array(bytes[..<headerLength])) else {
            return nil
        }
        let stored = Array(bytes[headerLength...])
        guard header.matches(stored) else { return nil }
        var content = stored
        if header.isCompressed {
            guard let expanded = deflate?.expand(stored, length: header.contentLength) else {
                return nil
            }
            content = expanded
        }
        return TraceBlock(task: header.task, lineCount: header.lineCount, content: content)
    }

    private static func append(_ number: Int, to bytes: inout [UInt8]) {
        for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }
}
