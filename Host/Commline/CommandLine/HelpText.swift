/// Renders help: what a person reads first.
enum HelpText {
    /// The first line of every help.
    static let tagline = "Commline collects from meters: drivers are plugins, operators use REST."

    /// Renders the overview of all commands.
    static func overview(_ commands: [CommandSpec], version: String) -> String {
        let width = commands.map(\.name.count).max() ?? 0
        let rows = commands.map { "  " + padded($0.name, to: width) + "  " + $0.summary }
        return """
            commline \(version)
            \(tagline)

            usage: commline <command> [options]

            \(rows.joined(separator: "\n"))

            A first look, with simulated meters and nothing to configure:
              make demo
            Help for one command:
              commline <command> --help

            """
    }

    /// Renders the help of one command.
    static func command(_ spec: CommandSpec) -> String {
        var text = "\(spec.summary)\n\nusage: \(spec.usage)\n"
        if !spec.discussion.isEmpty {
            let lines = spec.discussion.split(separator: "\n", omittingEmptySubsequences: false)
            text += "\n" + lines.map { paragraph(String($0)) }.joined(separator: "\n") + "\n"
        }
        let positionals = spec.positionals.map { ("<\($0.name)>", $0.help) }
        if !positionals.isEmpty { text += "\narguments:\n" + columns(positionals) }
        var options = spec.options.map {
            ($0.name + ($0.valueName.map { " " + $0 } ?? ""), $0.help)
        }
        options.append(("--help", "Shows this."))
        return text + "\noptions:\n" + columns(options)
    }

    /// Wraps a line, but not one that is indented: an example.
    private static func paragraph(_ line: String) -> String {
        line.hasPrefix(" ") ? line : wrapped(line, to: 96).joined(separator: "\n")
    }

    private static func columns(_ rows: [(String, String)]) -> String {
        let width = min(rows.map(\.0.count).max() ?? 0, 28)
        return rows.map { left, right in
            let lines = wrapped(right, to: 94 - width)
            let indent = "\n" + String(repeating: " ", count: width + 4)
            let head =
                left.count > width ? "  \(left)\(indent)" : "  \(padded(left, to: width))  "
            return head + lines.joined(separator: indent) + "\n"
        }.joined()
    }

    private static func wrapped(_ text: String, to width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return lines + [line]
    }

    private static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
