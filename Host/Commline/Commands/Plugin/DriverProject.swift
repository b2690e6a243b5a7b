import Glibc

/// A project made of the SDK's templates: their files, with the placeholders filled in.
struct DriverProject {
    let id: String
    /// `c` or `swift`, the name of the template's folder.
    let language: String
    /// The SDK's folder, links resolved.
    let sdk: String
    /// The program that checks and packs.
    let program: String

    /// What stands for each placeholder of the templates.
    private var values: [(placeholder: String, value: String)] {
        let words = id.split { $0 == "-" || $0 == "." }.map(String.init)
        return [
            ("__ID__", id), ("__SYMBOL__", words.joined(separator: "_").uppercased()),
            ("__PRODUCT__", Self.productName(words)), ("__SDK__", sdk), ("__COMMLINE__", program),
        ]
    }

    private static func productName(_ words: [String]) -> String {
        let name = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
        return name.first?.isLetter == true ? name : "Driver" + name
    }

    /// Writes the project into a new folder of its name, wholly or not at all.
    ///
    /// - Returns: The folder.
    func write(into parent: String) throws(CommandFailure) -> String {
        let folder = parent == "." ? id : parent + "/" + id
        guard access(folder, F_OK) != 0 else {
            throw CommandFailure(
                "\(folder) is there already; choose another name, or another place with --into DIR",
                .usage)
        }
        var template = Array((parent + "/.commline-new-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            throw Self.failure("a folder in \(parent) cannot be made", errno)
        }
        let temporary = String(
            decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        do throws(CommandFailure) {
            try copy(sdk + "/Templates/" + language, to: temporary)
            chmod(temporary, 0o755)
            guard rename(temporary, folder) == 0 else {
                throw Self.failure("\(folder) cannot be made", errno)
            }
        } catch {
            Self.remove(temporary)
            throw error
        }
        return folder
    }

    private func copy(_ source: String, to target: String) throws(CommandFailure) {
        guard let names = Self.names(in: source) else {
            throw CommandFailure(
                "\(source) cannot be read; name a whole SDK with --sdk DIR", .usage)
        }
        for name in names {
            let (from, to) = (source + "/" + name, target + "/" + filled(name))
            var status = stat()
            guard stat(from, &status) == 0 else {
                throw Self.failure("\(from) cannot be read", errno)
            }
            if status.st_mode & S_IFMT == S_IFDIR {
                guard mkdir(to, 0o755) == 0 else {
                    throw Self.failure("\(to) cannot be made", errno)
                }
                try copy(from, to: to)
            } else {
                try Self.write(filled(try Self.text(of: from)), to: to)
            }
        }
    }

    private func filled(_ text: String) -> String {
        var result = ""
        var rest = Substring(text)
        while let start = rest.firstRange(of: "__")?.lowerBound {
            result += rest[..<start]
            rest = rest[start...]
            if let (placeholder, value) = values.first(where: { rest.hasPrefix($0.placeholder) }) {
                result += value
                rest = rest.dropFirst(placeholder.count)
            } else {
                result += rest.prefix(1)
                rest = rest.dropFirst(1)
            }
        }
        return result + rest
    }

    // MARK: Files

    private static func names(in folder: String) -> [String]? {
        guard let stream = opendir(folder) else { return nil }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    private static func text(of path: String) throws(CommandFailure) -> String {
        guard let file = fopen(path, "re") else { throw failure("\(path) cannot be read", errno) }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 16_384)
        while case let count = fread(&block, 1, block.count, file), count > 0 {
            bytes += block[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func write(_ text: String, to path: String) throws(CommandFailure) {
        guard let file = fopen(path, "wxe") else {
            throw failure("\(path) cannot be written", errno)
        }
        let bytes = Array(text.utf8)
        let count = fwrite(bytes, 1, bytes.count, file)
        guard fclose(file) == 0, count == bytes.count else {
            throw failure("\(path) cannot be written", errno)
        }
    }

    /// Removes what an attempt left behind.
    private static func remove(_ path: String) {
        guard unlink(path) != 0 else { return }
        for name in names(in: path) ?? [] { remove(path + "/" + name) }
        rmdir(path)
    }

    private static func failure(_ what: String, _ code: Int32) -> CommandFailure {
        CommandFailure("\(what): \(String(cString: strerror(code)))", .usage)
    }
}
