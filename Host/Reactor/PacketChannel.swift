import CSystem
import Glibc

/// Bytes that are valid during a callback only.
// SAFETY: as for `ReceivedBytes`: they are read inside the callback, on its thread.
package struct BorrowedBytes: @unchecked Sendable {
    package let bytes: UnsafeRawBufferPointer
}

/// What a packet channel tells its owner.
package enum PacketEvent: Sendable {
    /// One packet; the bytes are valid during the call only.
    case received(BorrowedBytes)
    /// The other side is gone, or the channel broke; the last event.
    case closed(SystemError?)
}

/// One end of a local connection that carries whole packets in order (`SOCK_SEQPACKET`).
///
/// Packets that the system does not take at once wait here, without a limit: whoever sends answers for
/// how much that may be.
// SAFETY: All variables belong to the reactor's thread; every entry point checks that it runs there.
package final class PacketChannel: Pollable, Flushable, @unchecked Sendable {
    /// The largest packet that is received.
    package static let largestPacket = 64 * 1024
    private static let packetsPerPass = 64

    private let reactor: Reactor
    private var descriptor: Int32
    private var registration: Poller.Registration?
    private var handler: (@Sendable (PacketEvent) -> Void)?
    private var willFlush: (@Sendable () -> Void)?
    private var queue: [[UInt8]] = []
    private var head = 0
    private var isFlushScheduled = false
    /// False where the owner knows that nothing more is on its way: one system call less to find that out.
    package var expectsMore = true
    private var awaitsRoom = false

    /// Takes over a connected, non-blocking socket; on the reactor's thread.
    ///
    /// - Parameters:
    ///   - descriptor: The socket; closed by the channel, also where this throws.
    ///   - reactor: Where it lives.
    ///   - willFlush: Called once at the end of a pass in which `scheduleFlush` was called, to send what has
    ///     gathered.
    ///   - handler: Hears what arrives; released with the last event.
    /// - Throws: A `SystemError` where the reactor takes no more descriptors.
    package init(
        descriptor: Int32, on reactor: Reactor, willFlush: @escaping @Sendable () -> Void,
        _ handler: @escaping @Sendable (PacketEvent) -> Void
    ) throws(SystemError) {
        reactor.checkIsolated()
        self.reactor = reactor
        self.descriptor = descriptor
        self.handler = handler
        self.willFlush = willFlush
        registration = nil
        do throws(SystemError) {
            registration = try reactor.register(descriptor, csys_readable, self)
        } catch {
            _ = csys_close(descriptor)
            self.descriptor = -1
            throw error
        }
    }

    deinit {
        if descriptor >= 0 { _ = csys_close(descriptor) }
    }

    /// Bytes that wait for room.
    package var unsentByteCount: Int { queue[head...].reduce(0) { $0 + $1.count } }

    // MARK: Sending

    /// Asks for `willFlush` at the end of this pass.
    package func scheduleFlush() {
        reactor.checkIsolated()
        guard descriptor >= 0, !isFlushScheduled else { return }
        isFlushScheduled = true
        reactor.flushes.append(self)
    }

    func flushNow() {
        isFlushScheduled = false
        willFlush?()
    }

    /// Sends a packet, or keeps it until there is room.
    package func send(_ packet: UnsafeRawBufferPointer) {
        reactor.checkIsolated()
        guard descriptor >= 0 else { return }
        if awaitsRoom || !sendNow(packet) { queue.append(Array(packet)) }
    }

    /// True where the packet is dealt with: sent, or lost with the channel.
    private func sendNow(_ packet: UnsafeRawBufferPointer) -> Bool {
        while true {
            let result = csys_try_send_packet(descriptor, packet.baseAddress, packet.count)
            switch Int32(truncatingIfNeeded: -result) {
            case EINTR: continue
            case EAGAIN, ENOBUFS, ENOMEM:
                waitForRoom()
                return false
            default:
                // A failure shows on the reading side as well, after what the other side sent before.
                return true
            }
        }
    }

    private func waitForRoom() {
        guard !awaitsRoom, let registration else { return }
        awaitsRoom = true
        reactor.modify(registration, descriptor, csys_readable | csys_writable)
    }

    private func sendQueue() {
        awaitsRoom = false
        while head < queue.count {
            let isSent = queue[head].withUnsafeBytes { sendNow($0) }
            guard isSent else { return }
            head += 1
        }
        queue.removeAll(keepingCapacity: queue.count < 64)
        head = 0
        guard let registration else { return }
        reactor.modify(registration, descriptor, csys_readable)
    }

    // MARK: Receiving

    func ready(_ events: UInt32) {
        if events & csys_writable != 0 { sendQueue() }
        guard events & ~csys_writable != 0 else { return }
        expectsMore = true
        for _ in 0..<Self.packetsPerPass
        where descriptor < 0 || !readOnce() || !expectsMore { return }
    }

    /// Reads one packet; false where there is none.
    private func readOnce() -> Bool {
        let result = csys_receive_packet(
            descriptor, reactor.readBuffer.baseAddress, Self.largestPacket)
        if result > 0 {
            let bytes = UnsafeRawBufferPointer(rebasing: reactor.readBuffer[..<result])
            handler?(.received(BorrowedBytes(bytes: bytes)))
            return true
        }
        switch Int32(truncatingIfNeeded: -result) {
        case EAGAIN: return false
        case EINTR: return true
        case 0: end(nil)
        case let code: end(SystemError("recvmsg", code: code))
        }
        return false
    }

    /// Reads everything that has arrived, for what a process said before its end.
    package func drainInput() {
        reactor.checkIsolated()
        while descriptor >= 0, readOnce() {}
    }

    // MARK: Ending

    /// Closes the channel; the handler hears nothing more.
    package func close() {
        reactor.checkIsolated()
        handler = nil
        willFlush = nil
        queue = []
        head = 0
        guard descriptor >= 0 else { return }
        if let registration { reactor.deregister(registration, descriptor) }
        registration = nil
        _ = csys_close(descriptor)
        descriptor = -1
    }

    func reactorStopped() {
        end(SystemError("epoll_wait", code: ESHUTDOWN))
    }

    private func end(_ error: SystemError?) {
        let handler = self.handler
        close()
        handler?(.closed(error))
    }
}
