import Glibc
import Testing
import Values

@testable import Store

@Suite struct MeasurementSizeTests {
    /// 20 readings a day (four energies, total and four tariffs) of many meters, collected each night
    /// in another order, as a host does.
    @Test func staysWithinThirtyBytesARow() async throws {
        let test = try await TestStore()
        var devices: [Device] = []
        for number in 0..<100 { devices.append(try await test.device("\(100_000 + number)")) }
        var rows = 0
        for day in 1...28 {
            let end = Timestamp.at("2026-11-\(day < 10 ? "0" : "")\(day)T00:00:00+03:00")
            for (place, device) in devices.shuffled().enumerated() {
                let batch = Self.reading(
                    of: device, end: end.milliseconds, base: Int64(place * 1_000 + day * 37),
                    receivedAfter: 1_800_000 + Int64(place) * 731)
                rows += batch.measurements.count
                let summary = try await test.store.append(batch)
                #expect(summary.inserted == batch.measurements.count)
            }
        }
        await test.store.close()
        var bytes = 0
        for file in try TemporaryFolder.files(in: test.folder.path + "/measurements") {
            var status = stat()
            #expect(stat(file, &status) == 0)
            bytes += Int(status.st_size)
        }
        let each = Double(bytes) / Double(rows)
        print("\(rows) rows, \(bytes) bytes, \(each) bytes a row")
        #expect(each <= 30)
    }

    /// A day of half-hours of four energies at a time, as a night's run brings them.
    @Test func staysWithinThirtyBytesARowOfAProfile() async throws {
        let test = try await TestStore()
        var devices: [Device] = []
        for number in 0..<60 { devices.append(try await test.device("\(number)")) }
        var rows = 0
        for day in 0..<4 as Range<Int64> {
            for (place, device) in devices.shuffled().enumerated() {
                var batch = CollectionBatch(project: device.project, device: device.id)
                let begin = TestStore.start.milliseconds + day * 86_400_000
                for slot in 1...48 as ClosedRange<Int64> {
                    for (step, quantity) in ["A+", "A-", "R+", "R-"].enumerated() {
                        let number = (day * 48 + slot) * (311 + Int64(step * 97 + place))
                        batch.measurements.append(
                            MeasurementRecord(
                                archive: "PROFILE_30", quantity: quantity,
                                value: .decimal(Decimal(mantissa: number, exponent: -3)),
                                status: .valid, time: nil, intervalEnd: begin + slot * 1_800_000,
                                received: Timestamp(
                                    milliseconds: begin + 90_000_000 + Int64(place) * 700)))
                    }
                }
                rows += try await test.store.append(batch).inserted
            }
        }
        await test.store.close()
        let bytes = try StoreFiles.bytes(ofMeasurementsIn: test.folder.path)
        let each = Double(bytes) / Double(rows)
        print("\(rows) rows, \(bytes) bytes, \(each) bytes a row of a profile")
        #expect(rows == 60 * 4 * 192 && each <= 30)
    }

    static func reading(
        of device: Device, end: Int64, base: Int64, receivedAfter: Int64
    ) -> CollectionBatch {
        var records: [MeasurementRecord] = []
        for quantity in ["A+", "A-", "R+", "R-"] {
            for tag in ["TOTAL", "T1", "T2", "T3", "T4"] {
                records.append(
                    MeasurementRecord(
                        archive: "END_OF_DAY", quantity: quantity, tag: tag,
                        value: .decimal(
                            Decimal(mantissa: 3_724_100 + base + Int64(records.count), exponent: -2)
                        ),
                        status: .valid,
                        time: Timestamp(milliseconds: end, offsetMinutes: 180), intervalEnd: end,
                        received: Timestamp(
                            milliseconds: end + receivedAfter, offsetMinutes: 180)))
            }
        }
        return CollectionBatch(project: device.project, device: device.id, measurements: records)
    }
}
