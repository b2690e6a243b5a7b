/// The objects of one type of meter with one line of firmware: what the driver reads and the
/// simulator has.
struct ProtocolMap: Hashable, Sendable {
    enum Phases: Hashable, Sendable {
        case single
        case three
    }

    /// The symbol in the manifest, such as `PROTO_MAP_SPODES_CE307_V10`.
    let symbol: String
    /// The type of device, such as `DT_CE307`.
    let deviceType: String
    /// The device library of imports, such as `DL_CE_307`.
    let deviceLib: String
    /// What the meter calls itself.
    let model: String
    let phases: Phases
    let energies: [EnergyRegister]
    let information: [InformationObject]
    let profiles: [ProfileObject]

    private init(
        _ symbol: String, _ deviceType: String, _ deviceLib: String, _ model: String,
        _ phases: Phases
    ) {
        self.symbol = symbol
        self.deviceType = deviceType
        self.deviceLib = deviceLib
        self.model = model
        self.phases = phases
        energies = EnergyRegisters.all
        information = InformationObjects.all
        profiles = [
            phases == .single ? ProfileObjects.singlePhaseDay : ProfileObjects.threePhaseDay
        ]
    }

    // Source: device types and maps of the head-end's import format. What differs between the lines
    // of firmware 10.x and 12.x is not published, so their tables are equal until a meter says
    // otherwise. swift-format-ignore
    static let all: [ProtocolMap] = [
        //    map                           device type  library      model    phases
        .init("PROTO_MAP_SPODES_CE207_V10", "DT_CE207", "DL_CE_207", "CE207", .single),
        .init("PROTO_MAP_SPODES_CE207_V12", "DT_CE207", "DL_CE_207", "CE207", .single),
        .init("PROTO_MAP_SPODES_CE208_V10", "DT_CE208", "DL_CE_208", "CE208", .single),
        .init("PROTO_MAP_SPODES_CE208_V12", "DT_CE208", "DL_CE_208", "CE208", .single),
        .init("PROTO_MAP_SPODES_CE307_V10", "DT_CE307", "DL_CE_307", "CE307", .three),
        .init("PROTO_MAP_SPODES_CE307_V12", "DT_CE307", "DL_CE_307", "CE307", .three),
        .init("PROTO_MAP_SPODES_CE308_V10", "DT_CE308", "DL_CE_308", "CE308", .three),
        .init("PROTO_MAP_SPODES_CE308_V12", "DT_CE308", "DL_CE_308", "CE308", .three),
    ]

    /// Finds the map of a commline; where it names none, the first one of the device's type.
    static func find(symbol: String, deviceType: String) -> ProtocolMap? {
        all.first { symbol.isEmpty ? $0.deviceType == deviceType : $0.symbol == symbol }
    }

    /// Finds the energy register that a column of a profile or an object's name stands for.
    func energy(_ reference: CosemReference) -> EnergyRegister? {
        energies.first { $0.value == reference }
    }
}
