import JSON

/// One thing that a session is asked for.
public struct Item: Hashable, Sendable {
    /// What kind of thing it is.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Measurements of an archive.
        case archive
        /// Events of a journal.
        case journal
        /// A state archive.
        case state
        /// A command that acts on the device.
        case command
    }

    /// The number that the host gave it; outcomes and records name it.
    public let number: UInt32
    /// What kind of thing it is.
    public let kind: Kind
    /// The symbol of the archive, journal, state archive or command.
    public let symbol: String
    /// The quantities asked for; empty for all.
    public let quantities: [String]
    /// The tags asked for; empty for all.
    public let tags: [String]
    /// The first moment asked for, in milliseconds since 1970 UTC, inclusive.
    public let from: Int64?
    /// The end of the period asked for, in milliseconds since 1970 UTC, exclusive.
    public let to: Int64?
    /// How many intervals back from now are asked for, where no period is given.
    public let depth: Int?
    /// What else the archive, journal, state or command needs.
    public let parameters: JSONObject
    /// The serial number or address of a device behind this one; empty for the device itself.
    public let child: String

    /// Makes an item.
    ///
    /// - Parameters:
    ///   - number: The number that outcomes and records name.
    ///   - kind: What kind of thing it is.
    ///   - symbol: The symbol of the archive, journal, state archive or command.
    ///   - quantities: The quantities asked for; empty for all.
    ///   - tags: The tags asked for; empty for all.
    ///   - from: The first moment asked for, in milliseconds since 1970 UTC, inclusive.
    ///   - to: The end of the period, in milliseconds since 1970 UTC, exclusive.
    ///   - depth: How many intervals back from now.
    ///   - parameters: What else it needs.
    ///   - child: A device behind this one; empty for the device itself.
    public init(
        number: UInt32, kind: Kind, symbol: String, quantities: [String] = [],
        tags: [String] = [], from: Int64? = nil, to: Int64? = nil, depth: Int? = nil,
        parameters: JSONObject = [:], child: String = ""
    ) {
        self.number = number
        self.kind = kind
        self.symbol = symbol
        self.quantities = quantities
        self.tags = tags
        self.from = from
        self.to = to
        self.depth = depth
        self.parameters = parameters
        self.child = child
    }

    /// Reads an item of a request.
    init(_ fields: Fields) throws(RequestError) {
        guard let number = try fields.count("number") else {
            throw fields.error("number", "is missing")
        }
        guard number != UInt32.max else { throw fields.error("number", "is no item's number") }
        let name = try fields.text("kind")
        guard let kind = Kind(rawValue: name) else {
            let known = Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw fields.error("kind", "\"\(name)\" is none of \(known)")
        }
        self.init(
            number: number, kind: kind, symbol: try fields.text(kind.rawValue),
            quantities: try fields.texts("quantities"), tags: try fields.texts("tags"),
            from: try fields.optionalInteger("from"), to: try fields.optionalInteger("to"),
            depth: try fields.count("depth").map(Int.init),
            parameters: try fields.objectValue("parameters"),
            child: try fields.optionalText("child") ?? "")
    }

    /// Reads the items of a request or a command.
    static func items(of fields: Fields) throws(RequestError) -> [Item] {
        var items: [Item] = []
        var numbers: Set<UInt32> = []
        for (index, value) in try fields.array("items").enumerated() {
            let place = fields.place("items") + "/\(index)"
            guard let object = value.object else { throw RequestError(place, "is no object") }
            let item = try Item(Fields(object, at: place))
            guard numbers.insert(item.number).inserted else {
                throw RequestError(place + "/number", "\(item.number) is given twice")
            }
            items.append(item)
        }
        return items
    }
}
