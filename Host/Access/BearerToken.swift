import Crypto

/// A secret that its bearer shows with each request; the host keeps only its digest.
struct BearerToken {
    /// What is told once, to the one who gets it.
    let text: String
    let digest: [UInt8]

    private static let prefix = "cml_"
    private static let length = 32

    /// Makes a token of 256 random bits.
    init() throws(AccessError) {
        do throws(CryptoError) {
            let bytes = try SecureRandom.bytes(Self.length)
            text = Self.prefix + HexText.text(bytes)
            digest = try Digest.sha256.of(Array(text.utf8))
        } catch {
            throw .crypto(error)
        }
    }

    /// The digest of what somebody showed; nil for what no token looks like.
    static func digest(of text: String) -> [UInt8]? {
        guard text.utf8.count == prefix.utf8.count + length * 2, text.hasPrefix(prefix) else {
            return nil
        }
        // Without the library no token was ever made, so that none can be right.
        return try? Digest.sha256.of(Array(text.utf8))
    }
}
