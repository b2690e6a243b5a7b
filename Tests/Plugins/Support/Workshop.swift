import Glibc
import Testing

@testable import Plugins

/// A folder for one test, with a C compiler.
final class Workshop: Sendable {
    struct Trouble: Error {
        let text: String
    }

    let path: String

    init() throws {
        var template = Array("/tmp/commline-plugins-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw Trouble(text: "mkdtemp") }
        path = String(cString: made)
    }

    deinit {
        for name in FileReading.names(in: path) ?? [] where name != "." && name != ".." {
            unlink(path + "/" + name)
        }
        rmdir(path)
    }

    /// The repository's folder with `commline.h`.
    static let includes: String = {
        let parts = "\(#filePath)".split(separator: "/").dropLast(4)
        return "/" + parts.joined(separator: "/") + "/SDK/include"
    }()

    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        try write(name, Array(text.utf8))
    }

    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = path + "/" + name
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Trouble(text: "open \(file)") }
        defer { close(descriptor) }
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
            throw Trouble(text: "write \(file)")
        }
        return file
    }

    /// Compiles the scripted plugin into `library` with macros.
    func compile(_ library: String = "libscripted.so", _ macros: [String] = []) throws {
        let source = try write(library + ".c", ScriptedSource.c)
        let arguments =
            [
                "gcc", "-std=gnu11", "-shared", "-fPIC", "-Wall", "-Wextra", "-Werror",
                "-Wno-unused-variable", "-Wno-unused-function", "-Wno-unused-const-variable",
                "-I", Self.includes, "-o", path + "/" + library, source, "-lpthread",
            ] + macros.map { "-D" + $0 }
        guard try Self.run(arguments) == 0 else { throw Trouble(text: "gcc failed") }
    }

    private static func run(_ arguments: [String]) throws -> Int32 {
        var pointers = arguments.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        pointers.append(nil)
        var child: pid_t = 0
        guard posix_spawnp(&child, arguments[0], nil, nil, pointers, environ) == 0 else {
            throw Trouble(text: "cannot start \(arguments[0])")
        }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else { throw Trouble(text: "waitpid") }
        }
        return status
    }
}
