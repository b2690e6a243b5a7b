import Glibc

/// Compression by zlib, if the machine has it.
///
/// Without it blocks are stored as they are: the extended journal grows faster, and nothing is lost.
final class Deflate: Sendable {
    private typealias Compress =
        @convention(c) (
            UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<CUnsignedLong>?,
            UnsafePointer<UInt8>?,
            CUnsignedLong, CInt
        ) -> CInt
    private typealias Uncompress =
        @convention(c) (
            UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<CUnsignedLong>?,
            UnsafePointer<UInt8>?,
            CUnsignedLong
        ) -> CInt

    private let compress2: Compress
    private let uncompress: Uncompress

    /// The library, or nil where it is not installed (Debian package `zlib1g`).
    static let shared = Deflate()

    private init?() {
        guard let library = dlopen("libz.so.1", RTLD_NOW | RTLD_LOCAL),
            let compress2 = dlsym(library, "compress2"),
            let uncompress = dlsym(library, "uncompress")
        else { return nil }
        // SAFETY: the types are the prototypes in zlib.h, whose library version 1 keeps them.
        self.compress2 = unsafeBitCast(compress2, to: Compress.self)
        self.uncompress = unsafeBitCast(uncompress, to: Uncompress.self)
    }

    /// Compresses bytes.
    ///
    /// - Returns: Nil when the result would not be shorter.
    func compress(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count > 32 else { return nil }
        var output = [UInt8](repeating: 0, count: bytes.count)
        var count = CUnsignedLong(output.count)
        // Level 1: frames of meters shrink hardly more with a higher one, and it costs a third.
        let status = compress2(&output, &count, bytes, CUnsignedLong(bytes.count), 1)
        guard status == 0, count < bytes.count else { return nil }
        output.removeLast(output.count - Int(count))
        return output
    }

    /// Expands what `compress` made.
    ///
    /// - Parameters:
    ///   - bytes: As compressed.
    ///   - length: How long the result is.
    /// - Returns: Nil when the bytes are damaged.
    func expand(_ bytes: [UInt8], length: Int) -> [UInt8]? {
        var output = [UInt8](repeating: 0, count: length)
        var count = CUnsignedLong(length)
        let status = uncompress(&output, &count, bytes, CUnsignedLong(bytes.count))
        guard status == 0, Int(count) == length else { return nil }
        return output
    }
}
