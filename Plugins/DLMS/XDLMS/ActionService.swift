import Wire

/// A request to call a method.
///
/// Source: IEC 62056-53, 9.5, action-request; only the normal form.
struct ActionRequest: Hashable, Sendable {
    static let tag: UInt8 = 0xC3

    var invoke: InvokeID
    var method: CosemReference
    var parameter: CosemData?

    init(_ invoke: InvokeID, _ method: CosemReference, _ parameter: CosemData?) {
        self.invoke = invoke
        self.method = method
        self.parameter = parameter
    }

    init(decoding reader: inout ByteReader) throws(WireError) {
        try reader.expect(Self.tag, "action-request")
        try reader.expect(UInt8(1), "action-request choice")
        invoke = InvokeID(rawValue: try reader.read(UInt8.self, "invoke-id-and-priority"))
        method = try CosemReference(decoding: &reader)
        if try reader.readOptional("method-invocation-parameters") {
            parameter = try CosemData(decoding: &reader)
        }
        try reader.finish("action-request")
    }

    func encode(into writer: inout ByteWriter) {
        writer.write([Self.tag, 1, invoke.rawValue])
        method.encode(into: &writer)
        guard let parameter else { return writer.write(UInt8(0)) }
        writer.write(UInt8(1))
        parameter.encode(into: &writer)
    }
}

/// The answer to an ``ActionRequest``.
struct ActionResponse: Hashable, Sendable {
    static let tag: UInt8 = 0xC7

    var invoke: InvokeID
    /// 0 means that the method was carried out; the other numbers are those of
    /// ``DataAccessResult``.
    var result: DataAccessResult
    var returned: DataResult?

    init(_ invoke: InvokeID, _ result: DataAccessResult, returned: DataResult? = nil) {
        self.invoke = invoke
        self.result = result
        self.returned = returned
    }

    init(decoding reader: inout ByteReader) throws(WireError) {
        try reader.expect(Self.tag, "action-response")
        try reader.expect(UInt8(1), "action-response choice")
        invoke = InvokeID(rawValue: try reader.read(UInt8.self, "invoke-id-and-priority"))
        result = .init(rawValue: try reader.read(UInt8.self, "action-result"))
        if try reader.readOptional("return-parameters") {
            returned = try DataResult(decoding: &reader)
        }
        try reader.finish("action-response")
    }

    func encode(into writer: inout ByteWriter) {
        writer.write([Self.tag, 1, invoke.rawValue, result.rawValue])
        guard let returned else { return writer.write(UInt8(0)) }
        writer.write(UInt8(1))
        returned.encode(into: &writer)
    }
}
