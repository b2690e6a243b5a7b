import Store
import Synchronization
import Values

/// Writes a fleet's readings into a store and asks for them again.
struct StoreBench: Sendable {
    let store: Store
    let readings: BenchReadings
    let devices: [Device]

    struct Written: Sendable {
        var rows = 0
        var seconds = 0.0
        var days = 0
    }

    /// Where the meters' registers stand, and whose turn it is.
    private final class Fleet: Sendable {
        private let registers: Mutex<[[Int64]]>
        private let next = Atomic<Int>(0)

        init(meters: Int, quantities: Int) {
            registers = Mutex(
                [[Int64]](
                    repeating: [Int64](repeating: 3_724_100, count: quantities), count: meters))
        }

        func beginDay() { next.store(0, ordering: .relaxed) }
        func takePlace() -> Int { next.wrappingAdd(1, ordering: .relaxed).oldValue }
        func registers(of meter: Int) -> [Int64] { registers.withLock { $0[meter] } }
        func setRegisters(of meter: Int, _ values: [Int64]) {
            registers.withLock { $0[meter] = values }
        }
    }

    /// The sorted times of queries.
    struct Times: Sendable {
        var milliseconds: [Double]
        /// Of one query.
        var rows: Int

        func percentile(_ share: Int) -> Double {
            if milliseconds.isEmpty { return 0 }
            return milliseconds[(milliseconds.count - 1) * share / 100]
        }
    }

    /// Writes day by day until the time is over or enough rows are there.
    func write(sessions: Int, seconds: Int, atLeast rows: Int) async throws -> Written {
        let start = ContinuousClock.now
        let end = start + .seconds(seconds)
        let fleet = Fleet(meters: readings.meters, quantities: readings.quantities)
        var written = Written()
        var isDone = false
        while !isDone {
            let day = written.days
            fleet.beginDay()
            let enough = written.rows
            let done = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<sessions {
                    group.addTask {
                        var count = 0
                        while true {
                            let place = fleet.takePlace()
                            if place >= readings.meters { return count }
                            let isOver =
                                rows > 0
                                ? enough + place * readings.rowsEach >= rows
                                : ContinuousClock.now >= end
                            if isOver { return count }
                            count += try await hand(
                                readings.meter(at: place, day: day), day, place, fleet)
                        }
                    }
                }
                return try await group.reduce(0, +)
            }
            written.rows += done
            written.days += 1
            isDone = done < readings.meters * readings.rowsEach
            if rows > 0, written.rows >= rows { isDone = true }
        }
        written.seconds = Self.seconds(ContinuousClock.now - start)
        return written
    }

    /// Hands one device's day over and waits until it is on disk.
    private func hand(
        _ meter: Int, _ day: Int, _ place: Int, _ fleet: Fleet
    ) async throws -> Int {
        var own = fleet.registers(of: meter)
        let records = readings.records(meter: meter, day: day, place: place, registers: &own)
        fleet.setRegisters(of: meter, own)
        let summary = try await store.append(
            CollectionBatch(
                project: devices[meter].project, device: devices[meter].id, measurements: records))
        return summary.inserted
    }

    /// Asks for one month of one device, all its quantities.
    func query(_ count: Int, days: Int) async throws -> Times {
        var times: [Double] = []
        var rows = 0
        let from = BenchReadings.start
        let through = from + Int64(min(days, 31)) * 86_400_000
        for number in 0..<count {
            let device = devices[number * 7_919 % devices.count].id
            let query = MeasurementQuery(
                devices: [device], archive: readings.archive, from: from, through: through,
                quantities: ["A+"], limit: largestPage)
            let start = ContinuousClock.now
            let found = try await store.read { (snapshot) throws(StoreError) in
                try snapshot.measurements(query).items.count
            }
            times.append(Self.seconds(ContinuousClock.now - start) * 1_000)
            rows = max(rows, found)
        }
        return Times(milliseconds: times.sorted(), rows: rows)
    }

    /// Counts the bytes of all measurement files.
    func measurementBytes() async throws -> Int64 {
        try StoreFiles.bytes(ofMeasurementsIn: store.path)
    }

    private static func seconds(_ duration: Duration) -> Double {
        let (seconds, attoseconds) = duration.components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
