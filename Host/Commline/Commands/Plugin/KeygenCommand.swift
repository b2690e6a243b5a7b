import Packaging

/// `commline plugin keygen`: the keys of one who signs.
enum KeygenCommand {
    static let spec = CommandSpec(
        name: "plugin keygen", summary: "Makes a pair of keys for signing packages.",
        discussion: """
            Writes the private key, which only its owner may read, and the public one beside it with \
            .pub at its end. Operators get the public key, and its fingerprint by another way. Both \
            are Ed25519 keys in PEM files, as OpenSSL has them.
            """,
        positionals: [
            PositionalSpec(
                name: "file", help: "The private key's file. Default: plugin-key.pem.",
                isOptional: true)
        ],
        options: [], run: run)

    private static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let path = arguments.positionals.first ?? "plugin-key.pem"
        do throws(PackagingError) {
            let key = try PrivateKey.generate()
            try key.write(to: path)
            Terminal.write(
                "private key  \(path)\npublic key   \(path).pub\n"
                    + "fingerprint  \(key.publicKey.fingerprint)\n")
            return .success
        } catch {
            throw CommandFailure(error.description)
        }
    }
}
