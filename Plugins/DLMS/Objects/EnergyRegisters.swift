/// A quantity as the host keeps it, and the unit in which meters count it.
struct QuantityUnit: Hashable, Sendable {
    /// The unit that a register must have.
    let meter: CosemUnit
    /// The power of ten from the meter's unit to the host's.
    let shift: Int
    /// The host's unit as a UCUM code (`var` is not in UCUM; it is written as the industry does).
    let code: String

    /// Meters count watt-hours, people kilowatt-hours.
    static let activeEnergy = QuantityUnit(meter: .wattHour, shift: -3, code: "kW.h")
    static let reactiveEnergy = QuantityUnit(meter: .reactiveHour, shift: -3, code: "kvar.h")
}

/// A register of energy, and what the host calls it.
struct EnergyRegister: Hashable, Sendable {
    /// Whether a meter of SPODES has to have it.
    enum Presence: Hashable, Sendable {
        case mandatory
        case optional
    }

    let name: ObisCode
    let quantity: String
    let tag: String
    let unit: QuantityUnit
    let presence: Presence

    init(
        _ name: ObisCode, _ quantity: String, _ tag: String, _ unit: QuantityUnit,
        _ presence: Presence
    ) {
        self.name = name
        self.quantity = quantity
        self.tag = tag
        self.unit = unit
        self.presence = presence
    }

    /// The value, attribute 2 of a register.
    var value: CosemReference { CosemReference(InterfaceClass.register, name, 2) }
    /// Scaler and unit, attribute 3 of a register.
    var scaler: CosemReference { CosemReference(InterfaceClass.register, name, 3) }
    /// 0 for the total.
    var tariff: Int { Int(name.e) }
}

/// The cumulative energies: import and export, active and reactive, in all and by tariff.
enum EnergyRegisters {
    // Source: GOST R 58940-2020, appendix Г, current values; tariffs 5 to 8 are optional.
    // swift-format-ignore
    static let all: [EnergyRegister] = [
        //    logical name                quantity  tag  unit           presence
        .init(ObisCode(1, 0, 1, 8, 0), "A+", "TOTAL",  .activeEnergy,    .mandatory),
        .init(ObisCode(1, 0, 1, 8, 1), "A+", "T1",     .activeEnergy,    .mandatory),
        .init(ObisCode(1, 0, 1, 8, 2), "A+", "T2",     .activeEnergy,    .mandatory),
        .init(ObisCode(1, 0, 1, 8, 3), "A+", "T3",     .activeEnergy,    .mandatory),
        .init(ObisCode(1, 0, 1, 8, 4), "A+", "T4",     .activeEnergy,    .mandatory),
        .init(ObisCode(1, 0, 1, 8, 5), "A+", "T5",     .activeEnergy,    .optional),
        .init(ObisCode(1, 0, 1, 8, 6), "A+", "T6",     .activeEnergy,    .optional),
        .init(ObisCode(1, 0, 1, 8, 7), "A+", "T7",     .activeEnergy,    .optional),
        .init(ObisCode(1, 0, 1, 8, 8), "A+", "T8",     .activeEnergy,    .optional),
        .init(ObisCode(1, 0, 2, 8, 0), "A-", "TOTAL",  .activeEnergy,    .mandatory),
        .init(ObisCode(1, 0, 2, 8, 1), "A-", "T1",     .activeEnergy,    .mandatory),
        .init(ObisCode(1, 0, 2, 8, 2), "A-", "T2",     .activeEnergy,    .mandatory),
        .init(ObisCode(1, 0, 2, 8, 3), "A-", "T3",     .activeEnergy,    .mandatory),
        .init(ObisCode(1, 0, 2, 8, 4), "A-", "T4",     .activeEnergy,    .mandatory),
        .init(ObisCode(1, 0, 2, 8, 5), "A-", "T5",     .activeEnergy,    .optional),
        .init(ObisCode(1, 0, 2, 8, 6), "A-", "T6",     .activeEnergy,    .optional),
        .init(ObisCode(1, 0, 2, 8, 7), "A-", "T7",     .activeEnergy,    .optional),
        .init(ObisCode(1, 0, 2, 8, 8), "A-", "T8",     .activeEnergy,    .optional),
        .init(ObisCode(1, 0, 3, 8, 0), "R+", "TOTAL",  .reactiveEnergy,  .mandatory),
        .init(ObisCode(1, 0, 3, 8, 1), "R+", "T1",     .reactiveEnergy,  .mandatory),
        .init(ObisCode(1, 0, 3, 8, 2), "R+", "T2",     .reactiveEnergy,  .mandatory),
        .init(ObisCode(1, 0, 3, 8, 3), "R+", "T3",     .reactiveEnergy,  .mandatory),
        .init(ObisCode(1, 0, 3, 8, 4), "R+", "T4",     .reactiveEnergy,  .mandatory),
        .init(ObisCode(1, 0, 3, 8, 5), "R+", "T5",     .reactiveEnergy,  .optional),
        .init(ObisCode(1, 0, 3, 8, 6), "R+", "T6",     .reactiveEnergy,  .optional),
        .init(ObisCode(1, 0, 3, 8, 7), "R+", "T7",     .reactiveEnergy,  .optional),
        .init(ObisCode(1, 0, 3, 8, 8), "R+", "T8",     .reactiveEnergy,  .optional),
        .init(ObisCode(1, 0, 4, 8, 0), "R-", "TOTAL",  .reactiveEnergy,  .mandatory),
        .init(ObisCode(1, 0, 4, 8, 1), "R-", "T1",     .reactiveEnergy,  .mandatory),
        .init(ObisCode(1, 0, 4, 8, 2), "R-", "T2",     .reactiveEnergy,  .mandatory),
        .init(ObisCode(1, 0, 4, 8, 3), "R-", "T3",     .reactiveEnergy,  .mandatory),
        .init(ObisCode(1, 0, 4, 8, 4), "R-", "T4",     .reactiveEnergy,  .mandatory),
        .init(ObisCode(1, 0, 4, 8, 5), "R-", "T5",     .reactiveEnergy,  .optional),
        .init(ObisCode(1, 0, 4, 8, 6), "R-", "T6",     .reactiveEnergy,  .optional),
        .init(ObisCode(1, 0, 4, 8, 7), "R-", "T7",     .reactiveEnergy,  .optional),
        .init(ObisCode(1, 0, 4, 8, 8), "R-", "T8",     .reactiveEnergy,  .optional),
    ]
}
