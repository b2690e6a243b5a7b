import Crypto
import Values

/// Seals what must not lie open in the database, and opens it again.
///
/// AES-256-GCM with a key outside of the database. What is sealed is bound to its place: a sealed
/// text that was copied to another row does not open there.
struct Vault: Sendable {
    private let cipher: AES

    private static let nonceLength = 12
    private static let tagLength = 16
    /// The first byte of what is sealed: how it was done.
    private static let version: UInt8 = 1
    /// Bytes that sealing adds.
    static let overhead = 1 + nonceLength + tagLength

    init(key: [UInt8]) throws(StoreError) {
        do throws(CryptoError) {
            cipher = try AES(key: key)
        } catch {
            throw .crypto(error.description)
        }
    }

    /// Seals bytes for the place where they will lie, which is needed again to open them.
    func seal(_ bytes: [UInt8], binding: String) throws(StoreError) -> [UInt8] {
        do throws(CryptoError) {
            let nonce = try SecureRandom.bytes(Self.nonceLength)
            let sealed = try cipher.seal(
                bytes, nonce: nonce, authenticating: Array(binding.utf8),
                tagLength: Self.tagLength)
            return [Self.version] + nonce + sealed.combined
        } catch {
            throw .crypto(error.description)
        }
    }

    /// Opens sealed bytes.
    ///
    /// - Returns: Nil when they were sealed with another key or for another place, or are damaged.
    func open(_ sealed: [UInt8], binding: String) throws(StoreError) -> [UInt8]? {
        guard sealed.count >= Self.overhead, sealed[0] == Self.version else { return nil }
        let text = 1 + Self.nonceLength
        let tag = sealed.count - Self.tagLength
        do throws(CryptoError) {
            return try cipher.open(
                sealed[text..<tag], tag: sealed[tag...], nonce: sealed[1..<text],
                authenticating: Array(binding.utf8), tagLength: Self.tagLength)
        } catch .notAuthentic {
            return nil
        } catch {
            throw .crypto(error.description)
        }
    }
}

extension Vault {
    /// Seals the settings of a row.
    func seal(_ text: String, of entity: Entity, _ id: UUID) throws(StoreError) -> [UInt8] {
        try seal(Array(text.utf8), binding: "\(entity.rawValue):\(id)")
    }

    /// Opens the settings of a row.
    ///
    /// - Throws: `.unsealable` when the row is damaged.
    func openText(
        _ sealed: [UInt8], of entity: Entity, _ id: UUID
    ) throws(StoreError) -> String {
        guard let bytes = try open(sealed, binding: "\(entity.rawValue):\(id)") else {
            throw .unsealable(entity)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

// MARK: - Cursors

extension Vault {
    /// Makes the text of a cursor from the place where a page ended.
    ///
    /// Sealing keeps integer keys inside and forged places out. A cursor is bound to its query.
    func cursor(_ place: [UInt8], binding: String) throws(StoreError) -> Cursor {
        Cursor(text: URLText.encode(try seal(place, binding: "cursor:" + binding)))
    }

    /// Opens a cursor.
    ///
    /// - Throws: `.invalid` for a text that is no cursor, or that of another query.
    func open(_ cursor: Cursor, binding: String) throws(StoreError) -> [UInt8] {
        guard let sealed = URLText.decode(cursor.text),
            let place = try open(sealed, binding: "cursor:" + binding)
        else {
            throw .invalid(field: "cursor", message: "not a cursor of this query")
        }
        return place
    }
}
