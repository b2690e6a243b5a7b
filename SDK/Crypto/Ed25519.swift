/// Signatures with Ed25519 (RFC 8032).
public enum Ed25519 {
    /// How many bytes a public key has.
    public static let publicKeyLength = 32
    /// How many bytes a private key has.
    public static let privateKeyLength = 32
    /// How many bytes a signature has.
    public static let signatureLength = 64

    // openssl/evp.h: EVP_PKEY_ED25519, which is NID_ED25519.
    private static let kind: CInt = 1087

    /// Whether a signature was made over a message by the owner of a key.
    ///
    /// - Parameters:
    ///   - signature: The signature; one of another length than 64 bytes is false.
    ///   - message: What was signed.
    ///   - publicKey: 32 bytes.
    /// - Returns: True for a right signature.
    /// - Throws: `CryptoError` with `wrongKeyLength`, or where the library is missing or refuses.
    public static func isValid(
        signature: some Collection<UInt8>, of message: some Collection<UInt8>,
        publicKey: some Collection<UInt8>
    ) throws(CryptoError) -> Bool {
        guard publicKey.count == publicKeyLength else {
            throw .wrongKeyLength(found: publicKey.count, allowed: [publicKeyLength])
        }
        let library = try LibCrypto.loaded()
        guard signature.count == signatureLength else { return false }
        guard let key = library.publicKeyNew(kind, nil, Array(publicKey), publicKeyLength) else {
            throw library.failure(of: "Ed25519")
        }
        defer { library.keyFree(key) }
        guard let context = library.digestNew() else { throw library.failure(of: "Ed25519") }
        defer { library.digestFree(context) }
        guard library.verifyInit(context, nil, nil, nil, key) == 1 else {
            throw library.failure(of: "Ed25519")
        }
        let message = Array(message)
        let status = library.verify(
            context, Array(signature), signatureLength, message, message.count)
        library.clearErrors()
        return status == 1
    }

    /// Signs a message.
    ///
    /// - Parameters:
    ///   - message: What to sign.
    ///   - privateKey: 32 bytes.
    /// - Returns: The signature, 64 bytes.
    /// - Throws: `CryptoError` with `wrongKeyLength`, or where the library is missing or refuses.
    public static func sign(
        _ message: some Collection<UInt8>, privateKey: some Collection<UInt8>
    ) throws(CryptoError) -> [UInt8] {
        let library = try LibCrypto.loaded()
        let key = try loadPrivate(privateKey, library)
        defer { library.keyFree(key) }
        guard let context = library.digestNew() else { throw library.failure(of: "Ed25519") }
        defer { library.digestFree(context) }
        let message = Array(message)
        var signature = [UInt8](repeating: 0, count: signatureLength)
        var count = signatureLength
        guard library.signInit(context, nil, nil, nil, key) == 1,
            library.sign(context, &signature, &count, message, message.count) == 1,
            count == signatureLength
        else { throw library.failure(of: "Ed25519") }
        return signature
    }

    /// Finds the public key that belongs to a private one.
    ///
    /// - Parameter privateKey: 32 bytes.
    /// - Returns: 32 bytes.
    /// - Throws: `CryptoError` with `wrongKeyLength`, or where the library is missing or refuses.
    public static func publicKey(
        of privateKey: some Collection<UInt8>
    ) throws(CryptoError) -> [UInt8] {
        let library = try LibCrypto.loaded()
        let key = try loadPrivate(privateKey, library)
        defer { library.keyFree(key) }
        var bytes = [UInt8](repeating: 0, count: publicKeyLength)
        var count = publicKeyLength
        guard library.publicKeyBytes(key, &bytes, &count) == 1, count == publicKeyLength else {
            throw library.failure(of: "Ed25519")
        }
        return bytes
    }

    private static func loadPrivate(
        _ privateKey: some Collection<UInt8>, _ library: LibCrypto
    ) throws(CryptoError) -> OpaquePointer {
        guard privateKey.count == privateKeyLength else {
            throw .wrongKeyLength(found: privateKey.count, allowed: [privateKeyLength])
        }
        let secret = SecretBytes(privateKey)
        // An address, because a pointer may not leave the closure of another thread's lock.
        let address = secret.withBytes { bytes in
            UInt(bitPattern: library.privateKeyNew(kind, nil, bytes.baseAddress, bytes.count))
        }
        guard let key = OpaquePointer(bitPattern: address) else {
            throw library.failure(of: "Ed25519")
        }
        return key
    }
}
