import Glibc

/// Files as packing and installing need them: read whole, and written so that they are there or not.
enum FileAccess {
    /// A file's bytes.
    static func bytes(of path: String, limit: Int) throws(PackagingError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw failure(path, "cannot be read") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure(path, "cannot be read") }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw PackagingError("\(path) is no file", "name a file")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(max(Int(status.st_size), 0), limit))
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(path, "cannot be read") }
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= limit else {
                throw PackagingError("\(path) has more than \(limit) bytes", "name another file")
            }
        }
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// The names in a folder, sorted; nil where it cannot be read.
    static func names(in directory: String) -> [String]? {
        guard let stream = opendir(directory) else { return nil }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafeBytes(of: &entry.pointee.d_name) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                })
        }
        return names.sorted()
    }

    /// Whether a place is a folder.
    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Makes a folder, and those that it lies in.
    static func makeFolder(_ path: String) throws(PackagingError) {
        guard !isFolder(path) else { return }
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            try makeFolder(String(path[..<slash]))
        }
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else {
            throw failure(path, "cannot be made")
        }
    }

    /// Refuses a place that everybody may write: whoever can is the one who decides what the host runs.
    static func refuseWritableByAll(_ path: String) throws(PackagingError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw failure(path, "cannot be read") }
        guard status.st_mode & S_IWOTH == 0 else {
            throw PackagingError(
                "\(path) is not safe: everybody may write it",
                "take that right away (chmod o-w \(path))")
        }
    }

    /// Writes a new file and brings it to the disk; refuses where there is one already.
    static func create(
        _ path: String, _ bytes: [UInt8], mode: mode_t = 0o644
    ) throws(PackagingError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw failure(path, "cannot be created") }
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                write(
                    descriptor, UnsafeRawBufferPointer(rebasing: buffer[done...]).baseAddress,
                    buffer.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            done += count
        }
        let error =
            done == bytes.count && fsync(descriptor) == 0 ? nil : failure(path, "cannot be written")
        guard close(descriptor) == 0, error == nil else {
            let reason = error ?? failure(path, "cannot be written")
            unlink(path)
            throw reason
        }
    }

    /// Puts a file in the place of another, wholly or not at all.
    static func replace(
        _ path: String, with bytes: [UInt8], mode: mode_t = 0o644
    ) throws(PackagingError) {
        let temporary = "\(path).new-\(getpid())"
        unlink(temporary)
        try create(temporary, bytes, mode: mode)
        guard rename(temporary, path) == 0 else {
            let reason = failure(path, "cannot be replaced")
            unlink(temporary)
            throw reason
        }
        try synchronize(folderOf: path)
    }

    /// Removes a file; one that is not there is as good.
    static func remove(_ path: String) throws(PackagingError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw failure(path, "cannot be removed") }
    }

    /// Brings the names in a file's folder to the disk.
    static func synchronize(folderOf path: String) throws(PackagingError) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let descriptor = open(
            folder.isEmpty ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(folder, "cannot be opened") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure(folder, "cannot be written") }
    }

    /// What the system says, with what to do.
    static func failure(_ path: String, _ what: String) -> PackagingError {
        let code = errno
        let remedy =
            switch code {
            case ENOENT: "correct the path"
            case EEXIST: "remove it, or choose another name"
            case EACCES, EPERM, EROFS: "use a place that this user may use"
            case ENOSPC, EDQUOT: "make room on the disk"
            default: "see whether the disk is in order"
            }
        return PackagingError("\(path) \(what): \(text(code))", remedy)
    }

    private static func text(_ code: Int32) -> String {
        var text = [CChar](repeating: 0, count: 256)
        guard strerror_r(code, &text, text.count) == 0 else { return "error \(code)" }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
