import JSON
import Values

/// Turns what a meter counts into what the host keeps: exact decimals in the host's unit.
enum EnergyReading {
    /// What a register or a column holds.
    enum Value: Hashable, Sendable {
        case number(Decimal)
        /// The meter has no value here: null-data, or the largest number of its type, or no number
        /// at all.
        case absent
    }

    /// Converts a raw value.
    static func value(
        _ raw: CosemData, scale: ScalerUnit, of register: EnergyRegister
    ) -> Result<Value, ObjectFailure> {
        guard scale.unit == register.unit.meter else {
            return .failure(
                ObjectFailure(
                    .valueUnit,
                    [
                        "unit": .string(scale.unit.name),
                        "expected": .string(register.unit.meter.name),
                    ], of: register.value))
        }
        switch raw {
        case .null, .dontCare, .doubleLongUnsigned(.max), .long64Unsigned(.max):
            return .success(.absent)
        case .float32(let bits):
            return scaled(Decimal(shortest: Float(bitPattern: bits)), scale, register)
        case .float64(let bits):
            return scaled(Decimal(shortest: Double(bitPattern: bits)), scale, register)
        case .long64Unsigned(let count):
            return scaled(Decimal(exactly: count), scale, register, fallback: tooLarge(register))
        default:
            guard let count = raw.integer else {
                return .failure(ObjectFailure(.valueNoNumber, [:], of: register.value))
            }
            return scaled(Decimal(count), scale, register)
        }
    }

    private static func scaled(
        _ number: Decimal?, _ scale: ScalerUnit, _ register: EnergyRegister,
        fallback: ObjectFailure? = nil
    ) -> Result<Value, ObjectFailure> {
        guard let number else { return fallback.map { .failure($0) } ?? .success(.absent) }
        do throws(ArithmeticError) {
            let power = Int(scale.scaler) + register.unit.shift
            return .success(.number(try number.scaled(byPowerOfTen: power)))
        } catch {
            return .failure(tooLarge(register))
        }
    }

    private static func tooLarge(_ register: EnergyRegister) -> ObjectFailure {
        ObjectFailure(.valueTooLarge, [:], of: register.value)
    }
}
