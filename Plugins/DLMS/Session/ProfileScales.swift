import DriverKit

/// Scaler and unit of a profile's columns.
///
/// They come from its scale profile where the meter has one, else from the registers: a profile may
/// count in other units than the registers do. Source: GOST R 58940-2020, 13 and Б.2.
struct ProfileScales {
    private let meter: Meter
    private var known: [CosemReference: ScalerUnit] = [:]

    /// Reads the scale profile, if there is one, and what of the registers it does not tell.
    init(
        meter: Meter, profile: ProfileObject, registers: [EnergyRegister]
    ) async throws(DriverFailure) {
        self.meter = meter
        try await readProfile(profile)
        try await meter.prepare(registers.map(\.scaler).filter { known[$0] == nil })
    }

    private mutating func readProfile(_ profile: ProfileObject) async throws(DriverFailure) {
        guard
            case .success(let data) = try await meter.value(of: profile.scaleCaptureObjects),
            let columns = ProfileTable.columns(data), !columns.isEmpty,
            case .success(let buffer) = try await meter.value(of: profile.scaleBuffer),
            let row = buffer.elements?.first?.elements, row.count == columns.count
        else { return }
        for (column, value) in zip(columns, row) {
            // Some lists name the value (attribute 2) where the row holds its scale (attribute 3).
            var scaler = column.reference
            scaler.member = 3
            known[scaler] = ScalerUnit(value)
        }
    }

    /// The scale of a register's column.
    func scale(
        of register: EnergyRegister
    ) async throws(DriverFailure) -> Result<ScalerUnit, ObjectFailure> {
        if let scale = known[register.scaler] { return .success(scale) }
        switch try await meter.value(of: register.scaler) {
        case .failure(let failure): return .failure(failure)
        case .success(let data):
            guard let scale = ScalerUnit(data) else {
                return .failure(ObjectFailure(.valueNoScaler, [:], of: register.scaler))
            }
            return .success(scale)
        }
    }
}
