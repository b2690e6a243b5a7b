/// A setting that is never shown: it prints as dots, in strings, dumps and mirrors.
public struct Secret: Hashable, Sendable {
    /// The secret itself, for the one place that needs it.
    public let exposed: String

    /// Makes a secret.
    ///
    /// - Parameter exposed: The secret itself.
    public init(_ exposed: String) {
        self.exposed = exposed
    }

    /// The secret's UTF-8.
    public var bytes: [UInt8] { Array(exposed.utf8) }

    /// Whether there is none.
    public var isEmpty: Bool { exposed.isEmpty }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Dots, whatever the secret is.
    public var description: String { "•••" }
    /// Dots, whatever the secret is.
    public var debugDescription: String { "•••" }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
