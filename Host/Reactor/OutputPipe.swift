import CSystem
import Glibc

/// Reads what a child process writes to its standard output.
// SAFETY: All variables belong to the reactor's thread; every entry point checks that it runs there.
package final class OutputPipe: Pollable, @unchecked Sendable {
    private let reactor: Reactor
    private var descriptor: Int32
    private var registration: Poller.Registration?
    private var received: (@Sendable (BorrowedBytes) -> Void)?

    /// Takes over the reading end of a pipe; on the reactor's thread.
    ///
    /// - Parameters:
    ///   - descriptor: The end; closed by this object, also where this throws.
    ///   - reactor: Where it is read.
    ///   - received: Gets the bytes, which are valid during the call only.
    /// - Throws: A `SystemError` where the reactor takes no more descriptors.
    package init(
        descriptor: Int32, on reactor: Reactor,
        _ received: @escaping @Sendable (BorrowedBytes) -> Void
    ) throws(SystemError) {
        reactor.checkIsolated()
        self.reactor = reactor
        self.descriptor = descriptor
        self.received = received
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

    func ready(_ events: UInt32) {
        readOnce()
    }

    /// Reads what there is now; for the last words of a process that has ended.
    package func drain() {
        reactor.checkIsolated()
        for _ in 0..<16 where !readOnce() { return }
    }

    @discardableResult
    private func readOnce() -> Bool {
        guard descriptor >= 0 else { return false }
        let count = csys_read(descriptor, reactor.readBuffer.baseAddress, reactor.readBuffer.count)
        if count > 0 {
            let bytes = UnsafeRawBufferPointer(rebasing: reactor.readBuffer[..<count])
            received?(BorrowedBytes(bytes: bytes))
            return true
        }
        if count != -Int(EAGAIN), count != -Int(EINTR) { close() }
        return false
    }

    /// Closes the pipe.
    package func close() {
        reactor.checkIsolated()
        received = nil
        guard descriptor >= 0 else { return }
        if let registration { reactor.deregister(registration, descriptor) }
        registration = nil
        _ = csys_close(descriptor)
        descriptor = -1
    }

    func reactorStopped() {
        close()
    }
}
