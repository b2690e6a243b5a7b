/// The bytes that arrived and were not read yet: one buffer that is used again and again.
///
/// On a stream the chunks run together. On a datagram channel each datagram keeps its bounds and its
/// sender. What does not fit within the limit is not stored, and the inbox says so from then on.
struct Inbox {
    /// The bounds of one datagram.
    private struct Envelope {
        var size: Int
        var peer: String
    }

    /// How many unread bytes an inbox holds.
    static let limit = 1 << 20

    private(set) var bytes: [UInt8] = []
    private var head = 0
    private var envelopes: [Envelope] = []
    private var firstEnvelope = 0
    private(set) var isOverflowing = false

    /// How many bytes were taken out of the inbox since the connection began.
    private(set) var consumed: UInt64 = 0

    var count: Int { bytes.count - head }
    var isEmpty: Bool { head == bytes.count && firstEnvelope == envelopes.count }

    /// The unread bytes; of a datagram channel those of all datagrams together.
    var unread: ArraySlice<UInt8> { bytes[head...] }

    /// Appends what a stream brought.
    mutating func append(_ chunk: UnsafeRawBufferPointer) {
        guard chunk.count <= Self.limit - count else {
            isOverflowing = true
            return
        }
        compact(for: chunk.count)
        bytes.append(contentsOf: chunk)
    }

    /// Appends one datagram.
    mutating func append(datagram: UnsafeRawBufferPointer, from peer: String) {
        let waiting = envelopes.count - firstEnvelope
        guard datagram.count <= Self.limit - count, waiting < Self.limit / 64 else {
            isOverflowing = true
            return
        }
        compact(for: datagram.count)
        bytes.append(contentsOf: datagram)
        envelopes.append(Envelope(size: datagram.count, peer: peer))
    }

    /// Takes what one read gives: the oldest datagram, or everything that a stream brought.
    mutating func takeChunk() -> [UInt8] {
        takeDatagram()?.bytes ?? takeAll()
    }

    /// Takes everything from a stream.
    private mutating func takeAll() -> [UInt8] {
        guard head == 0 else { return take(count) }
        // The buffer itself goes to the caller: no byte is copied, and an idle session holds none.
        let all = bytes
        bytes = []
        consumed += UInt64(all.count)
        return all
    }

    /// Takes the first bytes of a stream, at most as many as there are.
    mutating func take(_ size: Int) -> [UInt8] {
        let size = min(max(size, 0), count)
        let part = Array(bytes[head..<head + size])
        drop(size)
        return part
    }

    /// Takes the oldest datagram.
    mutating func takeDatagram() -> (bytes: [UInt8], peer: String)? {
        guard firstEnvelope < envelopes.count else { return nil }
        let envelope = envelopes[firstEnvelope]
        firstEnvelope += 1
        if firstEnvelope == envelopes.count {
            envelopes.removeAll(keepingCapacity: true)
            firstEnvelope = 0
        }
        return (take(envelope.size), envelope.peer)
    }

    /// Drops the first bytes of a stream, at most as many as there are.
    mutating func drop(_ size: Int) {
        let size = min(max(size, 0), count)
        head += size
        consumed += UInt64(size)
        if head == bytes.count {
            bytes.removeAll(keepingCapacity: true)
            head = 0
        }
    }

    /// Drops everything that is unread.
    mutating func discard() {
        drop(count)
        envelopes.removeAll(keepingCapacity: true)
        firstEnvelope = 0
        isOverflowing = false
    }

    /// Begins anew with a new connection.
    mutating func reset() {
        discard()
        consumed = 0
    }

    /// Moves the unread bytes to the front once the dead ones outnumber them, so that each byte is
    /// moved at most once on average.
    private mutating func compact(for more: Int) {
        guard head > 0, head >= count, bytes.count + more > bytes.capacity || head > 4096 else {
            return
        }
        bytes.removeSubrange(..<head)
        head = 0
    }
}
