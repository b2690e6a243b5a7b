import JSON

/// What a backup holds: `manifest.json`, which is written last.
package struct BackupManifest: Hashable, Sendable {
    static let fileName = "manifest.json"
    private static let format = 1
    private static let largest = 64 << 20

    /// When it was made, by the host's clock.
    package var made: Moment
    /// Whether the key of the sealed settings is in it.
    package var includesKey: Bool
    var files: [(path: String, seal: FileSeal)]

    package var fileCount: Int { files.count }
    package var bytes: Int64 { files.reduce(0) { $0 + $1.seal.bytes } }

    init(made: Moment, includesKey: Bool, files: [(path: String, seal: FileSeal)] = []) {
        self.made = made
        self.includesKey = includesKey
        self.files = files
    }

    var text: String {
        let list = files.map { path, seal -> JSONValue in
            [
                "path": .string(path), "bytes": JSONValue(seal.bytes),
                "sha256": .string(seal.sha256),
            ]
        }
        let object: JSONValue = [
            "format": JSONValue(Self.format), "made": JSONValue(made.milliseconds),
            "includesKey": .bool(includesKey), "files": .array(list),
        ]
        return object.text(pretty: true) + "\n"
    }

    /// Reads the list of a backup.
    ///
    /// - Throws: `.unusableBackup` when the folder is no whole backup.
    package init(of folder: String) throws(StoreError) {
        func unusable(_ message: String) -> StoreError {
            .unusableBackup(path: folder, message: message)
        }
        guard let bytes = FileCopy.read("\(folder)/\(Self.fileName)", limit: Self.largest) else {
            throw unusable("it has no \(Self.fileName), which is written last")
        }
        guard let json = try? JSONValue(parsing: bytes), let made = json["made"]?.number?.int64,
            let includesKey = json["includesKey"]?.bool, let list = json["files"]?.array
        else { throw unusable("its \(Self.fileName) is damaged") }
        guard json["format"]?.number?.int64 == Int64(Self.format) else {
            throw unusable("it was made by another version of Commline")
        }
        self.init(made: Moment(milliseconds: made), includesKey: includesKey)
        for item in list {
            guard let path = item["path"]?.string, Self.isPlain(path),
                let bytes = item["bytes"]?.number?.int64, let digest = item["sha256"]?.string
            else { throw unusable("its \(Self.fileName) is damaged") }
            files.append((path, FileSeal(bytes: bytes, sha256: digest)))
        }
        guard files.contains(where: { $0.path == "main.sqlite" }) else {
            throw unusable("it holds no main.sqlite")
        }
    }

    /// Whether a path stays below the folder that it is joined to.
    private static func isPlain(_ path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return (1...3).contains(parts.count)
            && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." && !$0.contains("\0") }
    }

    package static func == (left: BackupManifest, right: BackupManifest) -> Bool {
        left.text == right.text
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
