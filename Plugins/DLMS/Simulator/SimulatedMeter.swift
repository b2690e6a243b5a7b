import DriverKit
import Values

/// The objects of a simulated meter: those of the driver's own tables, with values.
struct SimulatedMeter: Sendable {
    /// Who asks, as far as rights go.
    enum Client: Hashable, Sendable {
        /// May read the clock and the name of the device.
        case publicClient
        case reader
        case configurator
    }

    static let deviceName = ObisCode(0, 0, 42, 0, 0)
    private static let operatingTime = ObisCode(0, 0, 96, 8, 0)
    private static let firmware = "10.84"
    private static let manufacturer = "Energomera"

    let map: ProtocolMap
    let serialNumber: String
    let options: MeterOptions
    let zone: DeviceClock
    let energy: SimulatedEnergy

    init(
        map: ProtocolMap, serialNumber: String, seed: UInt64 = 0, options: MeterOptions,
        zone: DeviceClock
    ) {
        self.map = map
        self.serialNumber = serialNumber
        self.options = options
        self.zone = zone
        energy = SimulatedEnergy(
            serialNumber: serialNumber, seed: seed, tariffs: options.tariffs)
    }

    // MARK: - Time

    /// What the meter's clock shows at an instant.
    func wall(at milliseconds: Int64) -> CivilTime {
        zone.civil(atUTC: milliseconds + Int64(options.clockError / .milliseconds(1)))
    }

    /// A stamp of the meter's clock.
    func stamp(_ wall: CivilTime) -> CosemDateTime {
        let offset = zone.timestamp(wall).offsetMinutes
        let deviation: Int?
        switch options.deviation {
        case .blueBook: deviation = -offset
        case .gost: deviation = offset
        case .none: deviation = nil
        }
        return CosemDateTime(clock: wall, deviation: deviation.map { Int16(clamping: $0) })
    }

    // MARK: - Reading

    /// Reads an attribute at a moment, in milliseconds UTC.
    func read(
        _ selection: AttributeSelection, as client: Client, at now: Int64
    ) -> DataResult {
        let object = selection.reference
        guard client != .publicClient || isPublic(object.instance) else {
            return .failure(.readWriteDenied)
        }
        guard selection.part == nil || object.classID == InterfaceClass.profileGeneric else {
            return .failure(.typeUnmatched)
        }
        switch object.classID {
        case InterfaceClass.clock: return clock(object, now)
        case InterfaceClass.data: return information(object)
        case InterfaceClass.register: return register(object, now)
        case InterfaceClass.profileGeneric: return profile(selection, now)
        default: return .failure(.objectUndefined)
        }
    }

    private func isPublic(_ name: ObisCode) -> Bool {
        name == ClockObject.name || name == Self.deviceName
    }

    private func clock(_ object: CosemReference, _ now: Int64) -> DataResult {
        guard object.instance == ClockObject.name else { return .failure(.objectUndefined) }
        let stamp = stamp(wall(at: now))
        switch object.member {
        case 1: return .data(.octetString(object.instance.bytes))
        case 2: return .data(.octetString(stamp.bytes))
        case 3: return .data(.long(Int16(clamping: stamp.deviation ?? -0x8000)))
        default: return .failure(.objectUndefined)
        }
    }

    private func information(_ object: CosemReference) -> DataResult {
        let text: String
        if object.instance == Self.deviceName {
            text =
                "EMR" + String(repeating: "0", count: 13 - min(13, serialNumber.utf8.count))
                + serialNumber.suffix(13)
        } else {
            guard let known = map.information.first(where: { $0.name == object.instance }) else {
                return .failure(.objectUndefined)
            }
            switch known.type {
            case "SERIAL_NUMBER": text = serialNumber
            case "DEVICE_MODEL": text = map.model
            case "FIRMWARE_VERSION": text = Self.firmware
            case "MANUFACTURER": text = Self.manufacturer
            case "SPODES_VERSION": text = "03.00"
            default: return .failure(.objectUndefined)
            }
        }
        switch object.member {
        case 1: return .data(.octetString(object.instance.bytes))
        case 2: return .data(.octetString(Array(text.utf8)))
        default: return .failure(.objectUndefined)
        }
    }

    private func register(_ object: CosemReference, _ now: Int64) -> DataResult {
        let value = CosemReference(object.classID, object.instance, 2)
        let isTime = object.instance == Self.operatingTime
        guard isTime || map.energy(value).map(has) == true else {
            return .failure(.objectUndefined)
        }
        switch object.member {
        case 1: return .data(.octetString(object.instance.bytes))
        case 2: return .data(self.value(of: value, at: wall(at: now), scaler: options.scaler))
        case 3: return .data(scale(of: value, scaler: options.scaler).data)
        default: return .failure(.objectUndefined)
        }
    }

    // MARK: - Values

    /// Whether the meter has a register of energy.
    func has(_ register: EnergyRegister) -> Bool {
        register.tariff <= options.tariffs
    }

    /// The value of a register or a column when the wall clock shows a time.
    func value(of object: CosemReference, at wall: CivilTime, scaler: Int8) -> CosemData {
        let seconds = wall.toMillisecondsUTC() / 1000
        guard let register = map.energy(object) else {
            // Minutes of operation, counted since 2024 began.
            return .doubleLongUnsigned(UInt32(clamping: (seconds - 1_704_067_200) / 60))
        }
        let count = energy.count(register.name.c, tariff: register.tariff, at: seconds)
        let raw = Self.scaled(count, by: -Int(scaler))
        return UInt32(exactly: raw).map { .doubleLongUnsigned($0) } ?? .long64Unsigned(UInt64(raw))
    }

    /// Scaler and unit of a register or a column.
    func scale(of object: CosemReference, scaler: Int8) -> ScalerUnit {
        guard let register = map.energy(object) else {
            return ScalerUnit(scaler: 0, unit: .minute)
        }
        return ScalerUnit(scaler: scaler, unit: register.unit.meter)
    }

    private static func scaled(_ count: Int64, by power: Int) -> Int64 {
        let factor = (0..<abs(power)).reduce(Int64(1)) { product, _ in product * 10 }
        return power < 0 ? count / factor : count * factor
    }
}
