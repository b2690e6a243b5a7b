import Crypto
import Values

/// The key by which signatures of one signer are known: Ed25519, in a PEM file as OpenSSL writes it.
package struct PublicKey: Hashable, Sendable {
    static let label = "PUBLIC KEY"
    // RFC 8410, section 4: SubjectPublicKeyInfo of an Ed25519 key is this and the key's 32 bytes.
    private static let prefix: [UInt8] = [0x30, 0x2A, 0x30, 5, 6, 3, 0x2B, 0x65, 0x70, 3, 0x21, 0]

    /// The key itself, 32 bytes.
    package let bytes: [UInt8]
    /// The SHA-256 of the key, 64 hexadecimal digits: what people compare.
    package let fingerprint: String

    package init(_ bytes: [UInt8]) throws(PackagingError) {
        guard bytes.count == Ed25519.publicKeyLength else {
            throw PackagingError(
                "a public key has \(bytes.count) bytes instead of \(Ed25519.publicKeyLength)",
                "use a key of commline plugin keygen")
        }
        self.bytes = bytes
        do throws(CryptoError) {
            fingerprint = TextEncoding.hex(try Digest.sha256.of(bytes))
        } catch {
            throw PackagingError(error)
        }
    }

    init?(block: PEM.Block) throws(PackagingError) {
        guard block.label == Self.label, block.bytes.starts(with: Self.prefix),
            block.bytes.count == Self.prefix.count + Ed25519.publicKeyLength
        else { return nil }
        try self.init(Array(block.bytes.dropFirst(Self.prefix.count)))
    }

    /// The key as a file.
    package var pem: String { PEM.text(.init(label: Self.label, bytes: Self.prefix + bytes)) }
}

/// The key with which a vendor or an operator signs.
package struct PrivateKey: Sendable, CustomStringConvertible {
    static let label = "PRIVATE KEY"
    // RFC 8410, section 7: PrivateKeyInfo of an Ed25519 key is this and the key's 32 bytes.
    private static let prefix: [UInt8] = [
        0x30, 0x2E, 2, 1, 0, 0x30, 5, 6, 3, 0x2B, 0x65, 0x70, 4, 0x22, 4, 0x20,
    ]

    private let bytes: [UInt8]
    package let publicKey: PublicKey

    private init(_ bytes: [UInt8]) throws(PackagingError) {
        self.bytes = bytes
        let found: [UInt8]
        do throws(CryptoError) {
            found = try Ed25519.publicKey(of: bytes)
        } catch {
            throw PackagingError(error)
        }
        publicKey = try PublicKey(found)
    }

    /// Makes a new key.
    package static func generate() throws(PackagingError) -> PrivateKey {
        let bytes: [UInt8]
        do throws(CryptoError) {
            bytes = try SecureRandom.bytes(Ed25519.privateKeyLength)
        } catch {
            throw PackagingError(error)
        }
        return try PrivateKey(bytes)
    }

    /// Reads a key's file.
    package init(file: String) throws(PackagingError) {
        let text = String(
            decoding: try FileAccess.bytes(of: file, limit: 64 << 10), as: UTF8.self)
        guard let block = PEM.blocks(in: text)?.first(where: { $0.label == Self.label }),
            block.bytes.starts(with: Self.prefix),
            block.bytes.count == Self.prefix.count + Ed25519.privateKeyLength
        else {
            throw PackagingError(
                "\(file) is no private Ed25519 key", "make one with commline plugin keygen")
        }
        try self.init(Array(block.bytes.dropFirst(Self.prefix.count)))
    }

    /// Signs a message.
    func sign(_ message: [UInt8]) throws(PackagingError) -> [UInt8] {
        do throws(CryptoError) {
            return try Ed25519.sign(message, privateKey: bytes)
        } catch {
            throw PackagingError(error)
        }
    }

    /// Writes the pair into new files: `path`, for its owner only, and `path.pub`.
    package func write(to path: String) throws(PackagingError) {
        let publicPath = path + ".pub"
        for place in [path, publicPath] where FileAccess.exists(place) {
            throw PackagingError(
                "\(place) is there already", "choose another name: a key is never overwritten")
        }
        let text = PEM.text(.init(label: Self.label, bytes: Self.prefix + bytes))
        try FileAccess.create(path, Array(text.utf8), mode: 0o600)
        try FileAccess.create(publicPath, Array(publicKey.pem.utf8))
    }

    /// Never the key itself.
    package var description: String { "private key of \(publicKey.fingerprint)" }
}
