import Glibc

/// The few things that the store does with folders and files itself.
enum Folder {
    /// Makes a folder that only its owner can enter; one that is there stays as it is.
    ///
    /// - Returns: Whether it was made.
    @discardableResult
    static func make(_ path: String) throws(StoreError) -> Bool {
        if mkdir(path, 0o700) == 0 {
            try synchronise(parent(of: path))
            return true
        }
        guard errno == EEXIST else {
            throw .file(path: path, operation: "making", errno: errno)
        }
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw .file(path: path, operation: "making", errno: ENOTDIR)
        }
        return false
    }

    /// Makes the folders between a folder and a path below it.
    static func makeParents(of path: String, in folder: String) throws(StoreError) {
        var place = folder
        for part in path.split(separator: "/").dropLast() {
            place += "/" + part
            try make(place)
        }
    }

    /// Makes an empty file that only its owner can read, if it is not there.
    static func makeFile(_ path: String) throws(StoreError) {
        let descriptor = Glibc.open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .file(path: path, operation: "making", errno: errno) }
        close(descriptor)
    }

    /// Lists the names in a folder; none when it is not there.
    static func names(in path: String) throws(StoreError) -> [String] {
        guard let stream = opendir(path) else {
            if errno == ENOENT { return [] }
            throw .file(path: path, operation: "listing", errno: errno)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Makes a folder that has its name once it is whole; nothing is left of one that fails.
    ///
    /// - Parameters:
    ///   - target: The folder: not there, or empty.
    ///   - part: What it is called until then, beside it.
    ///   - fill: Makes its contents.
    /// - Returns: What `fill` returned.
    /// - Throws: What `fill` threw, or `.file`.
    static func makeWhole<Result>(
        _ target: String, as part: String, _ fill: (String) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        try remove(part)
        try make(part)
        do throws(StoreError) {
            let result = try fill(part)
            // Takes the place of an empty folder, and of no other.
            guard rename(part, target) == 0 else {
                throw .file(path: target, operation: "naming", errno: errno)
            }
            try synchronise(parent(of: target))
            return result
        } catch {
            // The failure that led here is the one to report.
            try? remove(part)
            throw error
        }
    }

    /// Makes the names in a folder survive a power cut.
    static func synchronise(_ path: String) throws(StoreError) {
        let descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .file(path: path, operation: "opening", errno: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else {
            throw .file(path: path, operation: "synchronising", errno: errno)
        }
    }

    /// Makes all names in a folder and below it survive a power cut; it goes five levels down.
    static func synchroniseAll(_ path: String, depth: Int = 5) throws(StoreError) {
        if depth > 0 {
            for name in try names(in: path) {
                var status = stat()
                guard lstat("\(path)/\(name)", &status) == 0,
                    status.st_mode & S_IFMT == S_IFDIR
                else { continue }
                try synchroniseAll("\(path)/\(name)", depth: depth - 1)
            }
        }
        try synchronise(path)
    }

    /// Deletes a folder with all that is in it; one that is not there is no failure.
    static func remove(_ path: String) throws(StoreError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        if status.st_mode & S_IFMT == S_IFDIR {
            for name in try names(in: path) { try remove("\(path)/\(name)") }
            guard rmdir(path) == 0 else {
                throw .file(path: path, operation: "deleting", errno: errno)
            }
        } else {
            guard unlink(path) == 0 else {
                throw .file(path: path, operation: "deleting", errno: errno)
            }
        }
    }

    /// The folder that a path lies in.
    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

/// What tells a file from another one that has its name later.
struct FileIdentity: Hashable {
    private let device: UInt64
    private let inode: UInt64

    /// Looks at a file; nil when there is none.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
    }
}
