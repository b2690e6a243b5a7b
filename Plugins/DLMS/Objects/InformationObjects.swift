/// A text or number by which a meter names itself.
struct InformationObject: Hashable, Sendable {
    let name: ObisCode
    /// The type of state in the archive `INFORMATION`.
    let type: String

    init(_ name: ObisCode, _ type: String) {
        self.name = name
        self.type = type
    }

    /// The value, attribute 2 of a data object.
    var value: CosemReference { CosemReference(InterfaceClass.data, name, 2) }
}

/// What a meter tells about itself.
enum InformationObjects {
    // Source: GOST R 58940-2020, appendix Г, passport data.
    // swift-format-ignore
    static let all: [InformationObject] = [
        //    logical name              type of state
        .init(ObisCode(0, 0, 96, 1, 0), "SERIAL_NUMBER"),
        .init(ObisCode(0, 0, 96, 1, 1), "DEVICE_MODEL"),
        .init(ObisCode(0, 0, 96, 1, 2), "FIRMWARE_VERSION"),           // the part under metrology
        .init(ObisCode(0, 0, 96, 1, 8), "FIRMWARE_VERSION_EXTENSION"), // the other part; optional
        .init(ObisCode(0, 0, 96, 1, 3), "MANUFACTURER"),
        .init(ObisCode(0, 0, 96, 1, 6), "SPODES_VERSION"),
    ]
}

/// The clock.
enum ClockObject {
    // Source: GOST R 58940-2020, appendix Г; IEC 62056-62, 4.5.1.
    static let name = ObisCode(0, 0, 1, 0, 0)
    /// The type of state in the archive `TIME`.
    static let stateType = "CLOCK"
    /// Local time, with deviation and status.
    static let time = CosemReference(InterfaceClass.clock, name, 2)
    /// The time zone in minutes, with the maker's sign.
    static let zone = CosemReference(InterfaceClass.clock, name, 3)
}
