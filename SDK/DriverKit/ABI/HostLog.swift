import CCommline
import Synchronization

/// How grave a line of a journal or a log is.
public enum Level: UInt32, Hashable, Sendable, Comparable {
    /// Single steps, for a driver's author.
    case trace = 0
    /// What helps to understand a failure.
    case debug = 1
    /// What an operator likes to know.
    case info = 2
    /// Something was not as expected; the work goes on.
    case warning = 3
    /// Something failed.
    case error = 4

    /// Whether a level is less grave than another.
    ///
    /// - Parameters:
    ///   - left: A level.
    ///   - right: Another one.
    /// - Returns: True where `left` is less grave.
    public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
}

/// The plugin's service log, for what belongs to no session; usable on any thread.
public final class HostLog: Sendable {
    /// The host's table; it is valid for the life of the process and its calls take any thread.
    // SAFETY: the pointer is only ever passed on to the host's own function, tagged [any].
    private struct Host: @unchecked Sendable {
        let pointer: UnsafePointer<commline_host>
        let write:
            @convention(c) (
                UnsafePointer<commline_host>?, commline_level, UnsafePointer<commline_text>?
            ) -> Void
    }

    private let host = Mutex<Host?>(nil)

    init() {}

    /// Takes the host's table.
    func attach(_ pointer: UnsafePointer<commline_host>?) throws(BorderError) {
        let size = sizeOfStruct(pointer)
        guard let pointer, size >= MemoryLayout<commline_host>.size else {
            throw BorderError(
                "the host's table has \(size) bytes, ABI 1.0 needs "
                    + "\(MemoryLayout<commline_host>.size)")
        }
        guard pointer.pointee.abi_major == UInt32(COMMLINE_ABI_MAJOR) else {
            throw BorderError("the host speaks another major ABI")
        }
        guard let write = pointer.pointee.log else {
            throw BorderError("the host's table has no log")
        }
        host.withLock { $0 = Host(pointer: pointer, write: write) }
    }

    /// Writes a line.
    ///
    /// - Parameters:
    ///   - level: How grave it is.
    ///   - line: The text; never a secret.
    public func write(_ level: Level, _ line: String) {
        guard let host = host.withLock({ $0 }) else { return }
        withBorrowed(line) { text in
            var text = text
            host.write(host.pointer, level.rawValue, &text)
        }
    }
}
