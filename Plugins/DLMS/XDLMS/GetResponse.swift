import Wire

/// One block of an answer that is longer than a message.
struct DataBlock: Hashable, Sendable {
    var isLast: Bool
    /// One-based.
    var number: UInt32
    var result: Result

    enum Result: Hashable, Sendable {
        case raw([UInt8])
        case failure(DataAccessResult)
    }
}

/// The answer to a ``GetRequest``.
///
/// Source: IEC 62056-53, 9.5, get-response.
struct GetResponse: Hashable, Sendable {
    static let tag: UInt8 = 0xC4

    enum Kind: Hashable, Sendable {
        case normal(DataResult)
        case block(DataBlock)
        case list([DataResult])
    }

    var invoke: InvokeID
    var kind: Kind

    init(_ invoke: InvokeID, _ kind: Kind) {
        self.invoke = invoke
        self.kind = kind
    }

    init(decoding reader: inout ByteReader) throws(WireError) {
        try reader.expect(Self.tag, "get-response")
        let choice = try reader.read(UInt8.self, "get-response choice")
        invoke = InvokeID(rawValue: try reader.read(UInt8.self, "invoke-id-and-priority"))
        switch choice {
        case 1: kind = .normal(try DataResult(decoding: &reader))
        case 2: kind = .block(try DataBlock(decoding: &reader))
        case 3: kind = .list(try Self.list(&reader))
        default:
            throw reader.error(.unexpectedValue(UInt64(choice)), "get-response choice", back: 2)
        }
        try reader.finish("get-response")
    }

    /// Reads a count and as many results: also what the blocks of a list hold when they are put
    /// together.
    static func list(_ reader: inout ByteReader) throws(WireError) -> [DataResult] {
        let count = try reader.readLength("result count")
        guard count <= reader.remaining else {
            throw reader.error(
                .truncated(needed: count, available: reader.remaining), "result count")
        }
        var results: [DataResult] = []
        for _ in 0..<count { results.append(try DataResult(decoding: &reader)) }
        return results
    }

    func encode(into writer: inout ByteWriter) {
        writer.write(Self.tag)
        switch kind {
        case .normal(let result):
            writer.write([1, invoke.rawValue])
            result.encode(into: &writer)
        case .block(let block):
            writer.write([2, invoke.rawValue])
            block.encode(into: &writer)
        case .list(let results):
            writer.write([3, invoke.rawValue])
            writer.write(length: results.count)
            for result in results { result.encode(into: &writer) }
        }
    }
}

extension DataResult {
    init(decoding reader: inout ByteReader) throws(WireError) {
        self =
            try reader.readOptional("get-data-result")
            ? .failure(.init(rawValue: try reader.read(UInt8.self, "data-access-result")))
            : .data(try CosemData(decoding: &reader))
    }

    func encode(into writer: inout ByteWriter) {
        switch self {
        case .data(let data):
            writer.write(UInt8(0))
            data.encode(into: &writer)
        case .failure(let reason):
            writer.write([1, reason.rawValue])
        }
    }
}

extension DataBlock {
    init(decoding reader: inout ByteReader) throws(WireError) {
        isLast = try reader.readOptional("last-block")
        number = try reader.read(UInt32.self, "block-number")
        if try reader.readOptional("datablock result") {
            result = .failure(.init(rawValue: try reader.read(UInt8.self, "data-access-result")))
        } else {
            let length = try reader.readLength("raw-data")
            result = .raw(try reader.readArray(length, "raw-data"))
        }
    }

    func encode(into writer: inout ByteWriter) {
        writer.write(UInt8(isLast ? 1 : 0))
        writer.write(number)
        switch result {
        case .raw(let bytes):
            writer.write(UInt8(0))
            writer.write(length: bytes.count)
            writer.write(bytes)
        case .failure(let reason):
            writer.write([1, reason.rawValue])
        }
    }
}
