import Crypto
import Glibc

/// The file with the key that settings are sealed with: 32 random bytes, readable by its owner only.
enum KeyFile {
    static let length = 32

    /// Reads the key.
    ///
    /// - Returns: Nil when there is no such file.
    /// - Throws: `.keyUnusable` when it is not a key, or others can read it.
    static func read(_ path: String) throws(StoreError) -> [UInt8]? {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw .file(path: path, operation: "opening", errno: errno)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw .file(path: path, operation: "reading", errno: errno)
        }
        guard status.st_mode & 0o077 == 0 else {
            throw .keyUnusable(path: path, message: "others can read it; run chmod 600 on it")
        }
        var key = [UInt8](repeating: 0, count: length + 1)
        let count = key.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
        guard count >= 0 else { throw .file(path: path, operation: "reading", errno: errno) }
        guard count == length else {
            throw .keyUnusable(path: path, message: "it must hold exactly \(length) bytes")
        }
        key.removeLast()
        return key
    }

    /// Makes a new key; an existing file is never overwritten.
    ///
    /// The key is complete and on disk before it has its name.
    static func create(_ path: String) throws(StoreError) -> [UInt8] {
        let key: [UInt8]
        do throws(CryptoError) {
            key = try SecureRandom.bytes(length)
        } catch {
            throw .crypto(error.description)
        }
        let temporary = path + ".new"
        // Left over when the host was killed in the middle of this.
        unlink(temporary)
        let descriptor = Glibc.open(
            temporary, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .file(path: temporary, operation: "making", errno: errno)
        }
        let count = key.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        let isStored = count == length && fsync(descriptor) == 0
        let reason = count == length || count < 0 ? errno : ENOSPC
        close(descriptor)
        guard isStored else {
            unlink(temporary)
            throw .file(path: temporary, operation: "writing", errno: reason)
        }
        // Unlike a rename, a link fails where the name is taken.
        let linked = link(temporary, path)
        let failure = errno
        unlink(temporary)
        guard linked == 0 else { throw .file(path: path, operation: "making", errno: failure) }
        try Folder.synchronise(Folder.parent(of: path))
        return key
    }
}
