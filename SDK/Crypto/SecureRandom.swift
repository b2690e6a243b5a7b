/// Random bytes that nobody can predict.
public enum SecureRandom {
    /// Makes random bytes.
    ///
    /// - Parameter count: How many, 0...2³¹-1.
    /// - Returns: The bytes.
    /// - Throws: `CryptoError` where the library is missing, has no source of randomness, or the
    ///   count is out of range.
    public static func bytes(_ count: Int) throws(CryptoError) -> [UInt8] {
        guard let length = CInt(exactly: count), length >= 0 else {
            throw .wrongLength(of: "random text", found: count, rule: "0 to 2147483647 bytes")
        }
        let library = try LibCrypto.loaded()
        guard count > 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: count)
        guard library.randomBytes(&bytes, length) == 1 else {
            throw library.failure(of: "RAND_bytes")
        }
        return bytes
    }
}
