import Crypto
import JSON
import Manifests
import Values

/// One file with all that an operator installs: `<id>-<version>.cplugin`.
///
/// A tar archive with `manifest.json`, `library.so` and, where it is signed, `signature`.
package struct PluginPackage: Sendable {
    /// The end of a package's name.
    package static let suffix = ".cplugin"

    private static let largestManifest = 4 << 20
    private static let largestLibrary = 256 << 20
    private static let members = [
        PackageArchive.Expected(name: "manifest.json", limit: largestManifest),
        PackageArchive.Expected(name: "library.so", limit: largestLibrary),
        PackageArchive.Expected(
            name: "signature", limit: PluginSignature.largestFile, isRequired: false),
    ]

    package let manifest: Manifest
    package let library: [UInt8]
    let libraryDigest: [UInt8]
    package let signature: PluginSignature?

    /// The name under which a library is installed: of its contents, so that versions lie side by side.
    static func libraryName(id: String, version: String, digest: [UInt8]) -> String {
        "\(id)-\(version)-\(TextEncoding.hex(digest.prefix(6))).so"
    }

    // MARK: Packing

    /// Packs a library and its manifest, whose `library` and `sha256` are stamped.
    ///
    /// - Parameters:
    ///   - library: The library's file.
    ///   - manifest: The manifest's file.
    ///   - key: Signs the package.
    package init(
        library: String, manifest: String, key: PrivateKey? = nil
    ) throws(PackagingError) {
        let code = try FileAccess.bytes(of: library, limit: Self.largestLibrary)
        guard Self.isSharedObject(code) else {
            throw PackagingError(
                "\(library) is no shared library", "name the .so file that the linker made")
        }
        let text = try FileAccess.bytes(of: manifest, limit: Self.largestManifest)
        let given = try Self.read(text, file: manifest)
        let digest = try Self.digest(code)
        libraryDigest = digest
        var document = given.document
        document["library"] = .string(
            Self.libraryName(id: given.id, version: given.version, digest: digest))
        document["sha256"] = .string(TextEncoding.hex(digest))
        let stamped = JSONValue.object(document).bytes(pretty: true) + [UInt8(ascii: "\n")]
        self.manifest = try Self.read(stamped, file: manifest)
        self.library = code
        signature = try key.map { (key) throws(PackagingError) in
            try PluginSignature(libraryDigest: digest, manifest: stamped, key: key)
        }
    }

    /// `id-version.cplugin`.
    package var fileName: String { "\(manifest.id)-\(manifest.version)\(Self.suffix)" }

    /// The package as a file.
    package var bytes: [UInt8] {
        var members = [("manifest.json", manifest.bytes), ("library.so", library)]
        if let signature { members.append(("signature", signature.bytes)) }
        return PackageArchive.bytes(members)
    }

    /// Writes the package, wholly or not at all.
    package func write(to path: String) throws(PackagingError) {
        try FileAccess.replace(path, with: bytes)
    }

    // MARK: Unpacking

    /// Reads a package's file.
    package init(file: String) throws(PackagingError) {
        let limit = Self.largestLibrary + Self.largestManifest + (1 << 20)
        try self.init(parsing: try FileAccess.bytes(of: file, limit: limit), name: file)
    }

    /// Reads a package and verifies that its parts belong together.
    ///
    /// - Parameters:
    ///   - bytes: The file; nothing in it is trusted, and nothing in it becomes a path as it stands.
    ///   - name: What messages call it.
    package init(parsing bytes: [UInt8], name: String) throws(PackagingError) {
        let again = "get it from its vendor again"
        guard let members = PackageArchive.members(of: bytes, Self.members),
            let text = members["manifest.json"], let code = members["library.so"]
        else {
            throw PackagingError(
                "\(name) is no plugin package, or is damaged",
                again + "; commline plugin pack makes them")
        }
        manifest = try Self.read(text, file: "\(name)/manifest.json")
        library = code
        libraryDigest = try Self.digest(code)
        guard manifest.sha256 == libraryDigest else {
            throw PackagingError(
                "the library in \(name) has the SHA-256 \(TextEncoding.hex(libraryDigest)), but its "
                    + "manifest names \(manifest.sha256.map { TextEncoding.hex($0) } ?? "none")",
                again)
        }
        let expected = Self.libraryName(
            id: manifest.id, version: manifest.version, digest: libraryDigest)
        guard manifest.library == expected else {
            throw PackagingError(
                "the manifest in \(name) calls its library \(manifest.library) instead of \(expected)",
                "pack it with commline plugin pack")
        }
        signature = try members["signature"].map { (bytes) throws(PackagingError) in
            try PluginSignature(parsing: bytes, name: "\(name)/signature")
        }
        _ = try standing(TrustedKeys(), isRequired: false, name: name)
    }

    /// Verifies the signature.
    func standing(
        _ trusted: TrustedKeys, isRequired: Bool, name: String
    ) throws(PackagingError) -> PluginSignature.Standing {
        try PluginSignature.verify(
            signature, name: "\(name)/signature", libraryDigest: libraryDigest,
            manifest: manifest.bytes, trusted: trusted, isRequired: isRequired)
    }

    // MARK: Parts

    /// The SHA-256 of an installed library.
    ///
    /// - Parameters:
    ///   - path: The library.
    ///   - expected: What its manifest says; nil where it says nothing.
    package static func digest(
        ofLibrary path: String, expected: [UInt8]?
    ) throws(PackagingError) -> [UInt8] {
        let found = try digest(try FileAccess.bytes(of: path, limit: largestLibrary))
        guard let expected, expected != found else { return found }
        throw PackagingError(
            "\(path) has the SHA-256 \(TextEncoding.hex(found)), but its manifest names "
                + TextEncoding.hex(expected),
            "do not use it; install library and manifest again from the same package")
    }

    private static func read(_ bytes: [UInt8], file: String) throws(PackagingError) -> Manifest {
        let (manifest, defects) = Manifest.read(bytes, file: file)
        guard let manifest else {
            let errors = defects.filter { $0.severity == .error }.map(\.description)
            throw PackagingError(
                errors.joined(separator: "\n"), "correct the manifest (SDK/README.md describes it)")
        }
        return manifest
    }

    static func digest(_ bytes: [UInt8]) throws(PackagingError) -> [UInt8] {
        do throws(CryptoError) {
            return try Digest.sha256.of(bytes)
        } catch {
            throw PackagingError(error)
        }
    }

    /// ELF with the type ET_DYN; all else is for the host's own look at it.
    private static func isSharedObject(_ bytes: [UInt8]) -> Bool {
        bytes.count > 64 && bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46])
            && (bytes[16] == 3 || bytes[17] == 3)
    }
}
