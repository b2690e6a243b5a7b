/// The password-based key derivation scrypt (RFC 7914), which costs memory as well as time.
public struct Scrypt: Hashable, Sendable {
    /// The cost N: a power of two above 1.
    public let cost: Int
    /// The block size r.
    public let blockSize: Int
    /// The parallelization p.
    public let parallelization: Int

    /// How much memory a derivation may take, in bytes.
    public static let memoryLimit = 256 << 20

    /// For passwords at login: 32 MiB, about a tenth of a second (N = 2¹⁵, r = 8, p = 1).
    public static let interactive = Scrypt(cost: 1 << 15)

    private init(cost: Int) {
        self.cost = cost
        blockSize = 8
        parallelization = 1
    }

    /// Chooses parameters.
    ///
    /// - Parameters:
    ///   - cost: N, a power of two above 1.
    ///   - blockSize: r, 1...64.
    ///   - parallelization: p, 1...64.
    /// - Throws: `CryptoError` with `wrongParameter`, also where more memory would be needed than
    ///   ``memoryLimit``.
    public init(cost: Int, blockSize: Int, parallelization: Int) throws(CryptoError) {
        guard cost > 1, cost & (cost - 1) == 0, cost <= 1 << 24 else {
            throw .wrongParameter("the cost must be a power of two from 2 to 2^24")
        }
        guard (1...64).contains(blockSize), (1...64).contains(parallelization) else {
            throw .wrongParameter("block size and parallelization must be from 1 to 64")
        }
        self.cost = cost
        self.blockSize = blockSize
        self.parallelization = parallelization
        guard memory <= Self.memoryLimit else {
            throw .wrongParameter("the parameters need more than \(Self.memoryLimit >> 20) MiB")
        }
    }

    /// How much memory a derivation takes, in bytes.
    private var memory: Int { 128 * blockSize * (cost + parallelization + 2) }

    /// Derives a key from a password.
    ///
    /// - Parameters:
    ///   - password: The password's bytes.
    ///   - salt: A random text stored beside the result.
    ///   - length: How many bytes to derive, 1...1024.
    /// - Returns: The key.
    /// - Throws: `CryptoError` with `wrongLength`, or where the library is missing or refuses.
    public func derive(
        password: some Collection<UInt8>, salt: some Collection<UInt8>, length: Int = 32
    ) throws(CryptoError) -> [UInt8] {
        guard (1...1024).contains(length) else {
            throw .wrongLength(of: "derived key", found: length, rule: "1 to 1024 bytes")
        }
        let library = try LibCrypto.loaded()
        let secret = SecretBytes(password)
        let salt = Array(salt)
        let key: [UInt8]? = secret.withBytes { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                var key = [UInt8](repeating: 0, count: length)
                let status = library.scrypt(
                    characters.baseAddress, characters.count, salt, salt.count, UInt64(cost),
                    UInt64(blockSize), UInt64(parallelization), UInt64(memory) + 4096, &key, length)
                return status == 1 ? key : nil
            }
        }
        guard let key else { throw library.failure(of: "scrypt") }
        return key
    }
}
