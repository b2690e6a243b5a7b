import Glibc
import Synchronization

/// Bytes that are overwritten when nobody needs them any more.
///
/// This is a best effort: copies which the caller made stay where they are.
public final class SecretBytes: Sendable {
    private let storage: Mutex<[UInt8]>

    /// Takes a copy of bytes.
    ///
    /// - Parameter bytes: The secret.
    public init(_ bytes: some Collection<UInt8>) {
        // One element at a time into a buffer of its own: a copied array would share the caller's.
        var own: [UInt8] = []
        own.reserveCapacity(bytes.count)
        for byte in bytes { own.append(byte) }
        storage = Mutex(own)
    }

    deinit {
        storage.withLock { $0.wipe() }
    }

    /// How many bytes there are.
    public var count: Int { storage.withLock { $0.count } }

    /// Lends the bytes out.
    ///
    /// - Parameter body: What to do with them; it must not keep them.
    /// - Returns: What `body` returns.
    public func withBytes<R: Sendable>(_ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
        storage.withLock { $0.withUnsafeBufferPointer(body) }
    }
}

extension Array where Element == UInt8 {
    /// Overwrites the bytes with zeros, which the compiler cannot leave out, and removes them.
    ///
    /// Where another array shares the bytes, its copy stays.
    public mutating func wipe() {
        withUnsafeMutableBytes { bytes in
            if let start = bytes.baseAddress { explicit_bzero(start, bytes.count) }
        }
        removeAll()
    }
}
