import Access
import Dispatching
import JSON
import Scheduling

/// A schedule as the API takes and shows it; the arithmetic's own reading finds the finer faults.
enum ScheduleForm {
    static let shape = ObjectShape(
        "Schedule",
        [
            Field(
                "every", .nullable(.object(every)),
                Phrase(
                    "Каждые N минут, часов, дней, месяцев от начала часа, суток, месяца, года: "
                        + "7 минут — :07, :14 … :56; 3 часа — 03:00 … 21:00, 00:00; "
                        + "5 дней — числа 5, 10, 15 …",
                    "Every N minutes, hours, days, months from the start of the hour, day, month, "
                        + "year: 7 minutes is :07, :14 … :56; 3 hours is 03:00 … 21:00, 00:00; "
                        + "5 days is the days 5, 10, 15 …")),
            Field(
                "daily", .nullable(.object(daily)), Phrase("Каждый день.", "Every day.")),
            Field(
                "weekly", .nullable(.object(weekly)), Phrase("По дням недели.", "On weekdays.")),
            Field(
                "monthly", .nullable(.object(monthly)),
                Phrase(
                    "По числам месяца; нет такого числа — последний день месяца.",
                    "On days of the month; one that a month does not have is its last day.")),
            Field(
                "cron", .nullable(.text(1...500)),
                Phrase(
                    "Выражение cron: минута час день месяц день_недели.",
                    "A cron expression: minute hour day month weekday.")),
            .required(
                "timeZone", .form(.timeZone),
                Phrase("Часовой пояс: UTC+03:00 или IANA.", "UTC+03:00 or an IANA name.")),
            Field(
                "jitterSeconds", .nullable(.integer(0...Int64(Schedule.mostJitterSeconds))),
                Phrase(
                    "Случайная задержка запуска, не более; по умолчанию 0.",
                    "The most that a start is delayed at random; by default 0.")),
            Field(
                "windowMinutes", .nullable(.integer(1...Int64(Schedule.mostWindowMinutes))),
                Phrase(
                    "Через сколько минут после момента запуска ничего нового не начинается.",
                    "How long after its moment a run may still be started, in minutes.")),
        ])

    private static let times = Field.required(
        "times", .list(.text(5...5), 1...1_440), Phrase("Время, 01:00.", "Times, as 01:00."))

    private static let offset = ObjectShape(
        "ScheduleOffset",
        [
            .required("count", .integer(0...50_000), Phrase("Сколько.", "How many.")),
            .required("unit", units, Phrase("Чего.", "Of what.")),
        ])

    private static let units = Shape.choice(Interval.Unit.allCases.map(\.rawValue))

    private static let every = ObjectShape(
        "ScheduleInterval",
        [
            .required("count", .integer(1...60), Phrase("Сколько.", "How many.")),
            .required("unit", units, Phrase("Чего.", "Of what.")),
            Field(
                "offset", .nullable(.object(offset)),
                Phrase("На сколько позже.", "How much later.")),
        ])
    private static let daily = ObjectShape("ScheduleDaily", [times])
    private static let weekly = ObjectShape(
        "ScheduleWeekly",
        [
            .required(
                "weekdays", .list(.choice(Schedule.weekdays), 1...7),
                Phrase("Дни недели.", "The weekdays.")), times,
        ])
    private static let monthly = ObjectShape(
        "ScheduleMonthly",
        [
            .required(
                "days", .list(.integer(1...31), 1...31), Phrase("Числа.", "Days of the month.")),
            times,
        ])

    /// Reads a schedule.
    ///
    /// - Parameters:
    ///   - json: What the caller sent.
    ///   - place: Where it stands in the body.
    /// - Returns: The schedule, or all that is wrong with it.
    static func read(
        _ json: JSONValue, at place: JSONPointer
    ) -> Result<Schedule, ScheduleIssues> {
        do throws(ScheduleFaults) {
            return .success(try Schedule(json) { TimeZones.find($0) })
        } catch {
            return .failure(
                ScheduleIssues(
                    issues: error.faults.map { fault in
                        .body(
                            JSONPointer(place.tokens + fault.place.tokens),
                            Phrase(fault.russian, fault.english))
                    }))
        }
    }
}

/// What is wrong with a schedule in a body.
struct ScheduleIssues: Error {
    let issues: [Issue]
}
