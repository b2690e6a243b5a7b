/// The keys whose signatures an operator trusts.
package struct TrustedKeys: Sendable {
    /// The keys, each once.
    package private(set) var keys: [PublicKey] = []
    private var files: [PublicKey: String] = [:]

    /// Trusts these keys; nobody where there are none.
    package init(_ keys: [PublicKey] = []) {
        for key in keys { add(key, from: "") }
    }

    /// Reads keys from files, or from folders with them (`*.pub` and `*.pem`).
    ///
    /// - Throws: A `PackagingError` where a file has no public key, has a private one, or lies where
    ///   everybody may write.
    package init(files paths: [String]) throws(PackagingError) {
        for path in paths {
            try FileAccess.refuseWritableByAll(path)
            guard FileAccess.isFolder(path) else {
                try read(path)
                continue
            }
            for name in FileAccess.names(in: path) ?? []
            where name.hasSuffix(".pub") || name.hasSuffix(".pem") {
                try FileAccess.refuseWritableByAll(path + "/" + name)
                try read(path + "/" + name)
            }
        }
    }

    private mutating func read(_ file: String) throws(PackagingError) {
        let text = String(
            decoding: try FileAccess.bytes(of: file, limit: 1 << 20), as: UTF8.self)
        let blocks = PEM.blocks(in: text) ?? []
        if blocks.contains(where: { $0.label.hasSuffix("PRIVATE KEY") }) {
            throw PackagingError(
                "\(file) has a private key in it",
                "take it away from there: a host needs the public key only, the file that ends "
                    + "in .pub")
        }
        guard !blocks.isEmpty else {
            throw PackagingError(
                "\(file) has no public key in it",
                "put the .pub file there that commline plugin keygen wrote")
        }
        for block in blocks {
            guard let key = try PublicKey(block: block) else {
                throw PackagingError(
                    "\(file) has a block \"\(block.label.prefix(40))\" that is no public Ed25519 key",
                    "put the .pub file there that commline plugin keygen wrote")
            }
            add(key, from: file)
        }
    }

    private mutating func add(_ key: PublicKey, from file: String) {
        guard files[key] == nil else { return }
        files[key] = file
        keys.append(key)
    }

    /// Whether a key is trusted.
    package func contains(_ key: PublicKey) -> Bool { files[key] != nil }

    /// The file in which a trusted key stands.
    package func file(of key: PublicKey) -> String? { files[key] }
}
