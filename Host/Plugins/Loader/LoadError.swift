/// Why a plugin's library cannot be used, and what to do about it.
package struct LoadError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The plugin's id.
    package let plugin: String
    /// The library, as far as it was found.
    package let library: String
    /// What is wrong: "is no ELF file".
    package let problem: String
    /// What to do.
    package let remedy: String

    package var description: String {
        "plugin \(plugin): \(library) \(problem); \(remedy)"
    }
}
