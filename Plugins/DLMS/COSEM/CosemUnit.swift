/// The unit of a register and the power of ten to which its raw value counts.
///
/// Source: IEC 62056-62, 4.3.2 (scal_unit_type) and table 4 (units).
struct ScalerUnit: Hashable, Sendable {
    var scaler: Int8
    var unit: CosemUnit

    init(scaler: Int8, unit: CosemUnit) {
        self.scaler = scaler
        self.unit = unit
    }

    /// Reads `structure {integer scaler, enum unit}`.
    init?(_ data: CosemData) {
        guard case .structure(let fields) = data, fields.count == 2,
            let scaler = fields[0].integer.flatMap({ Int8(exactly: $0) }),
            let unit = fields[1].integer.flatMap({ UInt8(exactly: $0) })
        else { return nil }
        self.init(scaler: scaler, unit: CosemUnit(rawValue: unit))
    }

    var data: CosemData {
        .structure([.integer(scaler), .enumeration(unit.rawValue)])
    }
}

/// A physical unit; numbers that are not here are kept as they came.
struct CosemUnit: RawRepresentable, Hashable, Sendable {
    let rawValue: UInt8

    static let minute = CosemUnit(rawValue: 6)
    static let second = CosemUnit(rawValue: 7)
    static let degree = CosemUnit(rawValue: 8)
    static let celsius = CosemUnit(rawValue: 9)
    static let watt = CosemUnit(rawValue: 27)
    static let voltAmpere = CosemUnit(rawValue: 28)
    static let voltAmpereReactive = CosemUnit(rawValue: 29)
    static let wattHour = CosemUnit(rawValue: 30)
    static let voltAmpereHour = CosemUnit(rawValue: 31)
    static let reactiveHour = CosemUnit(rawValue: 32)
    static let ampere = CosemUnit(rawValue: 33)
    static let volt = CosemUnit(rawValue: 35)
    static let hertz = CosemUnit(rawValue: 44)
    static let percent = CosemUnit(rawValue: 56)
    static let none = CosemUnit(rawValue: 255)

    /// The unit for people.
    var name: String { Self.names[rawValue] ?? "unit \(rawValue)" }

    private static let names: [UInt8: String] = [
        6: "min", 7: "s", 8: "°", 9: "°C", 27: "W", 28: "VA", 29: "var", 30: "Wh", 31: "VAh",
        32: "varh", 33: "A", 35: "V", 44: "Hz", 48: "V²h", 49: "A²h", 56: "%", 255: "-",
    ]
}
