import Wire

/// RLRQ and RLRE: the messages that close an association where no link is closed with it.
///
/// Source: IEC 62056-53, 8.2.1.
struct Release: Hashable, Sendable {
    /// Who sends it.
    enum Kind: UInt8, Sendable {
        case request = 0x62
        case response = 0x63
    }

    var kind: Kind
    /// 0 means a normal end; nil where it is not said.
    var reason: UInt8?

    init(_ kind: Kind, reason: UInt8? = 0) {
        self.kind = kind
        self.reason = reason
    }

    init(decoding bytes: [UInt8]) throws(WireError) {
        var reader = ByteReader(bytes)
        var element = try BERElement(decoding: &reader, "release")
        guard let kind = Kind(rawValue: element.tag) else {
            throw reader.error(.unexpectedValue(UInt64(element.tag)), "release")
        }
        try reader.finish("release")
        self.kind = kind
        while !element.contents.isAtEnd {
            var component = try BERElement(decoding: &element.contents, "release component")
            guard component.tag == 0x80 else { continue }
            reason = try component.contents.read(UInt8.self, "release reason")
            try component.contents.finish("release reason")
        }
    }

    var encoded: [UInt8] {
        guard let reason else { return [kind.rawValue, 0] }
        return [kind.rawValue, 3, 0x80, 1, reason]
    }
}
