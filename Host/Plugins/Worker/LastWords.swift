/// The last lines that a worker wrote to its standard error: what a crash leaves behind.
struct LastWords {
    private static let longest = 4096
    private var bytes: [UInt8] = []
    /// Bytes so far, to notice floods.
    private(set) var total = 0

    mutating func append(_ new: UnsafeRawBufferPointer) {
        total += new.count
        bytes.append(contentsOf: new.suffix(Self.longest))
        if bytes.count > Self.longest { bytes.removeFirst(bytes.count - Self.longest) }
    }

    /// The last line with something in it, at most 500 characters.
    var line: String {
        let lines = bytes.split(separator: UInt8(ascii: "\n")).map {
            String(decoding: $0, as: UTF8.self)
        }
        // A Swift trap says first what happened and then where; what happened is worth more.
        let line = lines.last { $0.contains("Fatal error") } ?? lines.last { !$0.isEmpty } ?? ""
        return String(line.prefix(500))
    }
}
