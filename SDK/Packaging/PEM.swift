import Values

/// Blocks of base64 between lines that name them (RFC 7468): how keys lie in files.
enum PEM {
    struct Block: Hashable {
        var label: String
        var bytes: [UInt8]
    }

    /// Writes one block.
    static func text(_ block: Block) -> String {
        var text = "-----BEGIN \(block.label)-----\n"
        var rest = Substring(TextEncoding.base64(block.bytes))
        while !rest.isEmpty {
            text += rest.prefix(64) + "\n"
            rest = rest.dropFirst(64)
        }
        return text + "-----END \(block.label)-----\n"
    }

    /// Reads all blocks of a text; what stands outside of them is left out. Nil where one is broken.
    static func blocks(in text: String) -> [Block]? {
        var blocks: [Block] = []
        var open: (label: String, digits: String)?
        for line in text.split(whereSeparator: \.isNewline) {
            let line = line.filter { $0 != " " || line.hasPrefix("-----") }
            if let label = name(line, "-----BEGIN ") {
                guard open == nil else { return nil }
                open = (label, "")
            } else if let label = name(line, "-----END ") {
                guard let block = open, block.label == label,
                    let bytes = TextEncoding.bytes(base64: block.digits)
                else { return nil }
                blocks.append(Block(label: label, bytes: bytes))
                open = nil
            } else {
                open?.digits += line
            }
        }
        return open == nil ? blocks : nil
    }

    private static func name(_ line: String, _ prefix: String) -> String? {
        guard line.hasPrefix(prefix), line.hasSuffix("-----"),
            line.count > prefix.count + 5
        else { return nil }
        return String(line.dropFirst(prefix.count).dropLast(5))
    }
}
