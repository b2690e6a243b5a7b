/// A profile of interval values, and the archive of the host that it fills.
struct ProfileObject: Hashable, Sendable {
    let name: ObisCode
    /// The profile that holds scaler and unit of each column, where a meter has it: one row.
    let scale: ObisCode
    let archive: String
    /// The columns that the standard lists, in its order.
    ///
    /// A driver never relies on it: it reads what the meter captures.
    let columns: [CosemReference]

    /// The rows, attribute 2.
    var buffer: CosemReference { CosemReference(InterfaceClass.profileGeneric, name, 2) }
    /// What each column is, attribute 3.
    var captureObjects: CosemReference { CosemReference(InterfaceClass.profileGeneric, name, 3) }
    /// How many rows there are, attribute 7.
    var entriesInUse: CosemReference { CosemReference(InterfaceClass.profileGeneric, name, 7) }
    /// The row of scalers.
    var scaleBuffer: CosemReference { CosemReference(InterfaceClass.profileGeneric, scale, 2) }
    /// What each column of the row of scalers is.
    var scaleCaptureObjects: CosemReference {
        CosemReference(InterfaceClass.profileGeneric, scale, 3)
    }
}

/// The profiles of SPODES.
enum ProfileObjects {
    private static func register(_ c: UInt8, _ d: UInt8, _ e: UInt8) -> CosemReference {
        CosemReference(InterfaceClass.register, ObisCode(1, 0, c, d, e), 2)
    }

    private static let operatingTime = CosemReference(
        InterfaceClass.register, ObisCode(0, 0, 96, 8, 0), 2)

    /// What both kinds of meters capture first: time, tariffs of A+, then the totals.
    private static let dayBeginning: [CosemReference] =
        [ClockObject.time] + (1...4).map { register(1, 8, $0) }
        + [register(1, 8, 0), register(2, 8, 0), register(3, 8, 0), register(4, 8, 0)]

    // Source: GOST R 58940-2020, table В.3, without most of the optional columns.
    /// The end of each day in a meter with one phase.
    static let singlePhaseDay = ProfileObject(
        name: ObisCode(1, 0, 98, 2, 0), scale: ObisCode(1, 0, 94, 7, 2), archive: "END_OF_DAY",
        columns: dayBeginning + [operatingTime] + (1...4).map { register(2, 8, $0) })

    // Source: GOST R 58940-2020, table Б.3, without most of the optional columns.
    /// The end of each day in a meter with three phases.
    static let threePhaseDay = ProfileObject(
        name: ObisCode(1, 0, 98, 2, 0), scale: ObisCode(1, 0, 94, 7, 2), archive: "END_OF_DAY",
        columns: dayBeginning + [operatingTime]
            + (1...4).map { register(2, 8, $0) } + (1...4).map { register(3, 8, $0) }
            + (1...4).map { register(4, 8, $0) })
}
