import Glibc

/// The right to work on a data directory, held until the value is gone.
///
/// The kernel ends it with the process, however that ends.
final class DataLock: Sendable {
    private let descriptor: CInt

    /// Takes the lock.
    ///
    /// - Throws: `.locked` when another host has it.
    init(_ path: String) throws(StoreError) {
        descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .file(path: path, operation: "opening", errno: errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            // The descriptor is closed by `deinit`, which runs here too.
            let reason = errno
            if reason == EWOULDBLOCK { throw .locked(path: Folder.parent(of: path)) }
            throw .file(path: path, operation: "locking", errno: reason)
        }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }
}
