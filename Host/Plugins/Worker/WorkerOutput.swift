import CSystem
import Glibc
import Log
import Reactor
import Synchronization

/// Frames to the host, gathered until `flush`.
///
/// An output belongs to one thread; several may exist, and what one of them flushes arrives in one piece.
final class WorkerOutput {
    /// A large frame is several packets, and nothing may come between them.
    fileprivate static let socket = Mutex(())
    private static let comfortable = PacketChannel.largestPacket * 3 / 4
    private let buffer = WireBuffer()

    func frame(_ kind: FrameKind, session: UInt32 = 0, _ body: (WireBuffer) -> Void) {
        let place = buffer.begin(kind, session: session)
        body(buffer)
        buffer.end(place)
        if buffer.count > Self.comfortable { flush() }
    }

    /// Sends what has gathered, and waits where the host is behind.
    func flush() {
        guard !buffer.isEmpty else { return }
        Self.socket.withLock { _ in
            buffer.takePackets(limit: PacketChannel.largestPacket) { send($0) }
        }
    }

    private func send(_ packet: UnsafeRawBufferPointer) {
        while true {
            var piece = iovec(
                iov_base: UnsafeMutableRawPointer(mutating: packet.baseAddress),
                iov_len: packet.count)
            let result = csys_send_packet(WorkerTask.socket, &piece, 1)
            if result >= 0 { return }
            guard result == -Int(EINTR) else {
                // The host has gone, or the plugin has taken the socket away.
                exit(result == -Int(EPIPE) ? 0 : WorkerProgram.ExitStatus.noSocket)
            }
        }
    }
}

/// Sends the lines of the service log to the host, from any thread; a line that finds no room is lost.
enum WorkerLog {
    private static let longest = 8192

    static func install() {
        Log.level = .debug
        Log.redirect { level, component, text in
            let buffer = WireBuffer(capacity: 512)
            let place = buffer.begin(.log)
            buffer.put(UInt8(level.rawValue))
            buffer.put(String(text.utf8.prefix(longest)) ?? component)
            buffer.end(place)
            WorkerOutput.socket.withLock { _ in
                buffer.takePackets(limit: PacketChannel.largestPacket) { packet in
                    _ = csys_try_send_packet(WorkerTask.socket, packet.baseAddress, packet.count)
                }
            }
        }
    }
}
