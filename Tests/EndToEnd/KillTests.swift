import JSON
import Testing

/// The host is ended as by a power cut, again and again, at moments that a seed decides.
///
/// `COMMLINE_KILLS` and `COMMLINE_METERS` make it as long as wanted: `make soak` does 50 × 200.
@Suite struct KillTests {
    static let kills = Workplace.number("COMMLINE_KILLS", default: 4)
    static let meters = Workplace.number("COMMLINE_METERS", default: 20)

    @Test func whatWasShownOutlivesTheHostAndNothingIsThereTwice() throws {
        let scratch = try Scratch()
        let simulated = try SimulatedMeters(count: Self.meters, delay: 5, in: scratch)
        let host = try HostUnderTest(in: scratch)
        try host.importing(Configuration(simulated.lines))
        let devices = simulated.lines.indices.map(Configuration.device)
        let order: JSONValue = [["archive": "CURRENT"], ["archive": "END_OF_DAY", "depth": 5]]

        // One undisturbed run tells how long a run takes, and so when there is something to kill.
        let start = ContinuousClock.now
        let whole = try host.read(devices, order)
        let length = start.duration(to: .now)
        #expect(whole.statistic("all") == Self.meters)
        var shown = Set(try host.measurements())
        #expect(!shown.isEmpty)

        var dice = SeededNumbers(seed: 20_250_320)
        for round in 1...Self.kills {
            let run = try host.order(devices: devices, read: order)
            let end = Deadline(length * Double.random(in: 0...1.1, using: &dice))
            var seen: [Reading] = []
            while !end.hasPassed {
                seen = try host.measurements("device=\(devices.randomElement(using: &dice) ?? "")")
                shown.formUnion(seen)
            }
            try host.killAndRestart()
            try check(host, run: run, shown: shown, round: round)
        }
        withExtendedLifetime(simulated) {}
    }

    private func check(
        _ host: HostUnderTest, run: String, shown: Set<Reading>, round: Int
    ) throws {
        let finished = try host.end(of: run)
        #expect(finished.result != nil, "round \(round)")
        let parts = ["success", "partial", "error", "nothing", "cancelled"].map {
            finished.statistic($0) ?? 0
        }
        #expect(parts.reduce(0, +) == finished.statistic("all"), "round \(round): \(finished.body)")

        let stored = try host.measurements()
        let lost = shown.subtracting(stored)
        #expect(lost.isEmpty, "round \(round): \(lost.count) lost, such as \(lost.first as Any)")
        #expect(Set(stored.map(\.key)).count == stored.count, "round \(round): a record twice")

        // A task that claims success has all its current values.
        let values = Dictionary(
            grouping: stored.filter { $0.key.archive == "CURRENT" }, by: \.key.device)
        for task in finished.tasks where task["result"]?.string == "success" {
            let device = task["device"]?["id"]?.string ?? ""
            #expect(values[device]?.isEmpty == false, "round \(round): success without a value")
        }
    }
}

/// Numbers that are the same in every run (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        // Wrapping arithmetic is the algorithm's definition.
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
