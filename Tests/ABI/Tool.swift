import Glibc

/// Programs of the toolchain that tests run, and files for them.
enum Tool {
    /// What a program came to.
    struct Result {
        let status: Int32
        let output: String
    }

    /// The folder of the package.
    static let root = {
        let file: StaticString = #filePath
        return "\(file)".split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
    }()

    static let include = root + "/SDK/include"
    static let example = root + "/SDK/Examples/C"

    /// Runs a program to its end, with what it prints on both streams.
    static func run(_ arguments: [String]) throws(ToolError) -> Result {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw ToolError("pipe: errno \(errno)") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[0]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
        let words = arguments.map { strdup($0) }
        defer { for word in words { free(word) } }
        var process: pid_t = 0
        let failure = posix_spawnp(&process, arguments[0], &actions, nil, words + [nil], environ)
        close(ends[1])
        guard failure == 0 else { throw ToolError("\(arguments[0]): errno \(failure)") }
        let output = readAll(ends[0])
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        return Result(status: status, output: output)
    }

    /// Reads a text file.
    static func text(of path: String) throws(ToolError) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw ToolError("\(path): errno \(errno)") }
        defer { close(file) }
        return readAll(file)
    }

    /// Runs `body` with a new folder, which is removed afterwards.
    static func withFolder<R>(_ body: (String) throws -> R) throws -> R {
        var template = Array("/tmp/commline-abi-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw ToolError("mkdtemp: errno \(errno)") }
        let folder = String(decoding: template.dropLast().map(UInt8.init), as: UTF8.self)
        defer { _ = try? run(["rm", "-r", folder]) }
        return try body(folder)
    }

    /// Writes a text file.
    static func write(_ text: String, to path: String) throws(ToolError) {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw ToolError("\(path): errno \(errno)") }
        defer { close(file) }
        let bytes = Array(text.utf8)
        guard Glibc.write(file, bytes, bytes.count) == bytes.count else {
            throw ToolError("\(path): errno \(errno)")
        }
    }

    private static func readAll(_ file: Int32) -> String {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(file, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += chunk[..<count]
        }
    }
}

/// Why a program could not be run or a file not be used.
struct ToolError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
