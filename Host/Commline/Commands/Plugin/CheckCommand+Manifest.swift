import Check
import JSON

/// Finds the manifest of a library that is named without one.
enum PluginManifestSearch {
    /// Finds the manifest.
    ///
    /// - Parameters:
    ///   - named: What the caller named, or nil.
    ///   - library: The library's path.
    static func find(_ named: String?, for library: String) throws(CommandFailure) -> String {
        if let named { return named }
        let parts = library.split(separator: "/", omittingEmptySubsequences: false)
        let file = parts.last.map(String.init) ?? library
        let folder = parts.count > 1 ? parts.dropLast().joined(separator: "/") : "."
        for place in [folder, folder + "/plugin-manifests", "plugin-manifests"] {
            let names = (try? WholeFile.names(in: place)) ?? []  // a folder that is not there
            for name in names where name.hasSuffix(".json") {
                let path = place + "/" + name
                if document(path)?["library"]?.string == file { return path }
            }
        }
        throw CommandFailure(
            "no manifest names the library \(file); say which one it is with --manifest FILE",
            .usage)
    }

    /// The id that a manifest has, or nil.
    static func id(of path: String) -> String? { document(path)?["id"]?.string }

    private static func document(_ path: String) -> JSONValue? {
        // Whatever is wrong with it, the check itself tells.
        guard let bytes = try? WholeFile.read(path) else { return nil }
        return try? JSONValue(parsing: bytes)
    }
}
