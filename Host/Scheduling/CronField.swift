/// One of the five fields of a cron expression.
package enum CronField: String, Hashable, Sendable, CaseIterable {
    case minute, hour, day, month, weekday

    /// What a number of the field may be.
    package var range: ClosedRange<Int> {
        switch self {
        case .minute: 0...59
        case .hour: 0...23
        case .day: 1...31
        case .month: 1...12
        case .weekday: 0...7
        }
    }

    private var names: [String] {
        switch self {
        case .month:
            [
                "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
            ]
        case .weekday: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
        case .minute, .hour, .day: []
        }
    }

    /// The elements of a list.
    static func parts(_ field: String) -> [String] {
        field.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }

    /// Reads a whole field.
    func set(of field: String) throws(CronFault) -> BitSet {
        var set = BitSet()
        for part in Self.parts(field) {
            for number in try numbers(of: part) { set.insert(number) }
        }
        return set
    }

    /// Reads `5`, `*`, `8-18`, `*/15`, `8-18/2`, `5/15`.
    func numbers(of part: String) throws(CronFault) -> [Int] {
        let pieces = part.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = pieces.first, pieces.count <= 2 else {
            throw CronFault(.value(self), part)
        }
        var step = 1
        if pieces.count == 2 {
            guard Self.isNumber(pieces[1]), let number = Int(pieces[1]),
                (1...range.upperBound) ~= number
            else { throw CronFault(.step(self), part) }
            step = number
        }
        let span = try span(String(first), of: part, isStepped: pieces.count == 2)
        return Array(stride(from: span.lowerBound, through: span.upperBound, by: step))
    }

    private func span(
        _ text: String, of part: String, isStepped: Bool
    ) throws(CronFault) -> ClosedRange<Int> {
        let whole = self == .weekday ? 0...6 : range
        if text == "*" { return whole }
        if text == "?", self == .day || self == .weekday, !isStepped { return whole }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard let first = ends.first, let low = number(first), ends.count <= 2 else {
            throw CronFault(.value(self), part)
        }
        guard ends.count == 2 else {
            return isStepped ? low...max(low, whole.upperBound) : low...low
        }
        guard var high = number(ends[1]) else { throw CronFault(.value(self), part) }
        // A week may be written to its end: FRI-SUN.
        if self == .weekday, high == 0, low > 0 { high = 7 }
        guard low <= high else { throw CronFault(.order(self), part) }
        return low...high
    }

    /// Reads a number or a name; nil where it is none of the field.
    func number(_ text: String) -> Int? {
        if let place = names.firstIndex(of: text.uppercased()) {
            return place + range.lowerBound
        }
        guard Self.isNumber(text[...]), let number = Int(text), range ~= number else { return nil }
        return number
    }

    private static func isNumber(_ text: Substring) -> Bool {
        (1...4) ~= text.utf8.count && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
}

/// What is wrong with a cron expression.
package struct CronFault: Error, Hashable, Sendable {
    /// The kinds of faults.
    package enum Kind: Hashable, Sendable {
        /// Not five fields, but so many.
        case count(Int)
        /// An unknown name after `@`.
        case name
        /// Something that the field cannot hold.
        case value(CronField)
        /// A step that is no number, zero or too large.
        case step(CronField)
        /// A range that ends before it begins.
        case order(CronField)
    }

    /// The kind.
    package let kind: Kind
    /// The part that is at fault.
    package let part: String

    init(_ kind: Kind, _ part: String) {
        self.kind = kind
        // What an outsider sent is quoted, and not at any length.
        self.part = String(part.prefix(100))
    }
}
