import Manifests
import Glibc
import Packaging
import Synchronization

/// A folder with plugins' libraries.
package struct PluginDirectory: Hashable, Sendable {
    package var path: String
    /// A library without a SHA-256 in its manifest is refused; false for a development build's own folder.
    package var requiresDigest: Bool

    /// A plugin that is not signed with a trusted key is refused.
    package var requiresSignature: Bool

    package init(path: String, requiresDigest: Bool, requiresSignature: Bool = false) {
        self.path = path
        self.requiresDigest = requiresDigest
        self.requiresSignature = requiresSignature
    }
}

/// Opens plugins' libraries in this process.
package struct PluginLoader: Sendable {
    /// What is loaded in this process, by plugin id.
    ///
    /// Libraries are never unloaded, and two versions of one never share a process.
    private static let loaded = Mutex<[String: Loaded]>([:])

    private struct Loaded: Sendable {
        /// Its descriptor stays open for ever: the linker knows loaded libraries by it.
        var library: SealedLibrary
        var plugin: Plugin
    }

    private let directories: [PluginDirectory]
    private let hostVersion: String
    private let trusted: TrustedKeys

    /// Makes a loader.
    ///
    /// - Parameters:
    ///   - directories: Where libraries lie; the first that has the file counts.
    ///   - hostVersion: What plugins are told.
    ///   - trusted: The keys of signers whom the operator trusts.
    package init(
        directories: [PluginDirectory], hostVersion: String, trusted: TrustedKeys = TrustedKeys()
    ) {
        self.trusted = trusted
        self.directories = directories
        self.hostVersion = hostVersion
    }

    /// Loads a plugin into this process; a second call with the same library answers the same plugin.
    ///
    /// - Parameters:
    ///   - manifest: The plugin's.
    ///   - border: Sees what crosses the border of the driver's one session; for recordings.
    /// - Returns: The plugin.
    /// - Throws: A `LoadError` that says why the library cannot be used.
    package func load(
        _ manifest: Manifest, through border: (any SessionBorder)? = nil
    ) throws(LoadError) -> Plugin {
        let (library, path) = try verified(manifest)
        do throws(SealedLibrary.Failure) {
            return try load(library, manifest, border)
        } catch {
            throw LoadError(
                plugin: manifest.id, library: path, problem: error.problem, remedy: error.remedy)
        }
    }

    /// Finds a plugin's library and verifies it; nothing of it runs.
    func verified(_ manifest: Manifest) throws(LoadError) -> (SealedLibrary, path: String) {
        let (path, directory) = try find(manifest)
        do throws(SealedLibrary.Failure) {
            if manifest.sha256 == nil, directory.requiresDigest {
                throw SealedLibrary.Failure(
                    problem: "has no SHA-256 in its manifest \(manifest.file)",
                    remedy:
                        "add \"sha256\" to the manifest (sha256sum \(path)); only the folder of "
                        + "a development build does without")
            }
            try Self.checkPermissions(path, directory.path)
            let library = try SealedLibrary(path: path, expected: manifest.sha256) {
                (digest) throws(SealedLibrary.Failure) in
                try verifySignature(digest, manifest, isRequired: directory.requiresSignature)
            }
            return (library, path)
        } catch {
            throw LoadError(
                plugin: manifest.id, library: path, problem: error.problem, remedy: error.remedy)
        }
    }

    private func load(
        _ library: SealedLibrary, _ manifest: Manifest, _ border: (any SessionBorder)?
    ) throws(SealedLibrary.Failure) -> Plugin {
        // Under the lock: loading happens at the start, one after the other.
        let result: Result<Plugin, SealedLibrary.Failure> = Self.loaded.withLock { loaded in
            if let known = loaded[manifest.id] {
                guard known.library.sha256 == library.sha256 else {
                    return .failure(
                        SealedLibrary.Failure(
                            problem: "is another version of a plugin that is loaded already",
                            remedy: "restart the host to change it"))
                }
                return .success(known.plugin)
            }
            do throws(SealedLibrary.Failure) {
                let plugin = try prepare(library, manifest, border)
                loaded[manifest.id] = Loaded(library: library, plugin: plugin)
                return .success(plugin)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private func prepare(
        _ library: SealedLibrary, _ manifest: Manifest, _ border: (any SessionBorder)?
    ) throws(SealedLibrary.Failure) -> Plugin {
        let entry = try library.loadForever()
        do throws(PluginTable.Failure) {
            let table = try PluginTable(entry(), id: manifest.id, version: manifest.version)
            try table.activate(HostTable.make(plugin: manifest.id, hostVersion: hostVersion))
            var driver = try table.driver()
            driver?.border = border
            if driver == nil, !manifest.deviceTypes.isEmpty {
                throw PluginTable.Failure(
                    "has no driver, although its manifest lists device types")
            }
            let simulator = try table.simulator()
            return Plugin(
                id: manifest.id, version: manifest.version,
                runtime: InlineRuntime(
                    plugin: manifest.id, driver: driver, simulator: simulator),
                isolation: .inline, sha256: library.sha256, hasSimulator: simulator != nil)
        } catch {
            throw SealedLibrary.Failure(problem: error.problem, remedy: error.remedy)
        }
    }

    /// A signature that is there has to be right, also where none is required.
    private func verifySignature(
        _ digest: [UInt8], _ manifest: Manifest, isRequired: Bool
    ) throws(SealedLibrary.Failure) {
        do throws(PackagingError) {
            _ = try PluginSignature.verify(
                libraryDigest: digest, manifest: manifest, trusted: trusted, isRequired: isRequired)
        } catch {
            throw SealedLibrary.Failure(
                problem: "is refused: \(error.problem)", remedy: error.remedy)
        }
    }

    // MARK: Files

    private func find(
        _ manifest: Manifest
    ) throws(LoadError) -> (path: String, directory: PluginDirectory) {
        for directory in directories {
            let path = directory.path + "/" + manifest.library
            if access(path, F_OK) == 0 { return (path, directory) }
        }
        let places = directories.map(\.path).joined(separator: ", ")
        throw LoadError(
            plugin: manifest.id, library: manifest.library,
            problem: "was not found in \(places.isEmpty ? "any folder" : places)",
            remedy: "put it there, name its folder with --plugins, or remove \(manifest.file)")
    }

    /// Whoever may write the library decides what the host runs.
    private static func checkPermissions(
        _ path: String, _ directory: String
    ) throws(SealedLibrary.Failure) {
        for place in [path, directory] {
            var status = stat()
            guard stat(place, &status) == 0 else { continue }
            if status.st_mode & S_IWOTH != 0, status.st_mode & S_ISVTX == 0 {
                throw SealedLibrary.Failure(
                    problem: "is not safe: everybody may write \(place)",
                    remedy: "take that right away (chmod o-w \(place))")
            }
        }
    }
}
