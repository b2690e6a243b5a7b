import JSON
import Plugins
import Store

extension StoredTraceLine {
    /// Keeps a line of a session, with the secrets that the session blanked.
    init(_ line: Plugins.TraceLine) {
        let direction: TraceDirection
        var bytes = line.bytes
        var peer = ""
        switch line.kind {
        case .connected(let address):
            direction = .connected
            peer = address
        case .disconnected(let reason):
            direction = .disconnected
            bytes = Array(reason.utf8)
        case .sent: direction = .sent
        case .received: direction = .received
        case .sentBulk(let count, let digest):
            direction = .info
            bytes = Array("sent \(count) bytes, SHA-256 \(Self.hex(digest))".utf8)
        }
        self.init(
            monotonic: line.stamp.monotonicNanoseconds,
            wall: Moment(milliseconds: line.stamp.wallMilliseconds), direction: direction,
            bytes: bytes, blanked: line.blanked, peer: peer)
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0" + digits : digits
        }.joined()
    }
}
