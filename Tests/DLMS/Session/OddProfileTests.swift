import DriverKit
import JSON
import Testing
import Values

@testable import DLMS

@Suite("Odd profiles")
struct OddProfileTests {
    @Test("with null-data make absent values, not zeros")
    func nullData() throws {
        var meeting = Meeting(
            Meeting.archive(
                0, "END_OF_DAY", "A+", ["TOTAL"], from: Meeting.midnight(-9),
                to: Meeting.midnight(1)))
        meeting.options = ["nullEvery": 4]
        let rehearsal = try meeting.run()
        let days = rehearsal.measurements("END_OF_DAY")
        #expect(days.count == 10)
        let absent = days.filter { $0.value == nil }
        #expect((2...3).contains(absent.count))
        #expect(absent.allSatisfy { $0.status == .absent })
        #expect(rehearsal.code(of: 0) == .ok)
    }

    @Test("with left out stamps are filled in with a day each")
    func leftOutStamps() throws {
        let period = Meeting.archive(
            0, "END_OF_DAY", "A+", ["TOTAL"], from: Meeting.midnight(-4), to: Meeting.midnight(1))
        var meeting = Meeting(period)
        let good = try meeting.run().measurements("END_OF_DAY")
        meeting.options = ["leavesOutStamps": true]
        let days = try meeting.run().measurements("END_OF_DAY")
        #expect(days.count == 5)
        #expect(days.map(\.end) == good.map(\.end))
        #expect(days.map(\.value) == good.map(\.value))
    }

    @Test("stamped one second before midnight belong to the same days")
    func lastSecond() throws {
        let period = Meeting.archive(
            0, "END_OF_DAY", "A+", ["TOTAL"], from: Meeting.midnight(-4), to: Meeting.midnight(1))
        var meeting = Meeting(period)
        let good = try meeting.run().measurements("END_OF_DAY")
        meeting.options = ["dayStamp": "last-second"]
        let days = try meeting.run().measurements("END_OF_DAY")
        #expect(days.map(\.end) == good.map(\.end))
        #expect(days.map(\.value) == good.map(\.value))
        #expect(days.allSatisfy { $0.time?.civil.second == 59 })
    }

    @Test("with missing columns cost only what they held")
    func missingColumns() throws {
        var meeting = Meeting(
            Meeting.archive(
                0, "END_OF_DAY", "R-", ["T3", "TOTAL"], from: Meeting.midnight(0),
                to: Meeting.midnight(1)),
            Meeting.archive(
                1, "END_OF_DAY", "A+", ["T1"], from: Meeting.midnight(0), to: Meeting.midnight(1)))
        meeting.options = ["missingColumns": 3]
        let rehearsal = try meeting.run()
        #expect(rehearsal.code(of: 0) == .objectUndefined)
        #expect(rehearsal.code(of: 1) == .ok)
        #expect(rehearsal.measurements("END_OF_DAY").map(\.tag) == ["TOTAL", "T1"])
    }

    @Test("without rows of the period are no success, and say so")
    func emptyPeriod() throws {
        let rehearsal = try Meeting(
            Meeting.archive(
                0, "END_OF_DAY", "A+", from: Meeting.midnight(-400), to: Meeting.midnight(-399))
        ).run()
        #expect(rehearsal.code(of: 0) == .objectUndefined)
        #expect(rehearsal.outcome(of: 0)?.message?.id == "profile.empty")
        #expect(rehearsal.measurements("END_OF_DAY").isEmpty)
    }

    @Test(
        "are asked for any period, however odd",
        arguments: [
            (Int64.min, Int64.max), (0, 0), (Int64.max - 1, .max), (.min, 0),
        ])
    func oddPeriods(from: Int64, to: Int64) throws {
        for access in ["range", "entry", "all"] {
            var meeting = Meeting(
                Meeting.archive(0, "END_OF_DAY", "A+", ["TOTAL"], from: from, to: to))
            meeting.settings["DLMS_PROFILE_ACCESS"] = .string(access)
            let rehearsal = try meeting.run()
            #expect(rehearsal.code(of: 0) == .ok)
            let isWhole = from == .min && to == .max
            #expect(rehearsal.measurements("END_OF_DAY").count == (isWhole ? 45 : 0))
        }
    }

    @Test("that select no rows by time are read in other ways")
    func noRange() throws {
        let period = Meeting.archive(
            0, "END_OF_DAY", "A+", ["TOTAL"], from: Meeting.midnight(-4), to: Meeting.midnight(1))
        var meeting = Meeting(period)
        let good = try meeting.run().measurements("END_OF_DAY")
        meeting.options = ["selectsByRange": false]
        let other = try meeting.run()
        #expect(other.measurements("END_OF_DAY").map(\.value) == good.map(\.value))
        #expect(other.driver.notes.contains { $0.id == "profile.no-selection" })
        for access in ["entry", "all"] {
            meeting.settings["DLMS_PROFILE_ACCESS"] = .string(access)
            let days = try meeting.run().measurements("END_OF_DAY")
            #expect(days.map(\.value) == good.map(\.value))
        }
        meeting.settings["DLMS_PROFILE_ACCESS"] = "range"
        #expect(try meeting.run().code(of: 0) == .protocolViolation)
    }

    @Test("of meters that take open times for UTC cost no row", arguments: [180, -300, 720])
    func openTimes(offset: Int) throws {
        var meeting = Meeting(
            Meeting.archive(
                0, "END_OF_DAY", "A+", ["TOTAL"], from: Meeting.midnight(-4),
                to: Meeting.midnight(1)))
        meeting.zone = ["name": "", "offsets": [[0, JSONValue(offset)]]]
        let good = try meeting.run().measurements("END_OF_DAY")
        meeting.options = ["takesOpenTimesForUTC": true]
        let days = try meeting.run().measurements("END_OF_DAY")
        #expect((4...5).contains(days.count))
        #expect(days.map(\.end) == good.map(\.end))
    }
}
