import Access
import Dispatching
import HTTP
import JSON
import Planning
import Store
import Values

/// When the devices of a project were last in touch, as the widget of ceCloud counts it (2.2.3).
enum ContactResource {
    static let endpoints: [Endpoint] = Endpoint.project(
        .get, "/statistics/contacts", .permission(.readDevices), form, read)

    private static func count(_ name: String, _ ru: String, _ en: String) -> Field {
        .output(name, .integer(0...Int64.max), Phrase(ru, en))
    }

    private static let shape = ObjectShape(
        "Contacts",
        [
            count("sinceYesterday", "Не позднее вчерашнего дня.", "Yesterday or today."),
            count("lastWeek", "Раньше, но не позднее недели.", "Before, within a week."),
            count("lastMonth", "Раньше, но не позднее месяца.", "Before, within a month."),
            count("longAgo", "Давно.", "Longer ago."),
            count("never", "Никогда.", "Never."),
            count("overdue", "Дольше порога тревоги.", "For longer than the alarm threshold."),
            .output(
                "oldest", .nullable(.form(.time)),
                Phrase(
                    "Самая давняя связь среди них; если не было — дата добавления.",
                    "The oldest success among those, or when it was added.")),
            .output(
                "alarmHours", .integer(0...Int64.max), Phrase("Порог, ч.", "The threshold, hours.")),
        ])

    private static let form = EndpointForm(
        id: "readContacts", tag: .measurements,
        summary: Phrase(
            "Сколько включённых устройств когда были на связи.",
            "Counts enabled devices by the age of their last success."),
        answers: [.json(.object(shape), Phrase("Счёт.", "The counts."))])

    @Sendable private static func read(_ call: Call) async throws(Failure) -> Answer {
        let project = try call.project.id
        let now = call.services.store.now
        let calendar = LocalCalendar(TimeZones.host)
        let today = calendar.civil(at: now.milliseconds)
        let bounds = [-30, -7, -1].map { days in
            Moment(milliseconds: calendar.start(ofDay: LocalCalendar.moved(today, by: days)))
        }
        let (ages, alarms, settings) = try await call.read { (snapshot) throws(StoreError) in
            let settings = try snapshot.monitoring().settings
            return (
                try snapshot.contactAges(in: project, bounds: bounds),
                try snapshot.contactAlarms(before: settings.alarmLimit(now), in: project), settings
            )
        }
        return .json([
            "sinceYesterday": JSONValue(ages.since), "lastWeek": JSONValue(ages.before[2]),
            "lastMonth": JSONValue(ages.before[1]), "longAgo": JSONValue(ages.before[0]),
            "never": JSONValue(ages.never), "overdue": JSONValue(alarms.overdue),
            "oldest": JSONValue(alarms.oldest), "alarmHours": JSONValue(settings.alarmHours),
        ])
    }
}
