import DriverKit
import Glibc

/// Watches every call into the plugin from within its process.
final class CaseWitness: CallWitness {
    /// How long one call took.
    struct Timing {
        let call: StaticString
        let role: RehearsedSession.Role
        let nanoseconds: UInt64
    }

    /// Whether calls are timed.
    var isTiming = false
    private(set) var timings: [Timing] = []

    private let page: CasePage
    private let lent: LentMemory
    private let process = getpid()
    private var sentinels: [Int32] = []
    private var current: (call: StaticString, role: RehearsedSession.Role) = ("", .driver)
    private var began: UInt64 = 0

    init(page: CasePage, lent: LentMemory) {
        self.page = page
        self.lent = lent
        // Descriptors of the host: whoever closes one of these closes what is not its own.
        for _ in 0..<6 {
            let descriptor = Glibc.open("/dev/null", O_RDWR)
            if descriptor >= 0 { sentinels.append(descriptor) }
        }
    }

    func begins(_ call: StaticString, of role: RehearsedSession.Role) {
        current = (call, role)
        page.setCall(role == .driver ? "driver: " : "simulator: ", call)
        began = monotonicNanoseconds()
        page.callBegan = began
    }

    func ended() -> [String] {
        let now = monotonicNanoseconds()
        // Whoever comes back with another number is a copy that the plugin made.
        if getpid() != process { _exit(0) }
        page.callBegan = nil
        if isTiming {
            timings.append(
                Timing(call: current.call, role: current.role, nanoseconds: now - began))
        }
        lent.takeBack()
        var breaches: [String] = []
        if page.hasForked {
            page.hasForked = false
            breaches.append("forked the process in \(current.call)")
        }
        let closed = sentinels.filter { fcntl($0, F_GETFD) < 0 }
        if !closed.isEmpty {
            sentinels.removeAll { closed.contains($0) }
            let numbers = closed.map(String.init).joined(separator: ", ")
            breaches.append("closed descriptors that are not its own (\(numbers)) in \(current.call)")
        }
        return breaches
    }

    func lend(
        _ bytes: UnsafeRawBufferPointer, isWritable: Bool
    ) -> UnsafeMutableRawBufferPointer? {
        lent.lend(bytes, isWritable: isWritable)
    }

    func takeTimings() -> [Timing] {
        defer { timings = [] }
        return timings
    }
}
