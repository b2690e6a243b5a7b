import Glibc
import JSON
import Testing
import Wire

/// Reads the files of Tests/Golden/DLMS.
enum GoldenFile {
    static func json(_ name: String, in test: String = #filePath) throws -> JSONValue {
        let tests = test.split(separator: "/").dropLast(3).joined(separator: "/")
        return try JSONValue(parsing: bytes("/\(tests)/Golden/DLMS/\(name).json"))
    }

    /// The bytes of any file.
    static func bytes(_ path: String) throws -> [UInt8] {
        let file = try #require(fopen(path, "rb"), "\(path) cannot be opened")
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 {
            bytes += chunk[..<count]
        }
        return bytes
    }
}

extension JSONValue {
    /// The bytes of a hexadecimal member.
    func hex(_ key: String) throws -> [UInt8] {
        try Hex.bytes(try #require(self[key]?.string))
    }

    /// The bytes of a text member.
    func text(_ key: String) throws -> [UInt8] {
        Array(try #require(self[key]?.string).utf8)
    }
}

/// One frame that somebody else published.
struct GoldenFrame: Sendable, CustomTestStringConvertible {
    let name: String
    let source: String
    let bytes: [UInt8]

    var testDescription: String { "\(source), \(name)" }

    /// The frames of the standard whose both check sequences are right.
    static func all() throws -> [GoldenFrame] {
        try #require(try GoldenFile.json("gost-58940-frames").array).map { entry in
            GoldenFrame(
                name: entry["name"]?.string ?? "", source: entry["source"]?.string ?? "",
                bytes: try entry.hex("hex"))
        }
    }
}
