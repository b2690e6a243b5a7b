import Testing
import Values

@testable import Scheduling

@Suite struct CronExpressionTests {
    /// The first occurrences from 2026-01-01 (a Thursday) in UTC.
    @Test(
        arguments: [
            ("0 1 * * *", ["01-01 01:00", "01-02 01:00"]),
            ("*/20 5 * * *", ["01-01 05:00", "01-01 05:20", "01-01 05:40", "01-02 05:00"]),
            ("5/20 5 * * *", ["01-01 05:05", "01-01 05:25", "01-01 05:45"]),
            ("0 8-18/5 * * *", ["01-01 08:00", "01-01 13:00", "01-01 18:00", "01-02 08:00"]),
            ("30 2,4 * * *", ["01-01 02:30", "01-01 04:30", "01-02 02:30"]),
            ("0 0 * * MON", ["01-05 00:00", "01-12 00:00"]),
            ("0 0 * * 0", ["01-04 00:00", "01-11 00:00"]),
            ("0 0 * * 7", ["01-04 00:00", "01-11 00:00"]),
            ("0 0 * * fri-sun", ["01-02 00:00", "01-03 00:00", "01-04 00:00", "01-09 00:00"]),
            ("0 0 1 * *", ["01-01 00:00", "02-01 00:00"]),
            ("0 0 1 mar,Jun *", ["03-01 00:00", "06-01 00:00"]),
            ("0 0 31 * *", ["01-31 00:00", "03-31 00:00", "05-31 00:00"]),
            ("0 0 L * *", ["01-31 00:00", "02-28 00:00", "03-31 00:00"]),
            ("0 0 L-2 * *", ["01-29 00:00", "02-26 00:00", "03-29 00:00"]),
            ("0 0 15,L * *", ["01-15 00:00", "01-31 00:00", "02-15 00:00", "02-28 00:00"]),
            ("0 0 * * 5L", ["01-30 00:00", "02-27 00:00", "03-27 00:00"]),
            ("0 0 ? * MON#2", ["01-12 00:00", "02-09 00:00", "03-09 00:00"]),
            // Day and weekday named: one of them is enough.
            ("0 0 13 * 5", ["01-02 00:00", "01-09 00:00", "01-13 00:00", "01-16 00:00"]),
            // With a star both must hold.
            ("0 0 */2 * 1", ["01-05 00:00", "01-19 00:00", "02-09 00:00"]),
            ("@daily", ["01-01 00:00", "01-02 00:00"]),
            ("@weekly", ["01-04 00:00", "01-11 00:00"]),
            ("  0\t6   * * *  ", ["01-01 06:00", "01-02 06:00"]),
        ] as [(String, [String])])
    func names(_ text: String, _ expected: [String]) throws {
        let shown = try Schedule.cron(text).shown(
            from: "2026-01-01T00:00:00Z", to: "2027-01-01T00:00:00Z")
        #expect(shown.prefix(expected.count).map { String($0.dropFirst(5).prefix(11)) } == expected)
    }

    @Test(
        arguments: [
            ("", .count(0)), ("* * * *", .count(4)), ("* * * * * *", .count(6)),
            ("@never", .name), ("60 * * * *", .value(.minute)), ("-1 * * * *", .value(.minute)),
            ("* 24 * * *", .value(.hour)), ("* * 0 * *", .value(.day)),
            ("* * 32 * *", .value(.day)), ("* * * 13 *", .value(.month)),
            ("* * * * 8", .value(.weekday)), ("* * * * MOON", .value(.weekday)),
            ("* * * FEBR *", .value(.month)), ("1-2-3 * * * *", .value(.minute)),
            (", * * * *", .value(.minute)), ("1,,2 * * * *", .value(.minute)),
            ("*/0 * * * *", .step(.minute)), ("*/61 * * * *", .step(.minute)),
            ("*/x * * * *", .step(.minute)), ("*/1/2 * * * *", .value(.minute)),
            ("30-10 * * * *", .order(.minute)), ("* * * * 5-1", .order(.weekday)),
            ("* * L-31 * *", .value(.day)), ("* * Lx * *", .value(.day)),
            ("* * * * 1#6", .value(.weekday)), ("* * * * #1", .value(.weekday)),
            ("? * * * *", .value(.minute)), ("٣ * * * *", .value(.minute)),
            ("99999999999999999999 * * * *", .value(.minute)),
        ] as [(String, CronFault.Kind)])
    func refuses(_ text: String, _ kind: CronFault.Kind) {
        do throws(CronFault) {
            _ = try CronExpression(text)
            Issue.record("\(text) was taken")
        } catch {
            #expect(error.kind == kind, "\(text)")
        }
    }

    @Test func comesAgainAfterFortyYears() throws {
        // A fifth Monday in February is the 29th: 2044 is the next after 2016.
        let schedule = try Schedule.cron("0 0 ? 2 1#5")
        let next = try #require(schedule.next(after: try instant("2026-01-01T00:00:00Z")))
        #expect(next == (try instant("2044-02-29T00:00:00Z")))
        #expect(schedule.previous(at: next - 1) == (try instant("2016-02-29T00:00:00Z")))
    }
}
