/// What a simulated meter has counted: a function of its serial number and the time alone, so that
/// any row of any profile can be told at any moment, and a test can know it too.
struct SimulatedEnergy: Sendable {
    private let seed: UInt64
    private let tariffs: Int

    /// The hours of a day in which each tariff counts; the fourth never does.
    private static let hours: [[Range<Int64>]] = [
        [7..<10, 17..<21], [0..<7, 23..<24], [10..<17, 21..<23], [],
    ]
    private static let day: Int64 = 86_400

    /// Makes the energies of the meter with this serial number.
    init(serialNumber: String, seed: UInt64 = 0, tariffs: Int) {
        self.seed = serialNumber.utf8.reduce(seed &+ 0xCBF2_9CE4_8422_2325) { hash, byte in
            // FNV-1a: wrapping is the algorithm.
            (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
        }
        self.tariffs = tariffs
    }

    /// Watt-hours or var-hours counted when the wall clock shows `localSeconds` since 1970; the
    /// tariff 0 is the total.
    func count(_ group: UInt8, tariff: Int, at localSeconds: Int64) -> Int64 {
        guard tariff > 0 else {
            return (1...max(1, tariffs)).reduce(0) { sum, tariff in
                sum + count(group, tariff: tariff, at: localSeconds)
            }
        }
        let own = mixed(UInt64(group) << 8 | UInt64(tariff))
        let power = Int64(100 + mixed(UInt64(group)) % 900) / (group.isMultiple(of: 2) ? 20 : 1)
        return Int64(own % 2_000_000) + power * seconds(of: tariff, until: localSeconds) / 3600
    }

    /// How long a tariff has counted since 2024 began.
    private func seconds(of tariff: Int, until localSeconds: Int64) -> Int64 {
        let begin: Int64 = 1_704_067_200
        let elapsed = max(0, localSeconds - begin)
        let (days, rest) = elapsed.quotientAndRemainder(dividingBy: Self.day)
        return Self.hours[(tariff - 1) % Self.hours.count].reduce(0) { sum, hours in
            let start = hours.lowerBound * 3600
            let end = hours.upperBound * 3600
            return sum + days * (end - start) + min(max(0, rest - start), end - start)
        }
    }

    private func mixed(_ number: UInt64) -> UInt64 {
        // SplitMix64's last step: wrapping is the algorithm.
        var value = seed &+ number &* 0x9E37_79B9_7F4A_7C15
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
