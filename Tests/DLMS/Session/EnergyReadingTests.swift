import Testing
import Values

@testable import DLMS

@Suite("Energy readings")
struct EnergyReadingTests {
    private let register = EnergyRegisters.all[0]

    private func read(
        _ raw: CosemData, scaler: Int8 = 0, unit: CosemUnit = .wattHour
    ) -> Result<EnergyReading.Value, ObjectFailure> {
        EnergyReading.value(raw, scale: ScalerUnit(scaler: scaler, unit: unit), of: register)
    }

    private func number(_ text: String) throws -> EnergyReading.Value {
        .number(try #require(Decimal(text)))
    }

    @Test("are exact, whatever the scale")
    func exact() throws {
        #expect(try read(.doubleLongUnsigned(1_334_567)).get() == number("1334.567"))
        #expect(try read(.doubleLongUnsigned(3_724_100)).get() == number("3724.1"))
        #expect(try read(.doubleLongUnsigned(41_800), scaler: -1).get() == number("4.18"))
        #expect(try read(.longUnsigned(5), scaler: 3).get() == number("5"))
        #expect(try read(.long64Unsigned(1 << 40)).get() == number("1099511627.776"))
        #expect(try read(.doubleLong(-1)).get() == number("-0.001"))
        // The shortest decimal that reads back as the same single: not 41.79999924.
        #expect(try read(.float32((41.8 as Float).bitPattern)).get() == number("0.0418"))
        #expect(try read(.float64((41.8 as Double).bitPattern)).get() == number("0.0418"))
    }

    @Test(
        "are absent where the meter has none",
        arguments: [
            CosemData.null, .dontCare, .doubleLongUnsigned(.max), .long64Unsigned(.max),
            .float32(Float.nan.bitPattern), .float64(Double.infinity.bitPattern),
        ])
    func absent(raw: CosemData) throws {
        #expect(try read(raw).get() == .absent)
    }

    @Test("of another unit or no number at all are refused")
    func refused() {
        #expect(throws: ObjectFailure.self) { try read(.unsigned(1), unit: .watt).get() }
        #expect(throws: ObjectFailure.self) { try read(.unsigned(1), unit: .reactiveHour).get() }
        #expect(throws: ObjectFailure.self) { try read(.octetString([1])).get() }
        #expect(throws: ObjectFailure.self) { try read(.array([])).get() }
    }

    @Test("that do not fit are refused, never wrapped")
    func tooLarge() {
        for (raw, scaler) in [(CosemData.long64Unsigned(.max - 1), 0), (.unsigned(1), Int8.min)] {
            guard case .failure(let failure) = read(raw, scaler: scaler) else {
                Issue.record("\(raw) with \(scaler) was taken")
                continue
            }
            #expect(failure.code == .decode)
        }
    }
}

@Suite("Object tables")
struct ObjectTableTests {
    @Test("name each object once, with its own tag")
    func unique() {
        for map in ProtocolMap.all {
            #expect(Set(map.energies.map(\.name)).count == map.energies.count)
            #expect(Set(map.energies.map { "\($0.quantity) \($0.tag)" }).count == 36)
            #expect(Set(map.information.map(\.name)).count == map.information.count)
            #expect(Set(map.information.map(\.type)).count == map.information.count)
            for profile in map.profiles {
                #expect(Set(profile.columns).count == profile.columns.count)
                #expect(profile.columns.first == ClockObject.time)
            }
        }
        #expect(Set(ProtocolMap.all.map(\.symbol)).count == ProtocolMap.all.count)
    }

    @Test("put quantity, tariff and unit where the logical name says")
    func groups() {
        let groups: [UInt8: (String, QuantityUnit)] = [
            1: ("A+", .activeEnergy), 2: ("A-", .activeEnergy), 3: ("R+", .reactiveEnergy),
            4: ("R-", .reactiveEnergy),
        ]
        for register in EnergyRegisters.all {
            #expect(register.name.d == 8)
            #expect(register.quantity == groups[register.name.c]?.0)
            #expect(register.unit == groups[register.name.c]?.1)
            #expect(register.tag == (register.tariff == 0 ? "TOTAL" : "T\(register.tariff)"))
            #expect(register.presence == (register.tariff > 4 ? .optional : .mandatory))
        }
    }

    @Test("cover every mandatory energy in the day profile of three phases")
    func columns() {
        let columns = Set(ProfileObjects.threePhaseDay.columns)
        for register in EnergyRegisters.all where register.presence == .mandatory {
            #expect(columns.contains(register.value), "\(register.name)")
        }
    }

    @Test("are found by symbol, or by the device's type")
    func find() {
        #expect(
            ProtocolMap.find(symbol: "PROTO_MAP_SPODES_CE208_V12", deviceType: "DT_X")?.model
                == "CE208")
        #expect(ProtocolMap.find(symbol: "", deviceType: "DT_CE308")?.phases == .three)
        #expect(ProtocolMap.find(symbol: "PROTO_MAP_X", deviceType: "DT_CE308") == nil)
        #expect(ProtocolMap.find(symbol: "", deviceType: "DT_X") == nil)
    }
}
