import Glibc
import JSON

/// `commline import`: a configuration of ceHES into the host.
enum ImportCommand {
    static let spec = CommandSpec(
        name: "import", summary: "Imports devices with their channels and protocols (ceHES JSON).",
        discussion: """
            Reads a file as ceHES exports it (appendix 1 of its manual) and hands it to the host: \
            all of it is taken, or nothing, and what is wrong is named with its place in the file. \
            Importing the same file again changes nothing.

            example:
              commline import devices.json --login admin
            """,
        positionals: [PositionalSpec(name: "file", help: "The file; - for standard input.")],
        options: APIClient.options, run: run)

    private static func run(_ arguments: ParsedArguments) async throws -> ExitCode {
        let name = arguments.positionals[0]
        let bytes = try InputFile.read(name)
        let document: JSONValue
        do throws(JSONError) {
            document = try JSONValue(parsing: bytes)
        } catch {
            throw CommandFailure("\(name): \(error)", .usage)
        }
        return try await APIClient.use(arguments) { client in
            let answer = try await client.send(
                .post, client.path("import"), body: document)
            Terminal.write(answer.text(pretty: true) + "\n")
            return .success
        }
    }
}

/// `commline export`: the configuration as a file of ceHES.
enum ExportCommand {
    static let spec = CommandSpec(
        name: "export", summary: "Exports devices with their channels and protocols (ceHES JSON).",
        discussion: """
            The file holds the passwords of the devices, as the format wants them: keep it safe. \
            It is written to standard output.
            """,
        options: APIClient.options, run: run)

    private static func run(_ arguments: ParsedArguments) async throws -> ExitCode {
        try await APIClient.use(arguments) { client in
            let answer = try await client.send(.get, client.path("export"))
            Terminal.write(answer.text(pretty: true) + "\n")
            return .success
        }
    }
}

/// Files that a person names.
enum InputFile {
    private static let largest = 1 << 30

    /// Reads a whole file.
    ///
    /// - Throws: A `CommandFailure` that says what is wrong with it.
    static func read(_ name: String) throws(CommandFailure) -> [UInt8] {
        let descriptor = name == "-" ? dup(0) : open(name, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw CommandFailure("\(name): \(String(cString: strerror(errno)))", .usage)
        }
        defer { _ = Glibc.close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw CommandFailure("\(name): \(String(cString: strerror(errno)))", .usage)
            }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
            guard bytes.count <= largest else {
                throw CommandFailure("\(name): larger than 1 GiB", .usage)
            }
        }
    }
}
