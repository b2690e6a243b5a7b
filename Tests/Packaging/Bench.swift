import Glibc
import JSON
import Manifests
import Testing

@testable import Packaging

/// A folder of its own with the files of one plugin, removed afterwards.
final class Bench {
    let path: String

    init() throws {
        var template = Array("/tmp/commline-packaging-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw PackagingError("mkdtemp failed: \(errno)", "make room")
        }
        path = String(
            decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { Self.remove(path) }

    private static func remove(_ path: String) {
        guard unlink(path) != 0 else { return }
        for name in FileAccess.names(in: path) ?? [] where name != "." && name != ".." {
            remove(path + "/" + name)
        }
        rmdir(path)
    }

    /// The names in a folder of it.
    func names(_ folder: String) -> [String] {
        (FileAccess.names(in: path + "/" + folder) ?? []).filter { $0 != "." && $0 != ".." }
    }

    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        try FileAccess.replace(path + "/" + name, with: bytes)
        return path + "/" + name
    }

    /// Something that looks like a shared library, different for each number.
    static func library(_ number: UInt8 = 0) -> [UInt8] {
        var bytes: [UInt8] = [0x7F, 0x45, 0x4C, 0x46] + [UInt8](repeating: 0, count: 996)
        bytes[16] = 3
        bytes[500] = number
        return bytes
    }

    static func manifest(id: String = "acme", version: String = "1.0.0") -> JSONObject {
        [
            "manifestVersion": 1, "id": .string(id), "version": .string(version),
            "vendor": "Tests", "abi": "1.0", "library": "libacme.so", "x-note": "Счётчик",
        ]
    }

    /// A package of a library and a manifest.
    func package(
        id: String = "acme", version: String = "1.0.0", number: UInt8 = 0, key: PrivateKey? = nil
    ) throws -> PluginPackage {
        let manifest = Self.manifest(id: id, version: version)
        return try PluginPackage(
            library: try write("libacme.so", Self.library(number)),
            manifest: try write("acme.json", JSONValue.object(manifest).bytes()), key: key)
    }

    /// What an installed plugin's files say, verified as the host does it.
    func installed(
        _ folder: String, id: String = "acme", trusted: TrustedKeys = TrustedKeys(),
        isRequired: Bool = false
    ) throws -> (version: String, standing: PluginSignature.Standing) {
        let file = "\(path)/\(folder)/\(id).json"
        let read = Manifest.read(try FileAccess.bytes(of: file, limit: 1 << 20), file: file)
        let manifest = try #require(read.manifest, "\(read.defects)")
        let library = try FileAccess.bytes(
            of: "\(path)/\(folder)/\(manifest.library)", limit: 1 << 20)
        let digest = try #require(manifest.sha256)
        #expect(try PluginPackage.digest(library) == digest)
        let standing = try PluginSignature.verify(
            libraryDigest: digest, manifest: manifest, trusted: trusted, isRequired: isRequired)
        return (manifest.version, standing)
    }
}
