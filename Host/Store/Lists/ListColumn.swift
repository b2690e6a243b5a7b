import Values

/// A field of a list, as SQL sees it.
struct ListColumn {
    /// How the values of a condition are bound.
    enum Kind {
        case text
        case integer
        case flag
        case moment
        /// Bytes of an identifier in the row itself.
        case id
        /// An integer key; the condition names the identifier of the row that it refers to.
        case reference(Entity)
    }

    /// The column with its table's alias.
    var name: String
    var kind: Kind

    init(_ name: String, _ kind: Kind) {
        self.name = name
        self.kind = kind
    }
}

/// Where a list comes from.
struct ListSource {
    /// What is selected.
    var columns: String
    /// Tables and joins.
    var tables: String
    /// What holds for every row of the list, with its values in `arguments`.
    var scope: String
    var arguments: [any Bindable]
    /// The unique integer that follows the order in which rows were made.
    var key: String
}

/// The largest page that one call gives.
package let largestPage = 10_000
