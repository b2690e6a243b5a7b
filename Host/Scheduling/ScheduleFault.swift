import JSON

/// One thing that is wrong with a schedule, and where in its JSON.
package struct ScheduleFault: Hashable, Sendable {
    /// From the schedule's own root.
    package let place: JSONPointer
    /// In Russian.
    package let russian: String
    /// In English.
    package let english: String

    init(_ place: [String], _ russian: String, _ english: String) {
        self.place = JSONPointer(place)
        self.russian = russian
        self.english = english
    }
}

/// All that is wrong with a schedule.
package struct ScheduleFaults: Error, Hashable, Sendable {
    /// At least one.
    package let faults: [ScheduleFault]
}

extension ScheduleFaults: CustomStringConvertible {
    /// The faults, with their places.
    package var description: String {
        faults.map { "\($0.place): \($0.english)" }.joined(separator: " ")
    }
}

extension CronFault {
    /// The fault in words.
    var fault: ScheduleFault {
        let (russian, english) = words
        return ScheduleFault(["cron"], russian, english)
    }

    private var words: (russian: String, english: String) {
        switch kind {
        case .count(let count):
            (
                "Ожидается пять полей (минута час день месяц день_недели), а не \(count).",
                "Expected five fields (minute hour day month weekday), not \(count)."
            )
        case .name:
            (
                "Неизвестное имя \(part); есть @hourly, @daily, @weekly, @monthly, @yearly.",
                "Unknown name \(part); there are @hourly, @daily, @weekly, @monthly, @yearly."
            )
        case .value(let field):
            (
                "Поле «\(field.russian)»: «\(part)» не подходит; числа от "
                    + "\(field.range.lowerBound) до \(field.range.upperBound).",
                "The \(field.rawValue): '\(part)' does not fit; numbers are "
                    + "\(field.range.lowerBound) to \(field.range.upperBound)."
            )
        case .step(let field):
            (
                "Поле «\(field.russian)»: шаг в «\(part)» — от 1 до \(field.range.upperBound).",
                "The \(field.rawValue): the step of '\(part)' is 1 to \(field.range.upperBound)."
            )
        case .order(let field):
            (
                "Поле «\(field.russian)»: «\(part)» кончается раньше, чем начинается.",
                "The \(field.rawValue): '\(part)' ends before it begins."
            )
        }
    }
}

extension CronField {
    fileprivate var russian: String {
        switch self {
        case .minute: "минута"
        case .hour: "час"
        case .day: "день"
        case .month: "месяц"
        case .weekday: "день недели"
        }
    }
}
