import CSystem
import Glibc

/// How a process ended.
package enum ProcessExit: Hashable, Sendable {
    /// It ended by itself with this code.
    case exited(Int32)
    /// A signal ended it: `SIGSEGV`.
    case signalled(Int32)
}

/// A child process: its end is heard of as soon as it happens.
// SAFETY: All variables belong to the reactor's thread; every entry point checks that it runs there.
package final class ChildProcess: Pollable, @unchecked Sendable {
    /// Its number.
    package let id: Int32

    private let reactor: Reactor
    private var descriptor: Int32
    private var registration: Poller.Registration?
    private var ended: (@Sendable (ProcessExit) -> Void)?

    /// Starts a process; on the reactor's thread, which must live as long as the process: a worker ends with
    /// the thread that started it.
    ///
    /// - Parameters:
    ///   - path: The program.
    ///   - arguments: Its arguments, its own name first.
    ///   - environment: Its whole environment, as `NAME=value`.
    ///   - descriptors: What becomes its descriptors 0, 1, 2 and so on; it has no others.
    ///   - reactor: Where its end is waited for.
    ///   - ended: Called once, when it has ended.
    /// - Throws: A `SystemError` where the system has no process or descriptor left.
    package init(
        path: String, arguments: [String], environment: [String], descriptors: [Int32],
        on reactor: Reactor, _ ended: @escaping @Sendable (ProcessExit) -> Void
    ) throws(SystemError) {
        reactor.checkIsolated()
        self.reactor = reactor
        self.ended = ended
        registration = nil
        let process = Self.withStrings(arguments) { arguments in
            Self.withStrings(environment) { environment in
                csys_spawn(path, arguments, environment, descriptors, Int32(descriptors.count))
            }
        }
        id = try SystemError.check(process, "posix_spawn")
        descriptor = csys_process_descriptor(id)
        do throws(SystemError) {
            try SystemError.check(descriptor, "pidfd_open")
            registration = try reactor.register(descriptor, csys_readable, self)
        } catch {
            _ = csys_kill(id)
            var (code, signal): (Int32, Int32) = (0, 0)
            while csys_collect(id, &code, &signal) == 0 { sched_yield() }
            if descriptor >= 0 { _ = csys_close(descriptor) }
            descriptor = -1
            throw error
        }
    }

    deinit {
        if descriptor >= 0 { _ = csys_close(descriptor) }
    }

    private static func withStrings<Result>(
        _ texts: [String],
        _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>?) -> Result
    ) -> Result {
        var pointers = texts.map { strdup($0) }
        pointers.append(nil)
        defer { for pointer in pointers { free(pointer) } }
        return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
    }

    /// Ends the process at once; `ended` follows.
    package func kill() {
        reactor.checkIsolated()
        guard descriptor >= 0 else { return }
        _ = csys_kill(id)
    }

    /// Its resident memory in bytes; nil where it cannot be read.
    package var residentBytes: UInt64? { ProcessFacts.residentBytes(of: id) }

    func ready(_ events: UInt32) {
        var (code, signal): (Int32, Int32) = (0, 0)
        guard csys_collect(id, &code, &signal) == 1 else { return }
        let ended = self.ended
        release()
        ended?(signal == 0 ? .exited(code) : .signalled(signal))
    }

    func reactorStopped() {
        // Nobody could hear of its end any more.
        _ = csys_kill(id)
        var (code, signal): (Int32, Int32) = (0, 0)
        while csys_collect(id, &code, &signal) == 0 { sched_yield() }
        let ended = self.ended
        release()
        ended?(.signalled(SIGKILL))
    }

    private func release() {
        ended = nil
        guard descriptor >= 0 else { return }
        if let registration { reactor.deregister(registration, descriptor) }
        registration = nil
        _ = csys_close(descriptor)
        descriptor = -1
    }
}
