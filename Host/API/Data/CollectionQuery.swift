import Access
import Dispatching
import HTTP
import Planning
import Store
import Values

/// What collection statistics are asked for: of which devices, how much of what was to be collected.
struct CollectionQuery: Hashable, Sendable {
    let selection: DeviceSelection
    let archive: String
    let period: ArchivePeriod
    let quantities: [String]
    /// As stored: empty text for none.
    let tags: [String]
    /// The first and the last day; of the archive of months the months that they lie in.
    let from: CivilTime
    let through: CivilTime

    static let parameters: [EndpointForm.Parameter] =
        DeviceSelection.parameters + [
            .init(
                "archive", .form(.symbol),
                Phrase(
                    "Архив с периодом, например END_OF_DAY; обязателен.",
                    "An archive with a period, as END_OF_DAY; needed.")),
            .init(
                "quantity", .text(1...32), repeated: true,
                Phrase("Величина; можно несколько; по умолчанию A+.", "Several may be named; A+.")),
            .init(
                "tag", .text(1...32), repeated: true,
                Phrase(
                    "Тариф; можно несколько; по умолчанию TOTAL, для профилей NONE.",
                    "Several may be named; by default TOTAL, of profiles NONE.")),
            .init(
                "from", .form(.date),
                Phrase(
                    "Первый день; по умолчанию за 29 дней (11 месяцев) до to.",
                    "The first day; by default 29 days (11 months) before the last.")),
            .init(
                "to", .form(.date),
                Phrase("Последний день; по умолчанию сегодня.", "The last day; by default today.")),
        ]

    init(_ call: Call) throws(Failure) {
        selection = try DeviceSelection(call)
        guard let archive = call.query["archive"] else {
            throw .parameter("archive", Phrase("Назовите архив.", "Name the archive."))
        }
        guard let period = ArchivePeriod(archive: archive) else {
            throw .parameter(
                "archive",
                Phrase(
                    "У этого архива нет периода: собираемость для него не считается.",
                    "The archive has no period: there are no statistics of it."))
        }
        self.archive = archive
        self.period = period
        let quantities = call.query.values(of: "quantity")
        self.quantities = Self.unique(quantities.isEmpty ? ["A+"] : quantities)
        let tags = call.query.values(of: "tag").map { $0 == "NONE" ? "" : $0 }
        let usualTag: String
        if case .minutes = period { usualTag = "" } else { usualTag = "TOTAL" }
        self.tags = Self.unique(tags.isEmpty ? [usualTag] : tags)
        let now = call.services.store.now.milliseconds
        let today = LocalCalendar(TimeZones.host).civil(at: now)
        through = try Self.day("to", call) ?? today.at(hour: 0) ?? today
        from = try Self.day("from", call) ?? Self.usualStart(period, before: through)
        let count = columns(limit: Self.mostColumns + 1).count
        guard from <= through, count <= Self.mostColumns else {
            throw .parameter(
                "from",
                Phrase(
                    "Не больше \(Self.mostColumns) дней (месяцев для END_OF_MONTH), from не позже to.",
                    "At most \(Self.mostColumns) days (months of END_OF_MONTH), in order."))
        }
    }

    /// A whole month of days, or as many months.
    static let mostColumns = 31

    /// The first day of each column, at midnight.
    func columns(limit: Int = mostColumns) -> [CivilTime] {
        var found: [CivilTime] = []
        var next = period == .month ? Self.first(ofMonthOf: from) : from
        while next <= through, found.count < limit {
            found.append(next)
            next = after(next)
        }
        return found
    }

    /// The first day of the column behind one.
    func after(_ column: CivilTime) -> CivilTime {
        guard period == .month else { return LocalCalendar.next(column) }
        return Self.first(ofMonthOf: LocalCalendar.moved(column, by: 31))
    }

    /// What a column is called: `2026-11-20`, or `2026-11`.
    func title(of column: CivilTime) -> String {
        String(column.description.prefix(period == .month ? 7 : 10))
    }

    private static func first(ofMonthOf day: CivilTime) -> CivilTime {
        CivilTime(year: day.year, month: day.month, day: 1) ?? day
    }

    private static func usualStart(_ period: ArchivePeriod, before end: CivilTime) -> CivilTime {
        guard period == .month else { return LocalCalendar.moved(end, by: -29) }
        let month = LocalCalendar.month(of: end) - 11
        return CivilTime(year: month / 12, month: month % 12 + 1, day: 1) ?? end
    }

    /// The date that a parameter begins with, whatever stands behind it.
    private static func day(_ name: String, _ call: Call) throws(Failure) -> CivilTime? {
        guard let text = call.query[name] else { return nil }
        let parts = text.prefix(10).split(separator: "-").map { Int($0) }
        guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2],
            (1_970...2_199).contains(year),
            let civil = CivilTime(year: year, month: month, day: day)
        else { throw .parameter(name, TextForm.date.complaint) }
        return civil
    }

    private static func unique(_ texts: [String]) -> [String] {
        var seen: Set<String> = []
        return texts.filter { seen.insert($0).inserted }
    }
}
