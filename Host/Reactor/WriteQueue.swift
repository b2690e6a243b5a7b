import CSystem
import Glibc

/// Bytes on their way to a socket: few large pieces, sent together.
struct WriteQueue {
    /// How far one attempt to send got.
    enum Progress: Hashable {
        case empty
        /// The system takes no more for now.
        case blocked
        /// The negated result of the call.
        case failed(code: Int32)
    }

    private static var piecesPerCall: Int { 16 }

    private var pieces: [[UInt8]] = []
    /// How much of the first piece is sent.
    private var offset = 0
    /// Bytes in the queue.
    private(set) var byteCount = 0

    /// Adds bytes at the end; small writes are put together so that one call sends them.
    mutating func append(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        byteCount += bytes.count
        if bytes.count <= 2048, let last = pieces.indices.last, pieces[last].count <= 8192 {
            pieces[last].append(contentsOf: bytes)
        } else {
            pieces.append(bytes)
        }
    }

    mutating func removeAll() {
        pieces = []
        offset = 0
        byteCount = 0
    }

    /// Sends until the queue is empty or the system takes no more.
    mutating func send(to descriptor: Int32) -> Progress {
        while byteCount > 0 {
            let count = min(pieces.count, Self.piecesPerCall)
            let result = withUnsafeTemporaryAllocation(of: iovec.self, capacity: count) { vector in
                gather(0, count, vector) { csys_send(descriptor, vector.baseAddress, count) }
            }
            if result == -Int(EINTR) { continue }
            if result == -Int(EAGAIN) { return .blocked }
            if result < 0 { return .failed(code: Int32(clamping: -result)) }
            drop(result)
        }
        return .empty
    }

    /// Pins piece after piece, so that all of them lie still while `send` reads them.
    private func gather(
        _ number: Int, _ count: Int, _ vector: UnsafeMutableBufferPointer<iovec>, _ send: () -> Int
    ) -> Int {
        guard number < count else { return send() }
        return pieces[number].withUnsafeBytes { bytes in
            let rest = number == 0 ? UnsafeRawBufferPointer(rebasing: bytes[offset...]) : bytes
            vector[number] = iovec(
                iov_base: UnsafeMutableRawPointer(mutating: rest.baseAddress), iov_len: rest.count)
            return gather(number + 1, count, vector, send)
        }
    }

    private mutating func drop(_ sent: Int) {
        byteCount -= sent
        guard byteCount > 0 else { return removeAll() }
        offset += sent
        var done = 0
        while offset >= pieces[done].count {
            offset -= pieces[done].count
            done += 1
        }
        pieces.removeFirst(done)
    }
}
