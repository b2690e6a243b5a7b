import Crypto

/// The digest of a password with what it takes to compute it again.
///
/// As text: `$scrypt$n=32768,r=8,p=1$<salt>$<key>`, salt and key in hexadecimal.
package struct PasswordHash: Hashable, Sendable {
    let parameters: Scrypt
    let salt: [UInt8]
    let key: [UInt8]

    /// How many bytes of salt a new user gets.
    static let saltLength = 16
    /// How many bytes are derived.
    static let keyLength = 32

    init(parameters: Scrypt, salt: [UInt8], key: [UInt8]) {
        self.parameters = parameters
        self.salt = salt
        self.key = key
    }

    /// Reads the text form; nil is returned for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt",
            let parameters = Self.parameters(parts[2]), let salt = HexText.bytes(parts[3]),
            let key = HexText.bytes(parts[4]), !salt.isEmpty, key.count == Self.keyLength
        else { return nil }
        self.init(parameters: parameters, salt: salt, key: key)
    }

    /// The text form, as it is stored.
    package var text: String {
        "$scrypt$n=\(parameters.cost),r=\(parameters.blockSize),p=\(parameters.parallelization)$"
            + HexText.text(salt) + "$" + HexText.text(key)
    }

    private static func parameters(_ text: Substring) -> Scrypt? {
        var values: [Substring: Int] = [:]
        for part in text.split(separator: ",") {
            let pair = part.split(separator: "=")
            guard pair.count == 2, let number = Int(pair[1]) else { return nil }
            values[pair[0]] = number
        }
        guard values.count == 3, let cost = values["n"], let blockSize = values["r"],
            let parallelization = values["p"]
        else { return nil }
        // Parameters that the library would refuse make the text unusable, whatever the reason.
        return try? Scrypt(cost: cost, blockSize: blockSize, parallelization: parallelization)
    }
}

/// Bytes as pairs of hexadecimal digits.
enum HexText {
    private static let digits = Array("0123456789abcdef".utf8)

    static func text(_ bytes: [UInt8]) -> String {
        String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// Reads pairs of digits; nil for anything else.
    static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        let values = text.utf8.map { byte in
            Character(Unicode.Scalar(byte)).hexDigitValue
        }
        guard values.count % 2 == 0, values.allSatisfy({ $0 != nil }) else { return nil }
        let nibbles = values.compactMap { $0 }
        return stride(from: 0, to: nibbles.count, by: 2).map {
            UInt8(nibbles[$0] << 4 | nibbles[$0 + 1])
        }
    }
}
