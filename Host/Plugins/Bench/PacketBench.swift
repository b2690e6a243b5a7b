import CSystem
import Glibc
import Reactor

/// The physical limit that isolation is compared with: packets of a bare socket between two processes.
package enum PacketBench {
    /// The name of the hidden command that runs the other end.
    package static let peerCommand = "packet-echo"
    private static let largest = 64 * 1024

    /// The other end: sends each packet back until the socket closes.
    package static func runPeer() -> Never {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: largest, alignment: 16)
        while true {
            let count = csys_receive_packet(WorkerTask.socket, buffer.baseAddress, buffer.count)
            guard count > 0 else { exit(0) }
            var piece = iovec(iov_base: buffer.baseAddress, iov_len: count)
            guard csys_send_packet(WorkerTask.socket, &piece, 1) >= 0 else { exit(1) }
        }
    }

    /// Sends packets to another process and awaits each answer.
    ///
    /// - Parameters:
    ///   - packets: How many.
    ///   - size: Bytes of each.
    ///   - inFlight: How many are on their way at once.
    ///   - reactor: Starts the process; it is not used otherwise.
    /// - Returns: The time of all packets; nil where the system refuses.
    package static func run(
        packets: Int, size: Int, inFlight: Int, on reactor: Reactor
    ) async -> EventBench.Result? {
        await reactor.perform { measure(packets, size, inFlight, reactor) }
    }

    private static func measure(
        _ packets: Int, _ size: Int, _ inFlight: Int, _ reactor: Reactor
    ) -> EventBench.Result? {
        var ends: [Int32] = [-1, -1]
        guard csys_packet_pair(&ends) >= 0 else { return nil }
        // Both ends block here: nothing else happens in this thread.
        let flags = fcntl(ends[0], F_GETFL)
        _ = fcntl(ends[0], F_SETFL, flags & ~O_NONBLOCK)
        let child = try? ChildProcess(
            path: "/proc/self/exe", arguments: ["commline", peerCommand], environment: [],
            descriptors: [0, 1, 2, ends[1]], on: reactor
        ) { _ in }
        csys_close(ends[1])
        defer { csys_close(ends[0]) }
        guard child != nil else { return nil }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: largest, alignment: 16)
        defer { buffer.deallocate() }
        func send() -> Bool {
            var piece = iovec(iov_base: buffer.baseAddress, iov_len: size)
            return csys_send_packet(ends[0], &piece, 1) >= 0
        }
        func receive() -> Bool {
            csys_receive_packet(ends[0], buffer.baseAddress, buffer.count) == size
        }
        // The peer is there once it answers.
        guard send(), receive() else { return nil }
        let start = SystemClock.monotonicNanoseconds
        var sent = 0
        for _ in 0..<min(inFlight, packets) {
            guard send() else { return nil }
            sent += 1
        }
        for _ in 0..<packets {
            guard receive() else { return nil }
            guard sent < packets else { continue }
            guard send() else { return nil }
            sent += 1
        }
        return EventBench.Result(
            events: packets, nanoseconds: SystemClock.monotonicNanoseconds - start)
    }
}
