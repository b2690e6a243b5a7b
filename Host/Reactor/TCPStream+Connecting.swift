import CSystem
import Glibc

extension TCPStream {
    func beginConnecting() {
        let (deadline, overflow) = SystemClock.monotonicNanoseconds.addingReportingOverflow(
            options.connectTimeout.clampedNanoseconds)
        connectDeadline = overflow ? .max : deadline
        tryNextAddress(after: SystemError("connect", code: EADDRNOTAVAIL))
    }

    /// Starts the next attempt; with no address left, ends with `error` in a later pass.
    func tryNextAddress(after error: SystemError) {
        reactor.cancel(connectTimer)
        closeDescriptor()
        var failure = error
        while let address = untried.popFirst() {
            do throws(SystemError) {
                return try attempt(address)
            } catch {
                closeDescriptor()
                failure = error
            }
        }
        // Later, so that the caller of `connect` has its stream before the handler hears of it.
        connectTimer = reactor.schedule(after: .zero) { [self, failure] in
            fail(.connectFailed(failure))
        }
    }

    private func attempt(_ address: SocketAddress) throws(SystemError) {
        peer = address
        descriptor = try SystemError.check(csys_tcp_socket(address.family), "socket")
        let result = address.withSockaddr { csys_connect(descriptor, $0, $1) }
        // Also an immediate success is noticed through epoll, so that there is one way only.
        if result != -EINPROGRESS && result != -EINTR {
            try SystemError.check(result, "connect")
        }
        registration = try reactor.register(descriptor, csys_writable, self)
        interest = csys_writable
        let now = SystemClock.monotonicNanoseconds
        let left = connectDeadline > now ? connectDeadline - now : 0
        let share = left / UInt64(untried.count + 1)
        connectTimer = reactor.schedule(after: .nanoseconds(Int64(clamping: share))) { [self] in
            connectTimedOut()
        }
    }

    private func connectTimedOut() {
        guard state == .connecting else { return }
        guard untried.isEmpty else {
            return tryNextAddress(after: SystemError("connect", code: ETIMEDOUT))
        }
        fail(.connectTimedOut(after: options.connectTimeout))
    }

    /// The attempt has been decided.
    func connectReady() {
        let pending = csys_pending_error(descriptor)
        guard pending == 0 else {
            return tryNextAddress(after: SystemError("connect", code: -pending))
        }
        reactor.cancel(connectTimer)
        connectTimer = nil
        untried = []
        state = .open
        opened()
        handler?(.connected)
    }
}
