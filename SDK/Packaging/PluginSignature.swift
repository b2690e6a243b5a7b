import Crypto
import Manifests
import Values

/// Who answers for a library and its manifest: the file `<id>.sig` beside `<id>.json`.
///
/// A text: the line `commline plugin signature 1`, then one line a signature,
/// `ed25519 <public key> <signature>`, both in hexadecimal digits. Each signs the bytes of `message`.
/// Several signers may stand in one file; one whom the operator trusts is enough.
package struct PluginSignature: Hashable, Sendable {
    /// One signer's line.
    package struct Line: Hashable, Sendable {
        package let key: PublicKey
        let signature: [UInt8]

        var text: String {
            "ed25519 \(TextEncoding.hex(key.bytes)) \(TextEncoding.hex(signature))\n"
        }
    }

    /// What verification found.
    package enum Standing: Hashable, Sendable {
        /// There is no signature, and none is required.
        case unsigned
        /// It is signed with this key, which the operator trusts, or does not know.
        case signed(PublicKey, isTrusted: Bool)
    }

    static let head = "commline plugin signature 1"
    private static let mostLines = 16
    static let largestFile = 64 << 10

    package private(set) var lines: [Line]

    // MARK: Making

    /// What is signed: three lines, each ended by a line feed.
    ///
    ///     commline plugin signature 1
    ///     library sha256 <64 hexadecimal digits>
    ///     manifest sha256 <64 hexadecimal digits>
    ///
    /// - Parameters:
    ///   - libraryDigest: The library's SHA-256, 32 bytes.
    ///   - manifest: The manifest's file, byte for byte.
    package static func message(
        libraryDigest: [UInt8], manifest: [UInt8]
    ) throws(PackagingError) -> [UInt8] {
        let digest: [UInt8]
        do throws(CryptoError) {
            digest = try Digest.sha256.of(manifest)
        } catch {
            throw PackagingError(error)
        }
        let text =
            "\(head)\nlibrary sha256 \(TextEncoding.hex(libraryDigest))\n"
            + "manifest sha256 \(TextEncoding.hex(digest))\n"
        return Array(text.utf8)
    }

    /// Signs a library and its manifest.
    init(
        libraryDigest: [UInt8], manifest: [UInt8], key: PrivateKey
    ) throws(PackagingError) {
        let message = try Self.message(libraryDigest: libraryDigest, manifest: manifest)
        lines = [Line(key: key.publicKey, signature: try key.sign(message))]
    }

    /// The signers of both, the first one's first.
    func merged(with other: PluginSignature) -> PluginSignature {
        var result = self
        result.lines += other.lines.filter { !lines.contains($0) }
        result.lines = Array(result.lines.prefix(Self.mostLines))
        return result
    }

    // MARK: Text

    /// The file.
    var bytes: [UInt8] { Array((Self.head + "\n" + lines.map(\.text).joined()).utf8) }

    /// Reads a signature's file.
    init(parsing bytes: [UInt8], name: String) throws(PackagingError) {
        let remedy = "install the plugin's package again"
        let rows = bytes.split(separator: UInt8(ascii: "\n")).map {
            String(decoding: $0, as: UTF8.self)
        }
        guard bytes.count <= Self.largestFile, rows.first == Self.head,
            (2...Self.mostLines + 1).contains(rows.count)
        else {
            throw PackagingError("\(name) is no signature of a plugin", remedy)
        }
        lines = []
        for row in rows.dropFirst() {
            let words = row.split(separator: " ", omittingEmptySubsequences: false)
            guard words.count == 3, words[0] == "ed25519",
                let key = TextEncoding.bytes(hex: words[1]),
                let signature = TextEncoding.bytes(hex: words[2]),
                key.count == Ed25519.publicKeyLength, signature.count == Ed25519.signatureLength
            else { throw PackagingError("\(name) has a line that is no signature", remedy) }
            lines.append(Line(key: try PublicKey(key), signature: signature))
        }
        // One form only: what is signed by nobody, as the case of digits, is no place to hide anything.
        guard self.bytes == bytes else {
            throw PackagingError("\(name) is not written as signatures are", remedy)
        }
    }

    // MARK: Verifying

    /// Where the signature of an installed plugin lies: beside its manifest.
    package static func path(beside manifest: String) -> String {
        (manifest.hasSuffix(".json") ? String(manifest.dropLast(5)) : manifest) + ".sig"
    }

    /// Verifies an installed plugin before its library is opened.
    ///
    /// A signature that is there has to be right, whoever made it; a missing one, or one of an unknown
    /// signer, is refused where signatures are required.
    ///
    /// - Parameters:
    ///   - libraryDigest: The SHA-256 of the bytes that will be loaded.
    ///   - manifest: The manifest as it was read; its file says where the signature lies.
    ///   - trusted: The keys that the operator trusts.
    ///   - isRequired: Whether a trusted signature is required.
    package static func verify(
        libraryDigest: [UInt8], manifest: Manifest, trusted: TrustedKeys, isRequired: Bool
    ) throws(PackagingError) -> Standing {
        let path = path(beside: manifest.file)
        var signature: PluginSignature?
        if FileAccess.exists(path) {
            let bytes = try FileAccess.bytes(of: path, limit: largestFile)
            signature = try PluginSignature(parsing: bytes, name: path)
        }
        return try verify(
            signature, name: path, libraryDigest: libraryDigest, manifest: manifest.bytes,
            trusted: trusted, isRequired: isRequired)
    }

    /// The same for a signature that is in memory.
    static func verify(
        _ signature: PluginSignature?, name: String, libraryDigest: [UInt8], manifest: [UInt8],
        trusted: TrustedKeys, isRequired: Bool
    ) throws(PackagingError) -> Standing {
        guard let signature else {
            guard isRequired else { return .unsigned }
            throw PackagingError(
                "\(name) is missing: the plugin is not signed, and this host takes only signed ones",
                "ask its vendor for a signed package, or sign it yourself (commline plugin pack "
                    + "--key) with a key that this host trusts")
        }
        let right = try signature.signers(
            of: try message(libraryDigest: libraryDigest, manifest: manifest))
        if let key = right.first(where: { trusted.contains($0) }) {
            return .signed(key, isTrusted: true)
        }
        guard let key = right.first else {
            throw PackagingError(
                "\(name) is no signature of this library and this manifest: one of the three was "
                    + "changed",
                "do not use them; install the vendor's package again")
        }
        guard isRequired else { return .signed(key, isTrusted: false) }
        throw PackagingError(
            "\(name) is by the key \(key.fingerprint), which this host does not trust",
            "compare the fingerprint with what its vendor says, then add the vendor's .pub file to "
                + "the trusted keys")
    }

    private func signers(of message: [UInt8]) throws(PackagingError) -> [PublicKey] {
        var keys: [PublicKey] = []
        for line in lines {
            do throws(CryptoError) {
                let isRight = try Ed25519.isValid(
                    signature: line.signature, of: message, publicKey: line.key.bytes)
                if isRight { keys.append(line.key) }
            } catch .operationFailed {
                continue  // bytes that are no point of the curve are nobody's key
            } catch {
                throw PackagingError(error)
            }
        }
        return keys
    }
}
