import Crypto

/// Why a package, a key or a signature cannot be used, and what to do about it.
package struct PackagingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong: "acme.cplugin is no plugin package".
    package let problem: String
    /// What to do: "ask its vendor for it again".
    package let remedy: String

    package init(_ problem: String, _ remedy: String) {
        self.problem = problem
        self.remedy = remedy
    }

    /// A failure of the system's own cryptography.
    init(_ error: CryptoError) {
        self.init("cryptography failed: \(error)", "install the Debian package libssl3")
    }

    package var description: String { "\(problem); \(remedy)" }
}
