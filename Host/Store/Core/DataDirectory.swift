import Glibc

/// The places of the store's files in its data directory.
struct DataDirectory: Sendable {
    let path: String

    var database: String { path + "/main.sqlite" }
    var keyFile: String { path + "/secret.key" }
    var lock: String { path + "/lock" }
    var measurements: String { path + "/measurements" }
    var traces: String { path + "/trace" }

    /// Makes the directory and its folders as far as they are missing.
    ///
    /// A directory that is ours alone is closed to others; one that holds other things is left as
    /// its owner made it, and only what is ours in it is closed.
    func prepare() throws(StoreError) {
        let isNew = try Folder.make(path)
        if !isNew {
            let names = try Folder.names(in: path)
            if names.isEmpty || names.contains("main.sqlite") {
                guard chmod(path, 0o700) == 0 else {
                    throw .file(path: path, operation: "closing to others", errno: errno)
                }
            }
        }
        try Folder.make(measurements)
        try Folder.make(traces)
    }
}
