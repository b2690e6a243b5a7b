import Wire

/// A request to write an attribute.
///
/// Source: IEC 62056-53, 9.5, set-request; only the normal form.
struct SetRequest: Hashable, Sendable {
    static let tag: UInt8 = 0xC1

    var invoke: InvokeID
    var selection: AttributeSelection
    var value: CosemData

    init(_ invoke: InvokeID, _ selection: AttributeSelection, _ value: CosemData) {
        self.invoke = invoke
        self.selection = selection
        self.value = value
    }

    init(decoding reader: inout ByteReader) throws(WireError) {
        try reader.expect(Self.tag, "set-request")
        try reader.expect(UInt8(1), "set-request choice")
        invoke = InvokeID(rawValue: try reader.read(UInt8.self, "invoke-id-and-priority"))
        selection = try AttributeSelection(decoding: &reader)
        value = try CosemData(decoding: &reader)
        try reader.finish("set-request")
    }

    func encode(into writer: inout ByteWriter) {
        writer.write([Self.tag, 1, invoke.rawValue])
        selection.encode(into: &writer)
        value.encode(into: &writer)
    }
}

/// The answer to a ``SetRequest``.
struct SetResponse: Hashable, Sendable {
    static let tag: UInt8 = 0xC5

    var invoke: InvokeID
    var result: DataAccessResult

    init(_ invoke: InvokeID, _ result: DataAccessResult) {
        self.invoke = invoke
        self.result = result
    }

    init(decoding reader: inout ByteReader) throws(WireError) {
        try reader.expect(Self.tag, "set-response")
        try reader.expect(UInt8(1), "set-response choice")
        invoke = InvokeID(rawValue: try reader.read(UInt8.self, "invoke-id-and-priority"))
        result = .init(rawValue: try reader.read(UInt8.self, "data-access-result"))
        try reader.finish("set-response")
    }

    func encode(into writer: inout ByteWriter) {
        writer.write([Self.tag, 1, invoke.rawValue, result.rawValue])
    }
}
