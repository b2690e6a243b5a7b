import Reactor
import Synchronization

/// Waits for the wish to end: Ctrl-C, or the service manager.
enum Interruption {
    /// Returns when SIGINT or SIGTERM has come.
    ///
    /// - Parameter reactor: Where the signals are heard.
    static func wait(on reactor: Reactor) async {
        let once = Mutex<CheckedContinuation<Void, Never>?>(nil)
        let signals = Mutex<Signals?>(nil)
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            once.withLock { $0 = continuation }
            reactor.execute {
                let handler: @Sendable (Signal) -> Void = { _ in
                    let waiting = once.withLock { waiting in
                        defer { waiting = nil }
                        return waiting
                    }
                    waiting?.resume()
                }
                do throws(SystemError) {
                    let heard = try Signals(
                        [.interrupt, .terminate], on: reactor, handler: handler)
                    signals.withLock { $0 = heard }
                } catch {
                    // Without descriptors for signals their default action ends the process.
                    Terminal.writeError("commline: signals cannot be heard: \(error)\n")
                }
            }
        }
        await reactor.perform { signals.withLock { $0 }?.close() }
    }
}
