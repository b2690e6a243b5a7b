import CCommline
import CSystem
import Crypto
import Glibc
import Values

/// A library in a sealed memory file: what was verified is what is loaded, here or in a worker process.
final class SealedLibrary: Sendable {
    /// Why a library cannot be opened.
    struct Failure: Error {
        let problem: String
        let remedy: String
    }

    typealias Entry = @convention(c) () -> UnsafePointer<commline_plugin>?

    private static let largest = 256 << 20
    private static let entryName = "commline_plugin_entry"

    /// The library's contents' SHA-256.
    let sha256: [UInt8]
    /// The memory file; open as long as this object lives.
    let descriptor: Int32

    /// Reads a library and verifies it; nothing of it runs.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - expected: The SHA-256 that it must have, where that is known.
    ///   - verify: Looks at the digest before anything else happens: signatures.
    /// - Throws: A `Failure` where the file cannot be read, is no library, or has another digest.
    init(
        path: String, expected: [UInt8]?,
        verify: (_ sha256: [UInt8]) throws(Failure) -> Void = { _ throws(Failure) in }
    ) throws(Failure) {
        let bytes: [UInt8]
        do throws(FileReading.Failure) {
            bytes = try FileReading.bytes(of: path, limit: Self.largest)
        } catch {
            throw Failure(
                problem: "cannot be read: \(error.reason)",
                remedy: "put the library there and let the host's user read it")
        }
        if let problem = LibraryImage.problem(of: bytes) {
            throw Failure(
                problem: problem, remedy: "install the vendor's library for this machine again")
        }
        do throws(CryptoError) {
            sha256 = try Digest.sha256.of(bytes)
        } catch {
            throw Failure(
                problem: "cannot be verified: \(error)",
                remedy: "install the Debian package libssl3")
        }
        if let expected, expected != sha256 {
            throw Failure(
                problem: "has the SHA-256 \(TextEncoding.hex(sha256)), but its manifest names "
                    + TextEncoding.hex(expected),
                remedy: "do not use it; install library and manifest again from the same package")
        }
        try verify(sha256)
        descriptor = try Self.seal(
            bytes, name: path.split(separator: "/").last.map(String.init) ?? path)
    }

    deinit {
        csys_close(descriptor)
    }

    private static func seal(_ bytes: [UInt8], name: String) throws(Failure) -> Int32 {
        let descriptor = csys_memory_file(name)
        let remedy = "see whether the system allows executable memory files (vm.memfd_noexec)"
        guard descriptor >= 0 else {
            throw Failure(
                problem: "cannot be copied to memory (errno \(-descriptor))", remedy: remedy)
        }
        var result = bytes.withUnsafeBytes { csys_write_all(descriptor, $0.baseAddress, $0.count) }
        if result == 0 { result = csys_seal(descriptor) }
        guard result == 0 else {
            csys_close(descriptor)
            throw Failure(problem: "cannot be copied to memory (errno \(-result))", remedy: remedy)
        }
        return descriptor
    }

    /// Loads the library into this process for ever, and finds its entry.
    ///
    /// - Throws: A `Failure` with the linker's reason.
    func loadForever() throws(Failure) -> Entry {
        let own = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard own >= 0 else {
            throw Failure(
                problem: "cannot be loaded (errno \(errno))",
                remedy: "raise the limit of open files (ulimit -n)")
        }
        // Not closed, whatever comes of it: see `load`.
        return try Self.load(own)
    }

    /// Loads a library into this process and finds its entry; its initialisers run here.
    ///
    /// The linker knows loaded libraries by the name they were opened by: a later library under the same
    /// number would be taken for this one. So the descriptor must stay open for ever.
    ///
    /// - Parameter descriptor: A memory file.
    /// - Returns: The entry.
    /// - Throws: A `Failure` with the linker's reason.
    static func load(_ descriptor: Int32) throws(Failure) -> Entry {
        let handle = dlopen("/proc/self/fd/\(descriptor)", RTLD_NOW | RTLD_LOCAL)
        guard let handle else {
            throw Failure(
                problem: "cannot be loaded: \(linkerError)",
                remedy: "install what it needs, or ask its vendor")
        }
        guard let symbol = dlsym(handle, entryName) else {
            // Not closed: unloading a library that has run its initialisers is not safe.
            throw Failure(
                problem: "has no symbol \(entryName): it is no plugin",
                remedy: "correct \"library\" in the manifest, or ask its vendor")
        }
        return unsafeBitCast(symbol, to: Entry.self)
    }

    private static var linkerError: String {
        guard let text = dlerror() else { return "the linker gives no reason" }
        return String(cString: text)
    }
}
