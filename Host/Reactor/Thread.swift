import CSystem
import Glibc

/// Threads of the operating system.
package enum Thread {
    /// The calling thread, as a number that can be compared and stored atomically.
    package static var current: UInt { UInt(pthread_self()) }

    /// Starts a detached thread that runs `body` once.
    ///
    /// The closure is boxed and handed over by a C function which captures nothing: such a thread
    /// inherits no actor isolation from whoever starts it.
    ///
    /// - Parameters:
    ///   - name: Shown by `top -H` and debuggers; the first 15 bytes count.
    ///   - body: The thread's whole work.
    /// - Throws: A `SystemError` when the system has no thread to give.
    package static func start(
        _ name: String, body: @escaping @Sendable () -> Void
    ) throws(SystemError) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))

        let box = Unmanaged.passRetained(Body(name: name, run: body))
        var thread = pthread_t()
        let code = pthread_create(&thread, &attributes, enter, box.toOpaque())
        guard code == 0 else {
            box.release()
            throw SystemError("pthread_create", code: code)
        }
    }

    private final class Body: Sendable {
        let name: String
        let run: @Sendable () -> Void

        init(name: String, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }

    private static let enter:
        @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = {
            guard let context = $0 else { return nil }
            let body = Unmanaged<Body>.fromOpaque(context).takeRetainedValue()
            csys_name_thread(body.name)
            body.run()
            return nil
        }
}
