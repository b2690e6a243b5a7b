import Access
import HTTP
import JSON
import Store

/// What the host watches: when a device counts as lost, and how long the heat map goes back.
enum MonitoringResource {
    static let endpoints: [Endpoint] = [
        .host(.get, "/settings/monitoring", .permission(.readHost), readForm, read),
        .host(.put, "/settings/monitoring", .permission(.writeHost), replaceForm, edit),
        .host(.patch, "/settings/monitoring", .permission(.writeHost), editForm, edit),
    ]

    private static let shape = ObjectShape(
        "MonitoringSettings",
        [
            .required(
                "alarmHours", .integer(range(MonitoringSettings.alarmHoursRange)),
                Phrase(
                    "Через сколько часов без удачной сессии устройство считается потерянным.",
                    "After how many hours without a successful session a device is overdue.")),
            .required(
                "reachabilityDays", .integer(range(MonitoringSettings.reachabilityDaysRange)),
                Phrase(
                    "Сколько суток хранится тепловая карта.",
                    "How many days of the heat map are kept.")),
        ])

    private static func range(_ range: ClosedRange<Int>) -> ClosedRange<Int64> {
        Int64(range.lowerBound)...Int64(range.upperBound)
    }

    private static let one = EndpointForm.Outcome.json(
        .object(shape), Phrase("Настройки.", "The settings."))
    private static let readForm = EndpointForm(
        id: "readMonitoring", tag: .host,
        summary: Phrase("Настройки контроля связи.", "Reads what the host watches."),
        answers: [one])
    private static let replaceForm = EndpointForm(
        id: "replaceMonitoring", tag: .host,
        summary: Phrase("Заменить настройки контроля связи.", "Replaces what the host watches."),
        parameters: [ListForm.ifMatch], body: .init(.object(shape)), answers: [one])
    private static let editForm = EndpointForm(
        id: "editMonitoring", tag: .host,
        summary: Phrase("Изменить настройки контроля связи.", "Changes what the host watches."),
        parameters: [ListForm.ifMatch], body: .patch(shape), answers: [one])

    @Sendable private static func read(_ call: Call) async throws(Failure) -> Answer {
        let (settings, revision) = try await find(call)
        return .json(.object(render(settings))).tagged(revision)
    }

    @Sendable private static func edit(_ call: Call) async throws(Failure) -> Answer {
        let (caller, expected) = (try call.caller, try call.expectedRevision)
        let (current, revision) = try await find(call)
        let input = try Edit.input(call, shape, current: render(current))
        let wanted = MonitoringSettings(
            alarmHours: input.integer("alarmHours"),
            reachabilityDays: input.integer("reachabilityDays"))
        try await call.write { (transaction) throws(StoreError) in
            try transaction.set(wanted, expecting: expected ?? revision)
            try caller.note(
                .configurationChanged, ["monitoring": .object(render(wanted))], in: transaction)
        }
        return try await read(call)
    }

    private static func find(
        _ call: Call
    ) async throws(Failure) -> (MonitoringSettings, Int64) {
        try await call.read { (snapshot) throws(StoreError) in try snapshot.monitoring() }
    }

    private static func render(_ settings: MonitoringSettings) -> JSONObject {
        [
            "alarmHours": JSONValue(settings.alarmHours),
            "reachabilityDays": JSONValue(settings.reachabilityDays),
        ]
    }
}
