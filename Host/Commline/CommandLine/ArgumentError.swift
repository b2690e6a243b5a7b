/// What is wrong with a command line.
enum ArgumentError: Error, Hashable {
    case unknownCommand(String, near: String?)
    case unknownOption(String, command: String, near: String?)
    case missingValue(option: String, valueName: String)
    case unexpectedValue(option: String)
    case missingArgument(String, command: String)
    case unexpectedArgument(String, command: String)
    case badValue(option: String, given: String, expected: String)
}

extension ArgumentError: CustomStringConvertible {
    var description: String {
        switch self {
        case .unknownCommand(let name, let near):
            return "there is no command \"\(name)\"" + Self.hint(near)
                + "; see commline --help"
        case .unknownOption(let name, let command, let near):
            return "\"\(command)\" has no option \(name)" + Self.hint(near)
                + "; see commline \(command) --help"
        case .missingValue(let option, let valueName):
            return "\(option) needs a value: \(option) \(valueName)"
        case .unexpectedValue(let option):
            return "\(option) is a switch and takes no value"
        case .missingArgument(let name, let command):
            return "\(name) is missing; see commline \(command) --help"
        case .unexpectedArgument(let text, let command):
            return "\"\(text)\" is one argument too many; see commline \(command) --help"
        case .badValue(let option, let given, let expected):
            return "\(option) must be \(expected), but is \"\(given)\""
        }
    }

    private static func hint(_ near: String?) -> String {
        near.map { " (did you mean \($0)?)" } ?? ""
    }
}
