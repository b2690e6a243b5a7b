import Manifests
import JSON

extension Catalogue {
    /// A manifest is larger by far than it can ever be.
    private static let largestFile = 4 << 20

    /// Reads all manifests of folders: every `*.json` but `schema.json`, in the order of their names.
    ///
    /// - Parameter directories: Folders, the vendor directory before the bundled one; the order decides
    ///   where two plugins say the same.
    /// - Returns: A catalogue; whatever could not be read stands in its defects.
    package static func load(directories: [String]) -> Catalogue {
        var manifests: [Manifest] = []
        var defects: [ManifestDefect] = []
        for directory in directories {
            guard let names = FileReading.names(in: directory) else {
                defects.append(
                    ManifestDefect(
                        file: directory, problem: "is not a folder that can be read",
                        remedy: "create it, or correct --manifests"))
                continue
            }
            for name in names where name.hasSuffix(".json") && name != "schema.json" {
                let read = read(directory + "/" + name, name: name)
                defects += read.defects
                if let manifest = read.manifest { manifests.append(manifest) }
            }
        }
        return Catalogue(manifests, defects: defects)
    }

    private static func read(
        _ path: String, name: String
    ) -> (manifest: Manifest?, defects: [ManifestDefect]) {
        let bytes: [UInt8]
        do throws(FileReading.Failure) {
            bytes = try FileReading.bytes(of: path, limit: largestFile)
        } catch {
            let defect = ManifestDefect(
                file: path, problem: "cannot be read: \(error.reason)",
                remedy: "correct the file or its permissions")
            return (nil, [defect])
        }
        var result = Manifest.read(bytes, file: path)
        if let id = result.manifest?.id, name != id + ".json" {
            result.defects.append(
                ManifestDefect(
                    .warning, file: path, pointer: JSONPointer(["id"]),
                    problem: "is \"\(id)\", but the file is \(name)",
                    remedy: "rename the file to \(id).json"))
        }
        return result
    }
}
