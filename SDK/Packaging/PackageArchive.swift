/// The container of a package: a POSIX ustar archive that has exactly one form.
///
/// `tar` lists and unpacks it. This reader is no tar: it wants the members that it knows, in their order,
/// and each header byte for byte as it would write it, so that there is nothing in an archive but a name of
/// ours, a size and bytes.
enum PackageArchive {
    /// A member that an archive may have.
    struct Expected {
        var name: String
        var limit: Int
        var isRequired = true
    }

    private static let block = 512
    /// Two blocks of zeros end a tar archive.
    private static let end = [UInt8](repeating: 0, count: 2 * block)

    /// Writes an archive.
    static func bytes(_ members: [(name: String, bytes: [UInt8])]) -> [UInt8] {
        var archive: [UInt8] = []
        for member in members {
            archive += header(member.name, size: member.bytes.count)
            archive += member.bytes
            archive += [UInt8](repeating: 0, count: padding(member.bytes.count))
        }
        return archive + end
    }

    /// Reads an archive.
    ///
    /// - Returns: The members by name, or nil where it is anything but what `bytes` writes.
    static func members(of archive: [UInt8], _ expected: [Expected]) -> [String: [UInt8]]? {
        var rest = archive[...]
        var found: [String: [UInt8]] = [:]
        for member in expected {
            guard rest.count >= block else { return nil }
            let head = Array(rest.prefix(block))
            guard let size = size(in: head), size <= member.limit,
                head == header(member.name, size: size)
            else {
                if member.isRequired { return nil }
                continue
            }
            rest = rest.dropFirst(block)
            guard rest.count >= size + padding(size) else { return nil }
            found[member.name] = Array(rest.prefix(size))
            guard rest.dropFirst(size).prefix(padding(size)).allSatisfy({ $0 == 0 }) else {
                return nil
            }
            rest = rest.dropFirst(size + padding(size))
        }
        return rest.elementsEqual(end) ? found : nil
    }

    private static func padding(_ size: Int) -> Int { (block - size % block) % block }

    /// IEEE Std 1003.1, pax, "ustar Interchange Format": a regular file, mode 0644, of nobody and no time.
    private static func header(_ name: String, size: Int) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: block)
        func put(_ text: String, at offset: Int) {
            for (index, byte) in text.utf8.enumerated() { header[offset + index] = byte }
        }
        put(name, at: 0)
        put("0000644", at: 100)
        put("0000000", at: 108)
        put("0000000", at: 116)
        put(octal(size, digits: 11), at: 124)
        put("00000000000", at: 136)
        put("        ", at: 148)
        put("0", at: 156)
        put("ustar", at: 257)
        put("00", at: 263)
        put("0000000", at: 329)
        put("0000000", at: 337)
        let sum = header.reduce(0) { $0 + Int($1) }
        put(octal(sum, digits: 6), at: 148)
        header[154] = 0
        return header
    }

    private static func octal(_ number: Int, digits: Int) -> String {
        let text = String(number, radix: 8)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }

    private static func size(in header: [UInt8]) -> Int? {
        var size = 0
        for byte in header[124..<135] {
            guard (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(byte) else { return nil }
            size = size << 3 | Int(byte - UInt8(ascii: "0"))  // 33 bits at most
        }
        return size
    }
}
