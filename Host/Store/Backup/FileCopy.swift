import Crypto
import Glibc

/// A file's length and digest, as a backup's list of contents tells them.
struct FileSeal: Hashable, Sendable {
    var bytes: Int64
    /// SHA-256, 64 lower-case hexadecimal digits.
    var sha256: String
}

/// Reads and copies whole files, with their digest and onto the disk for certain.
enum FileCopy {
    private static let part = 1 << 20

    /// Reads a file for its seal.
    static func seal(_ path: String) throws(StoreError) -> FileSeal {
        try transfer(path, to: nil)
    }

    /// Copies a file; one that is there is not overwritten.
    static func copy(_ source: String, to target: String) throws(StoreError) -> FileSeal {
        try transfer(source, to: target)
    }

    private static func transfer(
        _ source: String, to target: String?
    ) throws(StoreError) -> FileSeal {
        let input = open(source, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw .file(path: source, operation: "opening", errno: errno) }
        defer { close(input) }
        var output: CInt = -1
        if let target {
            output = open(target, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
            guard output >= 0 else { throw .file(path: target, operation: "making", errno: errno) }
        }
        defer { if output >= 0 { close(output) } }
        var digest = try running()
        var buffer = [UInt8](repeating: 0, count: part)
        var total: Int64 = 0
        while true {
            let count = Glibc.read(input, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .file(path: source, operation: "reading", errno: errno) }
            if count == 0 { break }
            total += Int64(count)
            do throws(CryptoError) {
                try digest.update(buffer[..<count])
            } catch {
                throw .crypto(error.description)
            }
            if let target { try write(buffer[..<count], to: output, target) }
        }
        if let target, fsync(output) != 0 {
            throw .file(path: target, operation: "synchronising", errno: errno)
        }
        do throws(CryptoError) {
            let hex = try digest.finish().map { byte in
                let text = String(byte, radix: 16)
                return text.utf8.count == 1 ? "0" + text : text
            }
            return FileSeal(bytes: total, sha256: hex.joined())
        } catch {
            throw .crypto(error.description)
        }
    }

    private static func running() throws(StoreError) -> Digest.Running {
        do throws(CryptoError) {
            return try Digest.Running(.sha256)
        } catch {
            throw .crypto(error.description)
        }
    }

    /// Writes a new file and brings it to the disk.
    static func write(_ bytes: [UInt8], toNew path: String) throws(StoreError) {
        let output = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard output >= 0 else { throw .file(path: path, operation: "making", errno: errno) }
        defer { close(output) }
        try write(bytes[...], to: output, path)
        guard fsync(output) == 0 else {
            throw .file(path: path, operation: "synchronising", errno: errno)
        }
    }

    /// Reads a small file; nil when there is none or it is larger than `limit`.
    static func read(_ path: String, limit: Int) -> [UInt8]? {
        let input = open(path, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { return nil }
        defer { close(input) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(input, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0, bytes.count + count <= limit else { return nil }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }

    private static func write(
        _ bytes: ArraySlice<UInt8>, to output: CInt, _ path: String
    ) throws(StoreError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(output, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw .file(path: path, operation: "writing", errno: count == 0 ? ENOSPC : errno)
            }
            rest = rest.dropFirst(count)
        }
    }
}
