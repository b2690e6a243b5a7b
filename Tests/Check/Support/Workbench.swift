import Check
import Glibc
import JSON

/// A folder for one test, with a C compiler and the built program.
final class Workbench {
    struct Trouble: Error, CustomStringConvertible {
        let description: String
    }

    /// The project's folder.
    static let root = String(#filePath.dropLast("/Tests/Check/Support/Workbench.swift".count))
    static let sources = root + "/Tests/Check/Plugins"
    static let manifests = root + "/plugin-manifests"

    /// The folder of the build that is tested.
    static var binaries: String {
        guard let named = getenv("COMMLINE_BINARY").map({ String(cString: $0) }),
            let end = named.lastIndex(of: "/")
        else { return root + "/.build/debug" }
        return String(named[..<end])
    }

    static var program: String { binaries + "/commline" }

    let path: String

    init() throws {
        var template = Array("/tmp/commline-check-test-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw Trouble(description: "mkdtemp") }
        path = String(cString: made)
    }

    deinit {
        for name in (try? WholeFile.names(in: path)) ?? [] { unlink(path + "/" + name) }
        rmdir(path)
    }

    /// Compiles a source of the folder `Plugins` into the library that its manifest names.
    func compile(_ name: String, _ flags: [String] = []) throws -> String {
        try compile([Self.sources + "/\(name).c"], into: "libline.so", flags)
    }

    /// Compiles C sources into a shared library.
    func compile(_ files: [String], into library: String, _ flags: [String] = []) throws -> String {
        let output = path + "/" + library
        let result = try Self.run(
            [
                "/usr/bin/env", "gcc", "-std=gnu11", "-O1", "-fPIC", "-shared",
                "-fvisibility=hidden", "-Wall", "-Wextra", "-Werror", "-Wno-unused-function",
                "-I\(Self.root)/SDK/include", "-o", output,
            ] + files + flags + ["-lpthread"])
        guard result.status == 0 else { throw Trouble(description: result.output) }
        return output
    }

    /// Checks a plugin with all cases or some of them; one call may take `callLimit` seconds.
    func check(
        _ library: String, manifest: String = Workbench.sources + "/line.json",
        only names: [String] = [], callLimit: Double = 10,
        _ change: (inout CheckJob) -> Void = { _ in }
    ) -> CheckReport {
        var job = CheckJob(library: library, manifest: manifest)
        job.fuzzRounds = 50
        change(&job)
        var runner = CaseRunner(program: [Self.program, "plugin", "check", library])
        runner.callLimit = callLimit
        let cases = CheckCase.all(for: job).filter { names.isEmpty || names.contains($0.name) }
        return CheckReport(
            plugin: "line", library: library, results: PluginCheck(job, runner).run(cases),
            seconds: 0)
    }

    /// Writes a file of the test's own.
    func write(_ name: String, _ text: String) throws -> String {
        let file = path + "/" + name
        try WholeFile.write(Array(text.utf8), to: file)
        return file
    }

    /// Runs the built program.
    static func commline(_ arguments: [String]) throws -> (status: Int32, output: String) {
        try run([program] + arguments)
    }

    /// Runs a program to its end, and gives what it wrote to both of its outputs.
    static func run(_ words: [String]) throws -> (status: Int32, output: String) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Trouble(description: "pipe") }
        defer { close(ends[0]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
        posix_spawn_file_actions_addclose(&actions, ends[0])
        var arguments = words.map { strdup($0) }
        defer { for argument in arguments { free(argument) } }
        arguments.append(nil)
        var process: pid_t = 0
        let code = posix_spawn(&process, words[0], &actions, nil, arguments, environ)
        close(ends[1])
        guard code == 0 else { throw Trouble(description: "cannot start \(words[0])") }
        var output: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 4096)
        while case let count = read(ends[0], &block, block.count), count > 0 {
            output += block[..<count]
        }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        return (
            status & 0x7F == 0 ? status >> 8 : -status, String(decoding: output, as: UTF8.self)
        )
    }
}

extension CheckReport {
    subscript(name: String) -> CaseResult? { results.first { $0.name == name } }

    /// The names of the cases that failed.
    var failed: [String] { results.filter { $0.verdict == .failed }.map(\.name) }
}
