import Wire

/// A part of an attribute: rows of a profile by time or by number.
///
/// Source: IEC 62056-62, 4.3.6 (profile generic); GOST R 58940-2020, 13.4.
struct SelectiveAccess: Hashable, Sendable {
    var selector: UInt8
    var parameters: CosemData

    static let rangeSelector: UInt8 = 1
    static let entrySelector: UInt8 = 2

    init(selector: UInt8, parameters: CosemData) {
        self.selector = selector
        self.parameters = parameters
    }

    /// Selects the rows whose clock lies from `first` to `last`, both included, and of these the
    /// named columns; naming none means all.
    static func range(
        by clock: CaptureObject, from first: CosemDateTime, to last: CosemDateTime,
        columns: [CaptureObject] = []
    ) -> SelectiveAccess {
        SelectiveAccess(
            selector: rangeSelector,
            parameters: .structure([
                clock.data, .octetString(first.bytes), .octetString(last.bytes),
                .array(columns.map(\.data)),
            ]))
    }

    /// Selects rows by number, one-based, both ends included; 0 as the last one means the end.
    static func entries(
        from first: UInt32, to last: UInt32, firstColumn: UInt16 = 1, lastColumn: UInt16 = 0
    ) -> SelectiveAccess {
        SelectiveAccess(
            selector: entrySelector,
            parameters: .structure([
                .doubleLongUnsigned(first), .doubleLongUnsigned(last), .longUnsigned(firstColumn),
                .longUnsigned(lastColumn),
            ]))
    }
}

/// One column of a profile: an attribute of an object, or an element of it.
///
/// Source: IEC 62056-62, 4.3.6, capture_object_definition.
struct CaptureObject: Hashable, Sendable {
    var reference: CosemReference
    /// 0 for the whole attribute, or the number of an element in it.
    var dataIndex: UInt16 = 0

    init(_ reference: CosemReference, dataIndex: UInt16 = 0) {
        self.reference = reference
        self.dataIndex = dataIndex
    }

    /// Reads a column from `structure {class id, logical name, attribute index, data index}`.
    init?(_ data: CosemData) {
        guard case .structure(let fields) = data, fields.count == 4,
            let classID = fields[0].integer.flatMap({ UInt16(exactly: $0) }),
            let name = fields[1].bytes.flatMap({ ObisCode(bytes: $0) }),
            let attribute = fields[2].integer.flatMap({ UInt8(exactly: $0) }),
            let index = fields[3].integer.flatMap({ UInt16(exactly: $0) })
        else { return nil }
        reference = CosemReference(classID, name, attribute)
        dataIndex = index
    }

    var data: CosemData {
        .structure([
            .longUnsigned(reference.classID), .octetString(reference.instance.bytes),
            .integer(Int8(clamping: reference.member)), .longUnsigned(dataIndex),
        ])
    }

    /// The clock's time, by which profiles are sorted.
    static let clock = CaptureObject(
        CosemReference(InterfaceClass.clock, ObisCode(0, 0, 1, 0, 0), 2))
}

/// What a GET asks for.
struct AttributeSelection: Hashable, Sendable {
    var reference: CosemReference
    var part: SelectiveAccess?

    init(_ reference: CosemReference, part: SelectiveAccess? = nil) {
        self.reference = reference
        self.part = part
    }

    init(decoding reader: inout ByteReader) throws(WireError) {
        reference = try CosemReference(decoding: &reader)
        guard try reader.readOptional("access-selection") else { return }
        let selector = try reader.read(UInt8.self, "access selector")
        part = SelectiveAccess(
            selector: selector, parameters: try CosemData(decoding: &reader))
    }

    func encode(into writer: inout ByteWriter) {
        reference.encode(into: &writer)
        guard let part else { return writer.write(UInt8(0)) }
        writer.write(UInt8(1))
        writer.write(part.selector)
        part.parameters.encode(into: &writer)
    }
}
