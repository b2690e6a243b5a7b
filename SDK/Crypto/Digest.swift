/// A function that makes a short digest of any number of bytes.
public enum Digest: Hashable, Sendable, CaseIterable {
    /// MD5 (RFC 1321): for devices that know nothing better, never for anything of ours.
    case md5
    /// SHA-1 (FIPS 180-4): for devices that know nothing better.
    case sha1
    /// SHA-256 (FIPS 180-4).
    case sha256
    /// SHA-384 (FIPS 180-4).
    case sha384
    /// SHA-512 (FIPS 180-4).
    case sha512

    /// How many bytes a digest has.
    public var length: Int {
        switch self {
        case .md5: 16
        case .sha1: 20
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }

    var name: String {
        switch self {
        case .md5: "MD5"
        case .sha1: "SHA1"
        case .sha256: "SHA256"
        case .sha384: "SHA384"
        case .sha512: "SHA512"
        }
    }

    /// Makes the digest of bytes that are all there.
    ///
    /// - Parameter bytes: What to digest.
    /// - Returns: The digest, ``length`` bytes.
    /// - Throws: `CryptoError` where the library is missing or refuses.
    public func of(_ bytes: some Collection<UInt8>) throws(CryptoError) -> [UInt8] {
        var running = try Running(self)
        try running.update(bytes)
        return try running.finish()
    }

    /// Makes the keyed digest of a message (RFC 2104).
    ///
    /// - Parameters:
    ///   - message: What to authenticate.
    ///   - key: A key of any length.
    /// - Returns: The code, ``length`` bytes; compare it with ``ConstantTime``.
    /// - Throws: `CryptoError` where the library is missing or refuses.
    public func hmac(
        of message: some Collection<UInt8>, key: some Collection<UInt8>
    ) throws(CryptoError) -> [UInt8] {
        let library = try LibCrypto.loaded()
        let secret = SecretBytes(key)
        guard let keyLength = CInt(exactly: secret.count) else {
            throw .wrongLength(of: "key", found: secret.count, rule: "less than 2 GiB")
        }
        let message = Array(message)
        let code: [UInt8]? = secret.withBytes { bytes in
            var code = [UInt8](repeating: 0, count: length)
            var count = CUnsignedInt(0)
            // The library takes a key without an address for "the key of before".
            let result = withUnsafePointer(to: 0 as UInt8) { none in
                library.hmac(
                    library.digestByName(name), bytes.baseAddress ?? none, keyLength, message,
                    message.count, &code, &count)
            }
            return result != nil && Int(count) == length ? code : nil
        }
        guard let code else { throw library.failure(of: "HMAC") }
        return code
    }
}

extension Digest {
    /// A digest of bytes that come in parts.
    public struct Running: ~Copyable {
        private let library: LibCrypto
        private let context: OpaquePointer
        private let digest: Digest

        /// Starts a digest.
        ///
        /// - Parameter digest: The function.
        /// - Throws: `CryptoError` where the library is missing or refuses.
        public init(_ digest: Digest) throws(CryptoError) {
            let library = try LibCrypto.loaded()
            guard let context = library.digestNew() else {
                throw library.failure(of: "EVP_MD_CTX_new")
            }
            guard library.digestInit(context, library.digestByName(digest.name), nil) == 1 else {
                library.digestFree(context)
                throw library.failure(of: digest.name)
            }
            self.library = library
            self.context = context
            self.digest = digest
        }

        deinit {
            library.digestFree(context)
        }

        /// Adds a part.
        ///
        /// - Parameter bytes: The next bytes.
        /// - Throws: `CryptoError` where the library refuses.
        public mutating func update(_ bytes: some Collection<UInt8>) throws(CryptoError) {
            let library = library
            let context = context
            let direct = bytes.withContiguousStorageIfAvailable {
                library.digestUpdate(context, $0.baseAddress, $0.count)
            }
            let status =
                direct
                ?? Array(bytes).withUnsafeBytes {
                    library.digestUpdate(context, $0.baseAddress, $0.count)
                }
            guard status == 1 else { throw library.failure(of: digest.name) }
        }

        /// Ends the digest.
        ///
        /// - Returns: The digest of all parts.
        /// - Throws: `CryptoError` where the library refuses.
        public consuming func finish() throws(CryptoError) -> [UInt8] {
            var result = [UInt8](repeating: 0, count: digest.length)
            var count = CUnsignedInt(0)
            guard library.digestFinal(context, &result, &count) == 1, Int(count) == digest.length
            else { throw library.failure(of: digest.name) }
            return result
        }
    }
}
