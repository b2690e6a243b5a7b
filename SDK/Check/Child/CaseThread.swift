import Glibc

/// The thread on which a case calls the plugin: its stack is known, so that an overflow can be named.
enum CaseThread {
    /// A stack and what lies below it.
    struct Stack {
        let guardStart: UnsafeMutableRawPointer
        let start: UnsafeMutableRawPointer
    }

    private static let stackSize = 8 << 20
    private static let guardSize = 1 << 20

    private final class Work {
        let body: (Stack) -> Void
        let stack: Stack

        init(_ stack: Stack, _ body: @escaping (Stack) -> Void) {
            self.stack = stack
            self.body = body
        }
    }

    /// Runs something on a thread of its own and waits for its end.
    ///
    /// - Returns: False where there is no such thread.
    static func run(_ body: @escaping (Stack) -> Void) -> Bool {
        let memory = mmap(
            nil, stackSize + guardSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let memory, memory != MAP_FAILED, mprotect(memory, guardSize, PROT_NONE) == 0
        else { return false }
        let stack = Stack(guardStart: memory, start: memory + guardSize)
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstack(&attributes, stack.start, stackSize)
        var thread = pthread_t()
        let work = Unmanaged.passRetained(Work(stack, body))
        let status = pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument else { return nil }
                let work = Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
                work.body(work.stack)
                return nil
            }, work.toOpaque())
        guard status == 0 else {
            work.release()
            return false
        }
        pthread_join(thread, nil)
        return true
    }
}
