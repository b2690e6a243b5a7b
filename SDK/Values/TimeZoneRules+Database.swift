import Glibc

// Zones by their names.

extension TimeZoneRules {
    /// Where Debian keeps the compiled zones.
    public static let databaseDirectory = "/usr/share/zoneinfo"

    /// Makes a zone from text.
    ///
    /// - Parameters:
    ///   - text: An offset such as `+03:00`, `UTC`, or a name such as `Europe/Moscow`.
    ///   - directory: Where the compiled zones are.
    /// - Throws: `TimeZoneError` with what is wrong with the text or the zone's file.
    public init(
        _ text: String, directory: String = TimeZoneRules.databaseDirectory
    ) throws(TimeZoneError) {
        if text == "UTC" || text == "Z" {
            self = .utc
        } else if text.hasPrefix("+") || text.hasPrefix("-") {
            guard let time = Timestamp("2000-01-01T00:00:00" + text),
                let zone = TimeZoneRules(fixedOffsetMinutes: time.offsetMinutes)
            else { throw .invalidName(text) }
            self = zone
        } else {
            try self.init(named: text, directory: directory)
        }
    }

    /// Reads a zone of the IANA database.
    ///
    /// - Parameters:
    ///   - name: Such as `Europe/Moscow`; letters, digits, `_`, `+`, `-`, in parts joined by
    ///     slashes.
    ///   - directory: Where the compiled zones are.
    /// - Throws: `TimeZoneError` with what is wrong with the name or the zone's file.
    public init(
        named name: String, directory: String = TimeZoneRules.databaseDirectory
    ) throws(TimeZoneError) {
        guard Self.isName(name) else { throw .invalidName(name) }
        try self.init(name: name, file: Self.read(name, in: directory))
    }

    /// Makes a zone from the bytes of its compiled file.
    ///
    /// - Parameters:
    ///   - name: The zone's name.
    ///   - file: The file's bytes in the format TZif, version 1 to 4.
    /// - Throws: `TimeZoneError.malformed`.
    public init(name: String, file: [UInt8]) throws(TimeZoneError) {
        var reader = TimeZoneFile(file)
        self = try reader.rules(name: name)
    }

    /// Whether a text may be a zone's name, and so leads nowhere but below the directory.
    private static func isName(_ text: String) -> Bool {
        guard (1...100).contains(text.utf8.count) else { return false }
        return text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .allSatisfy { part in
                !part.isEmpty
                    && part.allSatisfy { byte in
                        switch byte {
                        case UInt8(ascii: "A")...UInt8(ascii: "Z"),
                            UInt8(ascii: "a")...UInt8(ascii: "z"),
                            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"),
                            UInt8(ascii: "+"), UInt8(ascii: "-"):
                            true
                        default: false
                        }
                    }
            }
    }

    private static func read(
        _ name: String, in directory: String
    ) throws(TimeZoneError) -> [UInt8] {
        // Not blocking, in case somebody put a pipe there.
        let descriptor = open("\(directory)/\(name)", O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            let failure = errno
            guard failure == ENOENT || failure == ENOTDIR else {
                throw .unreadable(name, errno: failure)
            }
            guard access(directory, F_OK) == 0 else {
                throw .databaseMissing(directory: directory, package: "tzdata")
            }
            throw .unknownZone(name)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable(name, errno: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .unknownZone(name) }
        guard status.st_size <= TimeZoneFile.longest else {
            throw .malformed("the file is too long")
        }
        return try readAll(descriptor, Int(status.st_size), name)
    }

    private static func readAll(
        _ descriptor: Int32, _ size: Int, _ name: String
    ) throws(TimeZoneError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: size)
        var filled = 0
        while filled < size {
            let count = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress.map { $0 + filled }, size - filled)
            }
            if count < 0 {
                let failure = errno
                if failure == EINTR { continue }
                throw .unreadable(name, errno: failure)
            }
            if count == 0 { break }
            filled += count
        }
        return Array(bytes.prefix(filled))
    }
}
