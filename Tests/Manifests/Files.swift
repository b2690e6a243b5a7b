import Glibc
import JSON
import Testing

/// Files of the project, and the validator of another author.
enum Files {
    struct Trouble: Error {
        let what: String
    }

    static let root = String(#filePath.dropLast("/Tests/Manifests/Files.swift".count))

    static func bytes(_ path: String) throws -> [UInt8] {
        guard let file = fopen(path, "re") else { throw Trouble(what: "\(path): errno \(errno)") }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&block, 1, block.count, file), count > 0 {
            bytes += block[..<count]
        }
        return bytes
    }

    private static func write(_ bytes: [UInt8], to path: String) throws {
        guard let file = fopen(path, "we") else { throw Trouble(what: "\(path): errno \(errno)") }
        let count = fwrite(bytes, 1, bytes.count, file)
        guard fclose(file) == 0, count == bytes.count else { throw Trouble(what: path) }
    }

    /// The manifests that come with the product.
    static func manifests() throws -> [String] {
        let folder = root + "/plugin-manifests"
        guard let stream = opendir(folder) else { throw Trouble(what: folder) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".json"), name != "schema.json" { names.append(folder + "/" + name) }
        }
        return names.sorted()
    }

    /// Asks another author's validator about documents.
    static func answers(of schema: String, _ documents: [JSONValue]) throws -> [Bool] {
        var template = Array("/tmp/commline-manifests-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Trouble(what: "mkdtemp: errno \(errno)") }
        let folder = String(
            decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let (questions, answers) = (folder + "/documents.json", folder + "/answers.json")
        defer {
            unlink(questions)
            unlink(answers)
            rmdir(folder)
        }
        try write(JSONValue.array(documents).bytes(), to: questions)
        let arguments: [String] = [
            root + "/.build/peers/bin/python", root + "/Tests/Peers/validate_manifests.py", schema,
            questions, answers,
        ]
        let words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, arguments[0], nil, nil, words, environ)
        try #require(code == 0, "is .build/peers there? .ci/prepare test makes it")
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        try #require(status == 0)
        return try JSONValue(parsing: try bytes(answers)).array?.compactMap(\.bool) ?? []
    }
}
