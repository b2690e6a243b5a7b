import CCommline

/// What somebody wants from a device that a monitor session holds.
public struct Command: Hashable, Sendable {
    /// The host's id of the command; outcomes, records and the completion name it.
    public let id: UInt64
    /// What is asked for.
    public let items: [Item]

    /// Makes a command.
    ///
    /// - Parameters:
    ///   - id: The host's id of the command.
    ///   - items: What is asked for.
    public init(id: UInt64, items: [Item]) {
        self.id = id
        self.items = items
    }

    /// Reads the JSON of a command.
    init(id: UInt64, _ text: commline_text) throws(RequestError) {
        self.init(id: id, items: try Item.items(of: try Fields(parsing: text.buffer)))
    }
}
