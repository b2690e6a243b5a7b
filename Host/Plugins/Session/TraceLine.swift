import Reactor
import Values

/// One line of the extended journal: a frame, or what became of the connection.
package struct TraceLine: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case connected(peer: String)
        case disconnected(reason: String)
        case sent([UInt8])
        case received([UInt8])
        /// Bulk data, of which only length and SHA-256 are kept.
        case sentBulk(count: Int, sha256: [UInt8])
    }

    /// When it happened, taken at the socket.
    package var stamp: TimeStamp
    package var kind: Kind
    /// Where bytes were blanked; they are zero in `kind`.
    package var blanked: [Range<Int>] = []

    package init(stamp: TimeStamp, kind: Kind, blanked: [Range<Int>] = []) {
        self.stamp = stamp
        self.kind = kind
        self.blanked = blanked
    }

    /// The line's bytes, secrets as zeros; empty where it has none.
    package var bytes: [UInt8] {
        switch kind {
        case .sent(let bytes), .received(let bytes): bytes
        case .connected, .disconnected, .sentBulk: []
        }
    }

    /// The bytes as people read them, blanked ones as `**`: `7E A0 ** ** 7E`.
    package var hex: String {
        let bytes = self.bytes
        var isBlanked = [Bool](repeating: false, count: bytes.count)
        for range in blanked {
            for index in range.clamped(to: bytes.indices) { isBlanked[index] = true }
        }
        var text = ""
        text.reserveCapacity(3 * bytes.count)
        for (index, byte) in bytes.enumerated() {
            if index > 0 { text += " " }
            text += isBlanked[index] ? "**" : TextEncoding.hex([byte], upperCase: true)
        }
        return text
    }
}
