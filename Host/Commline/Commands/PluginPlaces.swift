import Glibc
import Manifests
import Packaging
import Plugins

/// Where manifests and libraries are: named on the command line, or found beside the program.
struct PluginPlaces {
    /// Folders with manifests, the first one's plugins first.
    var manifests: [String]
    /// Folders with libraries.
    var libraries: [PluginDirectory]
    /// The keys of signers whom the operator trusts.
    var trusted: TrustedKeys

    /// The options of commands that load plugins.
    static let options: [OptionSpec] = [
        .value(
            "--manifests", "DIR",
            "A folder with plugin manifests; may be given several times. Default: plugin-manifests "
                + "beside the program or in the current folder."),
        .value(
            "--plugins", "DIR",
            "A folder with plugin libraries; may be given several times. Default: the program's "
                + "own folder. Libraries in other folders need a SHA-256 in their manifest."),
        .value(
            "--trust", "FILE",
            "A public key, or a folder with several; may be given several times. Plugins outside of "
                + "the program's own folder then have to be signed with one of them."),
        .value(
            "--vendor", "DIR",
            "The vendor directory, into which plugins are installed; its plugins come before the "
                + "others. May not be writable by everybody."),
    ]

    /// Finds the places.
    ///
    /// - Parameters:
    ///   - arguments: The command's.
    ///   - data: The host's data folder, in which the vendor directory lies unless it is named.
    /// - Throws: A `CommandFailure` where a folder that is named is not there, or everybody may write it.
    init(_ arguments: ParsedArguments, data: String? = nil) throws(CommandFailure) {
        let own = Self.programFolder
        let keys = arguments.allValues("--trust")
        do throws(PackagingError) {
            trusted = try TrustedKeys(files: keys)
        } catch {
            throw CommandFailure("--trust: \(error)", .usage)
        }
        let isSigned = !keys.isEmpty
        manifests = arguments.allValues("--manifests")
        if manifests.isEmpty {
            let candidates = [
                own + "/plugin-manifests", own + "/../share/commline/plugin-manifests",
                own + "/../../../plugin-manifests", "plugin-manifests",
            ]
            guard let found = candidates.first(where: Self.isFolder) else {
                throw CommandFailure(
                    "no folder with plugin manifests was found; name it with --manifests DIR",
                    .usage)
            }
            manifests = [found]
        }
        for folder in manifests where !Self.isFolder(folder) {
            throw CommandFailure("--manifests \(folder): there is no such folder", .usage)
        }
        let named = arguments.allValues("--plugins")
        for folder in named where !Self.isFolder(folder) {
            throw CommandFailure("--plugins \(folder): there is no such folder", .usage)
        }
        libraries = named.map {
            PluginDirectory(
                path: $0, requiresDigest: !Self.isSame($0, own),
                requiresSignature: isSigned && !Self.isSame($0, own))
        }
        if !named.contains(where: { Self.isSame($0, own) }) {
            libraries.append(PluginDirectory(path: own, requiresDigest: false))
        }
        if let vendor = try Self.vendor(arguments.value("--vendor"), data: data) {
            manifests.insert(vendor, at: 0)
            libraries.insert(
                PluginDirectory(path: vendor, requiresDigest: true, requiresSignature: isSigned),
                at: 0)
        }
    }

    /// The vendor directory: the one that is named, or the one in the data folder.
    ///
    /// That one is made, so that what is installed later is found by a reload. Where it cannot be made, the
    /// store will say what is wrong with the data folder.
    private static func vendor(
        _ named: String?, data: String?
    ) throws(CommandFailure) -> String? {
        guard let folder = named ?? data.map({ $0 + "/plugins" }) else { return nil }
        guard isFolder(folder) else {
            if named == nil, let data {
                mkdir(data, 0o700)
                return mkdir(folder, 0o755) == 0 ? folder : nil
            }
            throw CommandFailure(
                "--vendor \(folder): there is no such folder; commline plugin install --into "
                    + "\(folder) makes it", .usage)
        }
        var status = stat()
        guard stat(folder, &status) == 0, status.st_mode & S_IWOTH == 0 else {
            throw CommandFailure(
                "the vendor directory \(folder) is not safe: everybody may write it; take that right "
                    + "away (chmod o-w \(folder))", .usage)
        }
        return folder
    }

    /// The SHA-256 of a plugin's library, which has to be the manifest's.
    func digest(of manifest: Manifest) throws(PackagingError) -> [UInt8] {
        for directory in libraries {
            let path = directory.path + "/" + manifest.library
            guard access(path, F_OK) == 0 else { continue }
            if manifest.sha256 == nil, directory.requiresDigest {
                throw PackagingError(
                    "\(path) has no SHA-256 in its manifest",
                    "pack and install it (commline plugin pack)")
            }
            return try PluginPackage.digest(ofLibrary: path, expected: manifest.sha256)
        }
        throw PackagingError(
            "the library \(manifest.library) was not found in "
                + libraries.map(\.path).joined(separator: ", "),
            "install the plugin again, or name its folder with --plugins")
    }

    /// The folder of the running program, links resolved.
    static let programFolder: String = {
        let path = resolved("/proc/self/exe") ?? "./commline"
        return String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    }()

    /// A path with its links resolved, or nil where there is nothing.
    static func resolved(_ path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        guard realpath(path, &buffer) != nil else { return nil }
        return String(
            decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func isSame(_ one: String, _ other: String) -> Bool {
        resolved(one) != nil && resolved(one) == resolved(other)
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// How a serving host runs the plugins.
    func hostOptions(inline: Set<String>) -> PluginHostOptions {
        var options = PluginHostOptions(
            manifests: manifests, directories: libraries, hostVersion: Main.version)
        options.inline = inline
        options.trusted = trusted
        return options
    }

    /// Loads the plugins into this process; what is wrong with one is written to the log and harms no other.
    func load(only plugin: String? = nil) -> PluginSet {
        PluginSet.load(
            manifests: manifests,
            loader: PluginLoader(
                directories: libraries, hostVersion: Main.version, trusted: trusted), only: plugin)
    }
}
