import DriverKit
import Values

/// Reads the energies as they stand now: archive `CURRENT`.
struct CurrentReader {
    static let archive = "CURRENT"
    private static let firstOptionalTariff = 5

    let meter: Meter

    /// Serves items that ask for current energies.
    func serve(_ items: [Item]) async throws(DriverFailure) {
        try await meter.prepare(items.flatMap(likely))
        for item in items { try await serve(item) }
    }

    /// The registers that an item asks for, and the tags that no meter of the type has.
    private func wanted(_ item: Item) -> (registers: [EnergyRegister], unknown: [String]) {
        let ofQuantity = meter.map.energies.filter {
            item.quantities.isEmpty || item.quantities.contains($0.quantity)
        }
        guard !item.tags.isEmpty else { return (ofQuantity, []) }
        let tags = Set(ofQuantity.map(\.tag))
        return (
            ofQuantity.filter { item.tags.contains($0.tag) },
            item.tags.filter { !tags.contains($0) }
        )
    }

    /// What is worth asking for at once: of tariffs that few meters have, only whether there is a
    /// first one, unless they are asked for by name.
    private func likely(_ item: Item) -> [CosemReference] {
        wanted(item).registers.flatMap { register -> [CosemReference] in
            if !item.tags.isEmpty || register.presence == .mandatory {
                return [register.value, register.scaler]
            }
            return register.tariff == Self.firstOptionalTariff ? [register.value] : []
        }
    }

    private func serve(_ item: Item) async throws(DriverFailure) {
        let (registers, unknown) = wanted(item)
        var missing = unknown
        var failure: ObjectFailure?
        var exhausted: Set<String> = []
        for register in registers where !exhausted.contains(register.quantity) {
            switch try await read(register) {
            case .success(let value):
                try await emit(value, of: register, for: item)
            case .failure(let reason) where reason.isUndefined:
                // Tariffs are numbered without gaps: without being asked for one by name, the
                // search ends at the first that the meter does not have.
                if item.tags.isEmpty, register.tariff > 0 {
                    exhausted.insert(register.quantity)
                } else {
                    missing.append(register.tag)
                }
            case .failure(let reason):
                failure = failure ?? reason
            }
        }
        if let failure { return try meter.finish(item, failure) }
        if registers.isEmpty, unknown.isEmpty { missing = item.quantities }
        try meter.finish(
            item, lacking: missing,
            of: ([Self.archive] + item.quantities).joined(separator: " "))
    }

    /// Reads value and scaler of a register.
    private func read(
        _ register: EnergyRegister
    ) async throws(DriverFailure) -> Result<EnergyReading.Value, ObjectFailure> {
        let raw: CosemData
        switch try await meter.value(of: register.value) {
        case .success(let data): raw = data
        case .failure(let failure): return .failure(failure)
        }
        switch try await meter.value(of: register.scaler) {
        case .failure(let failure): return .failure(failure)
        case .success(let data):
            guard let scale = ScalerUnit(data) else {
                return .failure(ObjectFailure(.valueNoScaler, [:], of: register.scaler))
            }
            return EnergyReading.value(raw, scale: scale, of: register)
        }
    }

    private func emit(
        _ value: EnergyReading.Value, of register: EnergyRegister, for item: Item
    ) async throws(DriverFailure) {
        try await meter.emit(
            .measurement(
                archive: Self.archive, quantity: register.quantity, tag: register.tag,
                value: value.stored, status: value.status, time: nil, item: item.number))
    }
}

extension EnergyReading.Value {
    /// The value as a record has it.
    var stored: Values.Value? {
        switch self {
        case .number(let number): .decimal(number)
        case .absent: nil
        }
    }

    /// What is known about the value.
    var status: Status { self == .absent ? .absent : .valid }
}
