import CSystem
import Glibc

/// A signal that the host answers.
package enum Signal: Int32, Hashable, Sendable, CaseIterable {
    /// SIGHUP: the terminal has gone, or the configuration is to be read again.
    case hangup = 1
    /// SIGINT: Ctrl-C.
    case interrupt = 2
    /// SIGTERM: the service manager asks to stop.
    case terminate = 15
}

/// Signals as events on a reactor.
///
/// The handler in the signal's context only writes a byte to a pipe; there is one pipe in a process, so there
/// is one `Signals` at a time.
// SAFETY: All variables belong to the reactor's thread; every entry point checks that it runs there.
package final class Signals: Pollable, @unchecked Sendable {
    private let reactor: Reactor
    private let handler: @Sendable (Signal) -> Void
    private let signals: [Signal]
    private var readEnd: Int32 = -1
    private var writeEnd: Int32 = -1
    private var registration: Poller.Registration?

    /// Takes over the signals; on the reactor's thread.
    ///
    /// - Parameters:
    ///   - signals: Which ones. Their default action does not happen any more.
    ///   - reactor: Where `handler` is called. It keeps the object alive until `close`.
    ///   - handler: Receives each signal; several of one kind may arrive as one.
    /// - Throws: A `SystemError` when descriptors have run out.
    package init(
        _ signals: [Signal], on reactor: Reactor, handler: @escaping @Sendable (Signal) -> Void
    ) throws(SystemError) {
        reactor.checkIsolated()
        self.reactor = reactor
        self.handler = handler
        self.signals = signals
        var ends: [Int32] = [-1, -1]
        try SystemError.check(csys_pipe(&ends), "pipe2")
        (readEnd, writeEnd) = (ends[0], ends[1])
        registration = try reactor.register(readEnd, csys_readable, self)
        for signal in signals {
            try SystemError.check(csys_forward_signal(signal.rawValue, writeEnd), "sigaction")
        }
    }

    /// Writing to a connection that has gone is an error of that write only, also in libraries.
    package static func ignoreBrokenPipes() {
        _ = csys_ignore_signal(SIGPIPE)
    }

    func ready(_ events: UInt32) {
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = read(readEnd, &bytes, bytes.count)
        guard count > 0 else { return }
        for byte in bytes[..<count] {
            if let signal = Signal(rawValue: Int32(byte)) { handler(signal) }
        }
    }

    /// Gives the signals back their default action.
    package func close() {
        reactor.checkIsolated()
        guard let registration else { return }
        for signal in signals { _ = csys_restore_signal(signal.rawValue) }
        reactor.deregister(registration, readEnd)
        self.registration = nil
        csys_stop_forwarding()
        closeEnds()
    }

    deinit {
        closeEnds()
    }

    private func closeEnds() {
        if readEnd >= 0 { _ = csys_close(readEnd) }
        if writeEnd >= 0 { _ = csys_close(writeEnd) }
        readEnd = -1
        writeEnd = -1
    }

    func reactorStopped() {
        close()
    }
}
