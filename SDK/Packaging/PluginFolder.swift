import Glibc
import Manifests
import Values

/// A folder into which plugins are installed: the vendor directory of a host.
///
/// A plugin has `<id>.json`, `<id>.sig` where it is signed, and the library that the manifest names.
package struct PluginFolder: Sendable {
    /// What an installation came to.
    package struct Installed: Hashable, Sendable {
        /// The version that was there before.
        package var previous: String?
        package var standing: PluginSignature.Standing
    }

    package let path: String

    /// Opens a folder; makes it where it is missing.
    ///
    /// - Throws: A `PackagingError` where it cannot be made, or where everybody may write it.
    package init(_ path: String) throws(PackagingError) {
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        try FileAccess.makeFolder(self.path)
        try FileAccess.refuseWritableByAll(self.path)
    }

    /// Installs a package.
    ///
    /// At every moment the folder has the whole old version or the whole new one: the library has a name
    /// of its own, the signature's file has the signatures of both while the manifest, which decides,
    /// is put into its place.
    ///
    /// - Parameters:
    ///   - package: The package, as it was read.
    ///   - trusted: The keys that the operator trusts.
    ///   - isSignatureRequired: Whether one of them must have signed it.
    package func install(
        _ package: PluginPackage, trusted: TrustedKeys = TrustedKeys(),
        isSignatureRequired: Bool = false
    ) throws(PackagingError) -> Installed {
        let standing = try package.standing(
            trusted, isRequired: isSignatureRequired, name: package.fileName)
        let lock = try lock()
        defer { close(lock) }
        let old = installed(package.manifest.id)
        try putLibrary(package)
        let signaturePath = PluginSignature.path(beside: manifestPath(package.manifest.id))
        if let signature = package.signature {
            let known = (try? FileAccess.bytes(of: signaturePath, limit: 64 << 10)).flatMap {
                try? PluginSignature(parsing: $0, name: signaturePath)
            }
            try FileAccess.replace(
                signaturePath, with: (known.map { signature.merged(with: $0) } ?? signature).bytes)
        }
        try FileAccess.replace(
            manifestPath(package.manifest.id), with: package.manifest.bytes)
        if let signature = package.signature {
            try FileAccess.replace(signaturePath, with: signature.bytes)
        } else {
            try FileAccess.remove(signaturePath)
        }
        if let old, old.library != package.manifest.library, let digest = old.sha256,
            old.library
                == PluginPackage.libraryName(id: old.id, version: old.version, digest: digest)
        {
            try FileAccess.remove(path + "/" + old.library)
        }
        return Installed(previous: old?.version, standing: standing)
    }

    private func manifestPath(_ id: String) -> String { "\(path)/\(id).json" }

    private func installed(_ id: String) -> Manifest? {
        let file = manifestPath(id)
        return (try? FileAccess.bytes(of: file, limit: 4 << 20)).flatMap {
            Manifest.read($0, file: file).manifest
        }
    }

    private func putLibrary(_ package: PluginPackage) throws(PackagingError) {
        let library = path + "/" + package.manifest.library
        let known = try? FileAccess.bytes(of: library, limit: package.library.count)
        if known == package.library { return }
        try FileAccess.replace(library, with: package.library, mode: 0o755)
    }

    /// One installation at a time.
    private func lock() throws(PackagingError) -> Int32 {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileAccess.failure(path, "cannot be opened") }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else {
                let reason = FileAccess.failure(path, "cannot be locked")
                close(descriptor)
                throw reason
            }
        }
        return descriptor
    }
}
