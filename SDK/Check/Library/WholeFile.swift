import Glibc

/// Whole files, read and written at once.
package enum WholeFile {
    /// Why a file could not be read or written, in words.
    package struct Failure: Error, Hashable, CustomStringConvertible {
        package let description: String
    }

    /// Reads a file.
    package static func read(_ path: String) throws(Failure) -> [UInt8] {
        guard let file = fopen(path, "re") else { throw failure("cannot read", path) }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&block, 1, block.count, file)
            guard count > 0 else { break }
            bytes += block[..<count]
        }
        guard ferror(file) == 0 else { throw failure("cannot read", path) }
        return bytes
    }

    /// Writes a file, or standard output where the path is `-`.
    package static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
        // Another name of standard output, so that both are closed alike.
        guard let file = path == "-" ? fdopen(dup(1), "w") : fopen(path, "we") else {
            throw failure("cannot write", path)
        }
        let isWritten = fwrite(bytes, 1, bytes.count, file) == bytes.count
        guard fclose(file) == 0, isWritten else { throw failure("cannot write", path) }
    }

    /// The names in a folder, in their order.
    package static func names(in folder: String) throws(Failure) -> [String] {
        guard let handle = opendir(folder) else { throw failure("cannot read", folder) }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    static func failure(_ what: String, _ path: String) -> Failure {
        Failure(description: "\(what) \(path): \(String(cString: strerror(errno)))")
    }
}
