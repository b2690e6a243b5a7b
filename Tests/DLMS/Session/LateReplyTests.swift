import DriverKit
import Glibc
import Testing
import Values

@testable import DLMS

/// Answers that come after the driver has given up on them, in the middle of the next exchanges.
///
/// `COMMLINE_LATE_REPLIES` says how many are provoked in each way: `make soak` takes 500,000, a million in
/// all.
@Suite struct LateReplyTests {
    private static let provoked =
        getenv("COMMLINE_LATE_REPLIES").flatMap { Int(String(cString: $0)) } ?? 1_000
    private static let groups: [String: UInt8] = ["A+": 1, "A-": 2, "R+": 3, "R-": 4]

    @Test(arguments: ["hdlc", "wrapper"])
    func noLateReplyIsTakenForTheAnswerToAnotherRequest(_ transport: String) throws {
        var meeting = Meeting(Meeting.everything)
        meeting.settings["DLMS_TRANSPORT"] = .string(transport)
        meeting.settings["DLMS_WAIT_TIME"] = "2000ms"
        meeting.settings["DLMS_RESEND_COUNT"] = 2
        meeting.line.latePerMille = 300
        var late = 0
        var records = 0
        var seed: UInt64 = 0
        while late < Self.provoked {
            seed += 1
            let rehearsal = try meeting.rehearsal(seed: seed)
            #expect(rehearsal.run() == .finished, "seed \(seed)")
            #expect(rehearsal.violations == [], "seed \(seed)")
            late += rehearsal.lateReplyCount
            records += try check(rehearsal, seed)
        }
        // A test in which nothing was read would say nothing.
        #expect(records > Int(seed))
    }

    /// Compares everything that was read with what the meter holds.
    ///
    /// - Returns: How many values there were.
    private func check(_ rehearsal: Rehearsal, _ seed: UInt64) throws -> Int {
        let days = rehearsal.measurements("END_OF_DAY")
        for day in days {
            let end = try #require(day.end)
            let held = try count(day, at: end)
            #expect(number(day.value) == held, "seed \(seed): \(day)")
        }
        let current = rehearsal.measurements("CURRENT")
        for reading in current {
            let low = try count(reading, at: Meeting.now.wallMilliseconds)
            let high = try count(reading, at: rehearsal.clock.now.wallMilliseconds + 1_000)
            let value = try #require(number(reading.value))
            #expect(low <= value && value <= high, "seed \(seed): \(reading)")
        }
        return days.count + current.count
    }

    /// What the meter holds, in its smallest unit.
    private func count(_ reading: Rehearsal.Measurement, at utc: Int64) throws -> Int64 {
        let group = try #require(Self.groups[reading.quantity])
        let tariff = reading.tag == "TOTAL" ? 0 : try #require(Int(reading.tag.dropFirst()))
        let energy = SimulatedEnergy(serialNumber: Meeting.serial, tariffs: 4)
        return Int64(energy.count(group, tariff: tariff, at: utc / 1000 + 3 * 3600))
    }

    private func number(_ value: Value?) -> Int64? {
        guard case .decimal(let decimal) = value else { return nil }
        var mantissa = decimal.mantissa
        var exponent = decimal.exponent
        while exponent > -3 {
            mantissa *= 10
            exponent -= 1
        }
        return exponent == -3 ? mantissa : nil
    }
}
