import Wire

/// The name of an object in a meter: six groups, A-B:C.D.E*F.
///
/// Source: IEC 62056-61; written with dots, as GOST R 58940-2020 does.
struct ObisCode: Hashable, Sendable {
    let a: UInt8
    let b: UInt8
    let c: UInt8
    let d: UInt8
    let e: UInt8
    let f: UInt8

    /// Makes a code from its groups.
    init(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, _ e: UInt8, _ f: UInt8 = 255) {
        (self.a, self.b, self.c, self.d, self.e, self.f) = (a, b, c, d, e, f)
    }

    /// Makes a code from its six bytes, or returns nil when there are not six.
    init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 6 else { return nil }
        let parts = Array(bytes)
        self.init(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5])
    }

    /// Reads a code such as `1.0.1.8.0.255`.
    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { UInt8($0) }
        guard numbers.count == 6, parts.count == 6 else { return nil }
        self.init(bytes: numbers)
    }

    init(decoding reader: inout ByteReader) throws(WireError) {
        let bytes = try reader.readArray(6, "logical name")
        (a, b, c, d, e, f) = (bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5])
    }

    var bytes: [UInt8] { [a, b, c, d, e, f] }
}

extension ObisCode: CustomStringConvertible {
    var description: String { "\(a).\(b).\(c).\(d).\(e).\(f)" }
}

/// The interface classes that SPODES meters use and this driver knows.
///
/// Source: IEC 62056-62; the numbers are those of GOST R 58940-2020, appendix Г.
enum InterfaceClass {
    static let data: UInt16 = 1
    static let register: UInt16 = 3
    static let extendedRegister: UInt16 = 4
    static let profileGeneric: UInt16 = 7
    static let clock: UInt16 = 8
    static let association: UInt16 = 15
}

/// One attribute or method of one object.
struct CosemReference: Hashable, Sendable, CustomStringConvertible {
    var classID: UInt16
    var instance: ObisCode
    /// The number of the attribute or method; attribute 1 is the logical name.
    var member: UInt8

    init(_ classID: UInt16, _ instance: ObisCode, _ member: UInt8) {
        self.classID = classID
        self.instance = instance
        self.member = member
    }

    init(decoding reader: inout ByteReader) throws(WireError) {
        classID = try reader.read(UInt16.self, "class id")
        instance = try ObisCode(decoding: &reader)
        member = try reader.read(UInt8.self, "attribute or method")
    }

    func encode(into writer: inout ByteWriter) {
        writer.write(classID)
        writer.write(instance.bytes)
        writer.write(member)
    }

    /// The reference as people write it: class, logical name, attribute: `3:1.0.1.8.0.255:2`.
    var description: String { "\(classID):\(instance):\(member)" }
}
