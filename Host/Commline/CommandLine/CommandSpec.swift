/// One option of a command, as the help shows it.
struct OptionSpec: Sendable {
    /// With its dashes: `--data`.
    var name: String
    /// What stands for the value in the help; nil for a switch.
    var valueName: String?
    /// What it does, and its default.
    var help: String

    static func value(_ name: String, _ valueName: String, _ help: String) -> OptionSpec {
        OptionSpec(name: name, valueName: valueName, help: help)
    }

    static func `switch`(_ name: String, _ help: String) -> OptionSpec {
        OptionSpec(name: name, valueName: nil, help: help)
    }
}

/// One positional argument of a command.
struct PositionalSpec: Sendable {
    var name: String
    var help: String
    var isOptional = false
    var repeats = false
}

/// One command: its help, its arguments and what it runs.
struct CommandSpec: Sendable {
    /// One or two words: `read`, `run watch`.
    var name: String
    /// One line for the list of commands.
    var summary: String
    /// Paragraphs for the command's own help.
    var discussion = ""
    var positionals: [PositionalSpec] = []
    var options: [OptionSpec] = []
    /// Does the work and answers the exit code.
    var run: @Sendable (ParsedArguments) async throws -> ExitCode

    /// How the command is called, on one line.
    var usage: String {
        var words = ["commline", name]
        for positional in positionals {
            let word = "<\(positional.name)>" + (positional.repeats ? "…" : "")
            words.append(positional.isOptional ? "[\(word)]" : word)
        }
        if !options.isEmpty { words.append("[options]") }
        return words.joined(separator: " ")
    }
}

/// What the exit code of the process says to a script.
enum ExitCode: Int32, Sendable {
    case success = 0
    /// It ran, and something of what was asked for failed.
    case failure = 1
    /// The command line or a file is wrong; nothing was done.
    case usage = 2
    /// The server cannot be reached.
    case unreachable = 3
    /// The server refused: log in, or ask for the permission.
    case refused = 4
    /// Part of what was asked for does not exist in the device.
    case partial = 5
    /// Interrupted by a signal.
    case interrupted = 130
}
