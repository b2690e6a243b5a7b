import Glibc

/// Where the built product, its sources and the peers lie.
enum Workplace {
    /// The project's folder.
    static let root = String(#filePath.dropLast("/Tests/EndToEnd/Support/Workplace.swift".count))

    /// The folder of the build that is tested: the release build where the caller names one.
    static var binaries: String {
        guard let path = environment("COMMLINE_BINARY") else { return root + "/.build/debug" }
        return folder(of: path)
    }

    /// The product itself.
    static var commline: String { binaries + "/commline" }

    /// The interpreter with the independent peers; `.ci/prepare test` makes it.
    static var python: String { root + "/.build/peers/bin/python" }

    /// The manifests that come with the product.
    static var manifests: String { root + "/plugin-manifests" }

    /// Reads a variable of the environment.
    static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }

    /// Reads a whole number from the environment.
    static func number(_ name: String, default standard: Int) -> Int {
        environment(name).flatMap { Int($0) } ?? standard
    }

    private static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }
}

/// A folder of its own for one test, removed with everything in it when the test lets go of it.
final class Scratch {
    let path: String

    init() throws {
        let template = strdup("/tmp/commline-test-XXXXXX")
        defer { free(template) }
        guard let template, mkdtemp(template) != nil else { throw Trouble.system("mkdtemp", errno) }
        path = String(cString: template)
    }

    deinit { Files.remove(path) }

    /// Makes a folder inside.
    func folder(_ name: String) throws -> String {
        let inner = path + "/" + name
        guard mkdir(inner, 0o755) == 0 else { throw Trouble.system("mkdir \(inner)", errno) }
        return inner
    }

    /// Writes a file inside and gives its path.
    @discardableResult
    func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        let inner = path + "/" + name
        try Files.write(bytes, to: inner)
        return inner
    }
}

/// Whole files.
enum Files {
    static func read(_ path: String) throws -> [UInt8] {
        guard let file = fopen(path, "re") else { throw Trouble.system("open \(path)", errno) }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&block, 1, block.count, file), count > 0 {
            bytes += block[..<count]
        }
        return bytes
    }

    static func text(_ path: String) throws -> String {
        String(decoding: try read(path), as: UTF8.self)
    }

    static func write(_ bytes: [UInt8], to path: String) throws {
        guard let file = fopen(path, "we") else { throw Trouble.system("create \(path)", errno) }
        let written = fwrite(bytes, 1, bytes.count, file)
        guard fclose(file) == 0, written == bytes.count else {
            throw Trouble.system("write \(path)", errno)
        }
    }

    /// Removes a file, or a folder with all that is in it.
    static func remove(_ path: String) {
        guard unlink(path) != 0, errno == EISDIR else { return }
        for name in names(in: path) { remove(path + "/" + name) }
        rmdir(path)
    }

    /// The names in a folder.
    static func names(in path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    static func link(_ target: String, as path: String) throws {
        guard symlink(target, path) == 0 else { throw Trouble.system("symlink \(path)", errno) }
    }
}

/// Why a test could not even get to its question.
enum Trouble: Error, CustomStringConvertible {
    case system(String, Int32)
    case deadline(String)
    case ended(String)
    case answer(String)

    var description: String {
        switch self {
        case .system(let call, let code): "\(call): \(String(cString: strerror(code)))"
        case .deadline(let what): "not in time: \(what)"
        case .ended(let what): "ended too early: \(what)"
        case .answer(let what): "unexpected answer: \(what)"
        }
    }
}
