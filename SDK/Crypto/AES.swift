/// The block cipher AES (FIPS 197) with one key, in the modes ECB and GCM.
public struct AES: Sendable {
    private let key: SecretBytes

    /// How many bytes a block has.
    public static let blockLength = 16

    /// Takes a key; a copy of it is kept, and overwritten in the end.
    ///
    /// - Parameter key: 16, 24 or 32 bytes.
    /// - Throws: `CryptoError` with `wrongKeyLength`, or where the library is missing.
    public init(key: some Collection<UInt8>) throws(CryptoError) {
        guard [16, 24, 32].contains(key.count) else {
            throw .wrongKeyLength(found: key.count, allowed: [16, 24, 32])
        }
        _ = try LibCrypto.loaded()
        self.key = SecretBytes(key)
    }

    private func cipherName(_ mode: String) -> String { "AES-\(key.count * 8)-\(mode)" }
}

// MARK: - ECB

extension AES {
    /// Encrypts blocks one by one (mode ECB), without padding.
    ///
    /// - Parameter plaintext: A multiple of 16 bytes.
    /// - Returns: As many bytes.
    /// - Throws: `CryptoError` with `wrongLength`, or where the library refuses.
    public func encryptBlocks(_ plaintext: some Collection<UInt8>) throws(CryptoError) -> [UInt8] {
        try blocks(plaintext, .encrypt)
    }

    /// Decrypts blocks one by one (mode ECB), without padding.
    ///
    /// - Parameter ciphertext: A multiple of 16 bytes.
    /// - Returns: As many bytes.
    /// - Throws: `CryptoError` with `wrongLength`, or where the library refuses.
    public func decryptBlocks(_ ciphertext: some Collection<UInt8>) throws(CryptoError) -> [UInt8] {
        try blocks(ciphertext, .decrypt)
    }

    private func blocks(
        _ input: some Collection<UInt8>, _ direction: CipherContext.Direction
    ) throws(CryptoError) -> [UInt8] {
        guard input.count.isMultiple(of: Self.blockLength) else {
            throw .wrongLength(of: "text", found: input.count, rule: "a multiple of 16 bytes")
        }
        var context = try CipherContext(cipherName("ECB"), direction)
        try context.setKey(key, nonce: nil)
        try context.withoutPadding()
        return try context.process(Array(input))
    }
}

// MARK: - GCM

extension AES {
    /// What sealing a message gives.
    public struct Sealed: Hashable, Sendable {
        /// The encrypted text, as long as the plain one.
        public let ciphertext: [UInt8]
        /// The authentication tag.
        public let tag: [UInt8]

        /// Ciphertext and tag one behind the other, as DLMS sends them.
        public var combined: [UInt8] { ciphertext + tag }
    }

    /// Encrypts and authenticates a message (mode GCM, NIST SP 800-38D).
    ///
    /// - Parameters:
    ///   - plaintext: What to hide; nothing makes a mere authentication code (GMAC).
    ///   - nonce: 1...128 bytes, usually 12; never the same one twice with one key.
    ///   - associated: What to authenticate without hiding it.
    ///   - tagLength: How many bytes the tag has: 4, 8, or 12...16.
    /// - Returns: The ciphertext and the tag.
    /// - Throws: `CryptoError` with `wrongLength`, or where the library refuses.
    public func seal(
        _ plaintext: some Collection<UInt8>, nonce: some Collection<UInt8>,
        authenticating associated: some Collection<UInt8> = [], tagLength: Int = 16
    ) throws(CryptoError) -> Sealed {
        try Self.check(nonce: nonce.count, tagLength: tagLength)
        var context = try CipherContext(cipherName("GCM"), .encrypt)
        try context.setKey(key, nonce: Array(nonce))
        try context.authenticate(Array(associated))
        let ciphertext = try context.process(Array(plaintext))
        return Sealed(ciphertext: ciphertext, tag: try context.tag(length: tagLength))
    }

    /// Checks and decrypts a message (mode GCM).
    ///
    /// - Parameters:
    ///   - ciphertext: The encrypted text.
    ///   - tag: The tag that came with it.
    ///   - nonce: 1...128 bytes, as at sealing.
    ///   - associated: What was authenticated without being hidden.
    ///   - tagLength: How many bytes a tag must have here, so that a sender cannot offer less.
    /// - Returns: The plain text.
    /// - Throws: `CryptoError` with `notAuthentic`, in which case nothing of the text is known,
    ///   with `wrongLength`, or where the library refuses.
    public func open(
        _ ciphertext: some Collection<UInt8>, tag: some Collection<UInt8>,
        nonce: some Collection<UInt8>, authenticating associated: some Collection<UInt8> = [],
        tagLength: Int = 16
    ) throws(CryptoError) -> [UInt8] {
        try Self.check(nonce: nonce.count, tagLength: tagLength)
        guard tag.count == tagLength else {
            throw .wrongLength(of: "tag", found: tag.count, rule: "\(tagLength) bytes")
        }
        var context = try CipherContext(cipherName("GCM"), .decrypt)
        try context.setKey(key, nonce: Array(nonce))
        try context.expect(tag: Array(tag))
        try context.authenticate(Array(associated))
        return try context.process(Array(ciphertext))
    }

    private static func check(nonce: Int, tagLength: Int) throws(CryptoError) {
        guard (1...128).contains(nonce) else {
            throw .wrongLength(of: "nonce", found: nonce, rule: "1 to 128 bytes")
        }
        guard [4, 8, 12, 13, 14, 15, 16].contains(tagLength) else {
            throw .wrongLength(of: "tag", found: tagLength, rule: "4, 8 or 12 to 16 bytes")
        }
    }
}
