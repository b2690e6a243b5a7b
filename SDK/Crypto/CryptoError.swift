/// Why a cryptographic operation gave no result.
///
/// No case carries keys, texts or tags.
public enum CryptoError: Error, Hashable, Sendable {
    /// The library is not installed; the Debian package to install is named.
    case libraryMissing(library: String, package: String)
    /// The library lacks a function, so it is not the version that it should be.
    case functionMissing(String)
    /// A key of this many bytes does not exist for the algorithm.
    case wrongKeyLength(found: Int, allowed: [Int])
    /// An input must have another length; the text names it and the rule.
    case wrongLength(of: String, found: Int, rule: String)
    /// Parameters of a key derivation are outside of what is allowed; the text names the rule.
    case wrongParameter(String)
    /// The message is not authentic: its tag, its key, its nonce or its associated data is another.
    case notAuthentic
    /// The library refused the operation; the code is its own (`openssl errstr` explains it).
    case operationFailed(String, code: UInt)
}

extension CryptoError: CustomStringConvertible {
    /// The error as a sentence for people.
    public var description: String {
        switch self {
        case .libraryMissing(let library, let package):
            "\(library) could not be loaded; install the Debian package \(package)"
        case .functionMissing(let name):
            "libcrypto.so.3 has no function \(name); install the Debian package libssl3"
        case .wrongKeyLength(let found, let allowed):
            "a key must have \(Self.list(allowed)) bytes, but has \(found)"
        case .wrongLength(let input, let found, let rule):
            "the \(input) must have \(rule), but has \(found) bytes"
        case .wrongParameter(let rule): rule
        case .notAuthentic: "the message is not authentic"
        case .operationFailed(let operation, let code):
            "\(operation) failed in libcrypto (code \(String(code, radix: 16, uppercase: true)))"
        }
    }

    private static func list(_ lengths: [Int]) -> String {
        lengths.map { String($0) }.joined(separator: " or ")
    }
}
