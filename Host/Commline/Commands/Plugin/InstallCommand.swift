import Packaging

/// `commline plugin install`: a package becomes a plugin of a host.
enum InstallCommand {
    static let spec = CommandSpec(
        name: "plugin install", summary: "Installs a driver's package into a vendor directory.",
        discussion: """
            Verifies the package and puts its parts into the vendor directory, where a host finds \
            them (commline serve --data DIR looks in DIR/plugins). A version that was there before \
            stays until the new one is in its place. With --trust, only a package that one of these \
            keys has signed is taken. A running host takes the new version after a reload \
            (commline plugin reload), any other one when it starts.

            example:
              commline plugin install acme-1.0.0.cplugin --into commline-data/plugins --trust acme.pub
            """,
        positionals: [PositionalSpec(name: "package", help: "A .cplugin file.")],
        options: [
            .value("--into", "DIR", "The vendor directory. Default: commline-data/plugins."),
            .value(
                "--trust", "FILE",
                "A public key, or a folder with several; may be given several times. The package "
                    + "has to be signed with one of them."),
        ], run: run)

    private static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let keys = arguments.allValues("--trust")
        do throws(PackagingError) {
            let trusted = try TrustedKeys(files: keys)
            let package = try PluginPackage(file: arguments.positionals[0])
            let folder = try PluginFolder(arguments.value("--into") ?? "commline-data/plugins")
            let installed = try folder.install(
                package, trusted: trusted, isSignatureRequired: !keys.isEmpty)
            let before = installed.previous.map { " in the place of \($0)" } ?? ""
            Terminal.write(
                "installed \(package.manifest.id) \(package.manifest.version)\(before) in "
                    + "\(folder.path), \(installed.standing.words)\n")
            return .success
        } catch {
            throw CommandFailure(error.description, .usage)
        }
    }
}

extension PluginSignature.Standing {
    /// What it is, for people.
    var words: String {
        switch self {
        case .unsigned: "not signed"
        case .signed(let key, isTrusted: true): "signed by the trusted key \(key.fingerprint)"
        case .signed(let key, isTrusted: false): "signed by the unknown key \(key.fingerprint)"
        }
    }
}
