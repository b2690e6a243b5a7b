import Packaging

/// `commline plugin pack`: a library and its manifest become one file.
enum PackCommand {
    static let spec = CommandSpec(
        name: "plugin pack", summary: "Packs a driver and its manifest into one file to ship.",
        discussion: """
            Stamps the manifest with the library's SHA-256, signs both where a key is given, and \
            writes <id>-<version>.cplugin. Such a file is what commline plugin install takes.

            example:
              commline plugin pack build/libacme.so --manifest acme.json --key vendor.pem
            """,
        positionals: [PositionalSpec(name: "library", help: "The driver's .so file.")],
        options: [
            .value("--manifest", "FILE", "The driver's manifest."),
            .value("--key", "FILE", "A private key of commline plugin keygen; signs the package."),
            .value("--out", "FILE", "The package. Default: <id>-<version>.cplugin here."),
        ], run: run)

    private static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        guard let manifest = arguments.value("--manifest") else {
            throw ArgumentError.missingArgument("--manifest FILE", command: "plugin pack")
        }
        do throws(PackagingError) {
            let key = try arguments.value("--key").map { (file) throws(PackagingError) in
                try PrivateKey(file: file)
            }
            let package = try PluginPackage(
                library: arguments.positionals[0], manifest: manifest, key: key)
            let path = arguments.value("--out") ?? package.fileName
            try package.write(to: path)
            let signer = key.map { "signed with the key \($0.publicKey.fingerprint)" }
            Terminal.write(
                "packed \(package.manifest.id) \(package.manifest.version) into \(path), "
                    + "\(signer ?? "not signed")\n")
            return .success
        } catch {
            throw CommandFailure(error.description, .usage)
        }
    }
}
