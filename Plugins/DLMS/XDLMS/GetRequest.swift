import Wire

/// A request to read attributes.
///
/// Source: IEC 62056-53, 9.5, get-request.
struct GetRequest: Hashable, Sendable {
    static let tag: UInt8 = 0xC0

    enum Kind: Hashable, Sendable {
        case normal(AttributeSelection)
        /// Asks for the block after the one with this number.
        case next(block: UInt32)
        case list([AttributeSelection])
    }

    var invoke: InvokeID
    var kind: Kind

    init(_ invoke: InvokeID, _ kind: Kind) {
        self.invoke = invoke
        self.kind = kind
    }

    init(decoding reader: inout ByteReader) throws(WireError) {
        try reader.expect(Self.tag, "get-request")
        let choice = try reader.read(UInt8.self, "get-request choice")
        invoke = InvokeID(rawValue: try reader.read(UInt8.self, "invoke-id-and-priority"))
        switch choice {
        case 1: kind = .normal(try AttributeSelection(decoding: &reader))
        case 2: kind = .next(block: try reader.read(UInt32.self, "block-number"))
        case 3:
            let count = try reader.readLength("attribute count")
            guard count <= reader.remaining else {
                throw reader.error(
                    .truncated(needed: count, available: reader.remaining), "attribute count")
            }
            var selections: [AttributeSelection] = []
            for _ in 0..<count { selections.append(try AttributeSelection(decoding: &reader)) }
            kind = .list(selections)
        default:
            throw reader.error(.unexpectedValue(UInt64(choice)), "get-request choice", back: 2)
        }
        try reader.finish("get-request")
    }

    func encode(into writer: inout ByteWriter) {
        writer.write(Self.tag)
        switch kind {
        case .normal(let selection):
            writer.write([1, invoke.rawValue])
            selection.encode(into: &writer)
        case .next(let block):
            writer.write([2, invoke.rawValue])
            writer.write(block)
        case .list(let selections):
            writer.write([3, invoke.rawValue])
            writer.write(length: selections.count)
            for selection in selections { selection.encode(into: &writer) }
        }
    }
}
