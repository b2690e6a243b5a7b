/// A cron expression of five fields: minute, hour, day of the month, month, weekday.
///
/// Lists, ranges and steps (`0,30`, `8-18/2`, `*/15`), names (`JAN`, `MON`), 0 and 7 for Sunday, `?` for
/// any day, `L` and `L-3` for the last days of a month, `5L` for its last Friday, `1#2` for its second
/// Monday, and `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly` are understood.
package struct CronExpression: Hashable, Sendable {
    /// The expression as it was given, without spaces around it.
    package let text: String
    private let minutes: BitSet
    private let hours: BitSet
    private let days: CronDays

    /// Reads an expression.
    ///
    /// - Parameter text: Five fields with spaces between, or one of the names.
    /// - Throws: What is wrong, with the field that it is wrong in.
    package init(_ text: String) throws(CronFault) {
        let given = text.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
        self.text = given.joined(separator: " ")
        var fields = given
        if given.count == 1, let name = given.first, name.hasPrefix("@") {
            guard let meaning = Self.names[name.lowercased()] else {
                throw CronFault(.name, name)
            }
            fields = meaning.split(separator: " ").map(String.init)
        }
        guard fields.count == 5 else { throw CronFault(.count(fields.count), self.text) }
        minutes = try CronField.minute.set(of: fields[0])
        hours = try CronField.hour.set(of: fields[1])
        var days = CronDays(
            months: try CronField.month.set(of: fields[3]),
            hasAnyDay: Self.isAny(fields[2]), hasAnyWeekday: Self.isAny(fields[4]))
        for part in CronField.parts(fields[2]) { try Self.addDay(part, to: &days) }
        for part in CronField.parts(fields[4]) { try Self.addWeekday(part, to: &days) }
        self.days = days
    }

    private static func isAny(_ field: String) -> Bool {
        field.hasPrefix("*") || field == "?"
    }

    private static func addDay(_ part: String, to days: inout CronDays) throws(CronFault) {
        let upper = part.uppercased()
        guard upper.hasPrefix("L") else {
            for number in try CronField.day.numbers(of: part) { days.days.insert(number) }
            return
        }
        if upper == "L" { return days.beforeLast.insert(0) }
        guard upper.hasPrefix("L-"), let before = Int(upper.dropFirst(2)), (1...30) ~= before
        else { throw CronFault(.value(.day), part) }
        days.beforeLast.insert(before)
    }

    private static func addWeekday(_ part: String, to days: inout CronDays) throws(CronFault) {
        let upper = part.uppercased()
        if let place = upper.firstIndex(of: "#") {
            let weekday = try weekday(String(upper[..<place]), of: part)
            guard let number = Int(upper[upper.index(after: place)...]), (1...5) ~= number else {
                throw CronFault(.value(.weekday), part)
            }
            days.numbered.insert(weekday * 8 + number)
        } else if upper.hasSuffix("L") {
            days.lastWeekdays.insert(try weekday(String(upper.dropLast()), of: part))
        } else {
            for number in try CronField.weekday.numbers(of: part) {
                days.weekdays.insert(number == 0 ? 7 : number)
            }
        }
    }

    private static func weekday(_ text: String, of part: String) throws(CronFault) -> Int {
        guard let number = CronField.weekday.number(text) else {
            throw CronFault(.value(.weekday), part)
        }
        return number == 0 ? 7 : number
    }

    private static let names = [
        "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *",
        "@weekly": "0 0 * * 0", "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *",
        "@annually": "0 0 1 1 *",
    ]

    var pattern: DayPattern {
        let times = hours.numbers.flatMap { hour in minutes.numbers.map { hour * 60 + $0 } }
        return DayPattern(
            rule: .cron(days), minutes: times, followsHours: hours.covers(0...23))
    }
}
