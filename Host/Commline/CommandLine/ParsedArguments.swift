/// The arguments of one command, taken apart by its specification.
struct ParsedArguments: Sendable {
    /// The command's name.
    let command: String
    /// Positional arguments in order.
    private(set) var positionals: [String] = []
    private var values: [String: [String]] = [:]
    private var switches: Set<String> = []

    /// Whether help was asked for.
    var wantsHelp: Bool { switches.contains("--help") }

    /// Takes a command's arguments apart.
    ///
    /// - Parameters:
    ///   - arguments: What follows the command's name. `--name value`, `--name=value`, and `--`
    ///     before arguments that begin with a dash.
    ///   - spec: The command.
    /// - Throws: An `ArgumentError` that says what is wrong.
    init(_ arguments: [String], for spec: CommandSpec) throws(ArgumentError) {
        command = spec.name
        var rest = arguments[...]
        var onlyPositionals = false
        while let argument = rest.popFirst() {
            if onlyPositionals || !argument.hasPrefix("-") || argument == "-" {
                positionals.append(argument)
                continue
            }
            if argument == "--" {
                onlyPositionals = true
                continue
            }
            if argument == "--help" || argument == "-h" {
                switches.insert("--help")
                continue
            }
            try takeOption(argument, rest: &rest, spec: spec)
        }
        if !wantsHelp { try checkPositionals(spec) }
    }

    private mutating func takeOption(
        _ argument: String, rest: inout ArraySlice<String>, spec: CommandSpec
    ) throws(ArgumentError) {
        let halves = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(halves[0])
        guard let option = spec.options.first(where: { $0.name == name }) else {
            throw .unknownOption(
                name, command: spec.name,
                near: Spelling.nearest(to: name, in: spec.options.map(\.name)))
        }
        guard let valueName = option.valueName else {
            guard halves.count == 1 else { throw .unexpectedValue(option: name) }
            switches.insert(name)
            return
        }
        if halves.count == 2 {
            values[name, default: []].append(String(halves[1]))
        } else if let value = rest.popFirst() {
            values[name, default: []].append(value)
        } else {
            throw .missingValue(option: name, valueName: valueName)
        }
    }

    private func checkPositionals(_ spec: CommandSpec) throws(ArgumentError) {
        let required = spec.positionals.filter { !$0.isOptional }
        if positionals.count < required.count {
            throw .missingArgument("<\(required[positionals.count].name)>", command: spec.name)
        }
        let repeats = spec.positionals.last?.repeats ?? false
        if !repeats, positionals.count > spec.positionals.count {
            throw .unexpectedArgument(positionals[spec.positionals.count], command: spec.name)
        }
    }

    /// Tells whether a switch was given.
    func has(_ name: String) -> Bool { switches.contains(name) }

    /// Gives the last value of an option.
    func value(_ name: String) -> String? { values[name]?.last }

    /// Gives every value of an option that may be repeated.
    func allValues(_ name: String) -> [String] { values[name] ?? [] }

    /// Gives a whole number.
    ///
    /// - Throws: `ArgumentError.badValue` when the text is no number of that range.
    func integer(
        _ name: String, in range: ClosedRange<Int>, default standard: Int
    ) throws(ArgumentError) -> Int {
        guard let text = value(name) else { return standard }
        guard let number = Int(text), range.contains(number) else {
            throw .badValue(
                option: name, given: text,
                expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// Gives one of some words.
    ///
    /// - Throws: `ArgumentError.badValue` when it is none of them.
    func choice(
        _ name: String, of words: [String], default standard: String
    ) throws(ArgumentError) -> String {
        guard let text = value(name) else { return standard }
        guard words.contains(text) else {
            throw .badValue(
                option: name, given: text, expected: "one of " + words.joined(separator: ", "))
        }
        return text
    }
}

/// Guesses what a misspelt word was meant to be.
enum Spelling {
    /// Gives the candidate within two edits of a word, or nil.
    static func nearest(to word: String, in candidates: [String]) -> String? {
        candidates.map { ($0, distance(word, $0)) }.filter { $0.1 <= 2 }.min { $0.1 < $1.1 }?.0
    }

    /// Counts the single-letter edits between two words (Levenshtein).
    static func distance(_ one: String, _ other: String) -> Int {
        let first = Array(one.utf8)
        let second = Array(other.utf8)
        var previous = Array(0...second.count)
        for (row, letter) in first.enumerated() {
            var current = [row + 1]
            for (column, candidate) in second.enumerated() {
                let change = previous[column] + (letter == candidate ? 0 : 1)
                current.append(Swift.min(change, previous[column + 1] + 1, current[column] + 1))
            }
            previous = current
        }
        return previous[second.count]
    }
}
