import Access
import HTTP
import Store

/// Which stretch of the heat map is asked for, and in which steps.
struct HeatMapQuery: Sendable {
    /// The length of a column.
    enum Step: String, CaseIterable, Sendable {
        case hour, day

        var hours: Int64 { self == .hour ? 1 : 24 }
        /// A month of hours, or a year of days.
        var mostColumns: Int64 { self == .hour ? 744 : 366 }
    }

    let step: Step
    /// Hours since 1970 UTC.
    let hours: Range<Int64>

    static let parameters: [EndpointForm.Parameter] = [
        .init(
            "from", .form(.time),
            Phrase(
                "Начало, вниз до часа; по умолчанию за сутки до to.",
                "The beginning, down to the hour; by default a day before the end.")),
        .init(
            "to", .form(.time),
            Phrase(
                "Конец, не включая; по умолчанию — конец текущего часа.",
                "The end, exclusive; by default that of this hour.")),
        .init(
            "step", .choice(Step.allCases.map(\.rawValue)),
            Phrase(
                "Колонки по часу (до 744, по умолчанию) или по 24 часа (до 366).",
                "Columns of an hour (744 at most, by default) or of 24 hours (366 at most).")),
    ]

    init(_ call: Call) throws(Failure) {
        step = call.query["step"].flatMap(Step.init) ?? .hour
        let now = call.services.store.now.milliseconds
        let end = try call.queryTime("to").map(Self.hourUp) ?? now / Reachability.hour + 1
        let start = try call.queryTime("from").map { $0 / Reachability.hour } ?? end - 24
        guard start >= 0, start < end, (end - start - 1) / step.hours < step.mostColumns else {
            throw .parameter(
                "from",
                Phrase(
                    "Не больше \(step.mostColumns) колонок, from раньше to.",
                    "At most \(step.mostColumns) columns, from before to."))
        }
        hours = start..<end
    }

    private static func hourUp(_ milliseconds: Int64) -> Int64 {
        let hour = milliseconds / Reachability.hour
        return milliseconds % Reachability.hour > 0 ? hour + 1 : hour
    }

    /// How many columns there are.
    var count: Int { Int((Int64(hours.count) - 1) / step.hours + 1) }

    /// The column that an hour falls into.
    func column(ofHour hour: Int64) -> Int { Int((hour - hours.lowerBound) / step.hours) }

    /// When each column begins.
    var columns: [Moment] {
        (0..<count).map {
            Moment(
                milliseconds: (hours.lowerBound + Int64($0) * step.hours) * Reachability.hour)
        }
    }
}
