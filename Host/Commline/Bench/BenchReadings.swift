import Store
import Values

/// What the meters of a bench say: the same rows as Tests/Bench/store/raw_insert.c writes.
struct BenchReadings: Sendable {
    let meters: Int
    let quantities: Int
    let slots: Int

    /// 1 January 2026 UTC: the first day.
    static let start: Int64 = 1_767_225_600_000
    private static let day: Int64 = 86_400_000

    /// The archive that it goes to.
    var archive: String { slots == 1 ? "END_OF_DAY" : "PROFILE_30" }

    /// Rows of one device and day.
    var rowsEach: Int { quantities * slots }

    /// Another order of the devices each day.
    func meter(at place: Int, day: Int) -> Int {
        (place * 7_919 + day * 31) % meters
    }

    /// What a device says of a day.
    ///
    /// `place` is the device's place in the day's order, which tells when it was asked; `registers` go on.
    func records(
        meter: Int, day: Int, place: Int, registers: inout [Int64]
    ) -> [MeasurementRecord] {
        let begin = Self.start + Int64(day) * Self.day
        let received = Timestamp(
            milliseconds: begin + Self.day + 1_800_000 + Int64(place) * 17, offsetMinutes: 180)
        var records: [MeasurementRecord] = []
        records.reserveCapacity(rowsEach)
        for slot in 0..<slots {
            let end = begin + Int64(slot + 1) * (Self.day / Int64(slots))
            let time = Timestamp(milliseconds: end, offsetMinutes: 180)
            for quantity in 0..<quantities {
                registers[quantity] += Int64(
                    Self.step(meter: meter, day: day, slot: slot, quantity: quantity))
                records.append(
                    MeasurementRecord(
                        archive: archive, quantity: Self.names[quantity % 4],
                        tag: quantities > 4 ? Self.tags[quantity / 4] : "",
                        value: .decimal(Decimal(mantissa: registers[quantity], exponent: -3)),
                        status: .valid, time: time, intervalEnd: end, received: received))
            }
        }
        return records
    }

    private static let names = ["A+", "A-", "R+", "R-"]
    private static let tags = ["TOTAL", "T1", "T2", "T3", "T4"]

    /// The step of a register; wraps around as the same numbers in C do.
    private static func step(meter: Int, day: Int, slot: Int, quantity: Int) -> UInt32 {
        var x = UInt64(meter) &* 0x9E37_79B9_7F4A_7C15
        x ^= UInt64(day) &* 0xBF58_476D_1CE4_E5B9
        x ^= UInt64(slot) &* 0x94D0_49BB_1331_11EB
        x ^= UInt64(quantity) << 57
        x ^= x >> 31
        x = x &* 0xD6E8_FEB8_6659_FD93
        return UInt32(truncatingIfNeeded: x >> 40) % 700
    }
}
