import JSON

/// What is wrong with a manifest, and what to do about it.
package struct ManifestDefect: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Severity: Hashable, Sendable {
        /// The plugin is refused.
        case error
        /// The plugin is taken as it is.
        case warning
    }

    package let severity: Severity
    /// The manifest's file.
    package let file: String
    /// The place in it; empty for the whole file.
    package let pointer: JSONPointer
    /// What is wrong: "is missing".
    package let problem: String
    /// What to do: "add it: the plugin's name, for example \"acme-dlms\"".
    package let remedy: String

    package init(
        _ severity: Severity = .error, file: String, pointer: JSONPointer = JSONPointer(),
        problem: String, remedy: String
    ) {
        self.severity = severity
        self.file = file
        self.pointer = pointer
        self.problem = problem
        self.remedy = remedy
    }

    package var description: String {
        let place = pointer.tokens.isEmpty ? "" : ", at \(pointer)"
        return "\(file)\(place): \(problem); \(remedy)"
    }
}
