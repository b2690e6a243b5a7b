import Values

/// A field that a list can be filtered and perhaps sorted by.
package protocol QueryField: Hashable, Sendable, RawRepresentable, CaseIterable
where RawValue == String {
    /// Whether the list can be sorted by the field: only where an index gives the order.
    var isSortable: Bool { get }
}

/// What a caller wants of a list: a page of it, filtered and sorted.
package struct Query<Field: QueryField>: Hashable, Sendable {
    package var conditions: [Condition<Field>]
    /// Nil for the order in which the rows were made.
    package var sort: Field?
    package var descending: Bool
    package var limit: Int
    package var cursor: Cursor?
    /// Whether the number of all rows that match is wanted too.
    package var wantsTotal: Bool

    package init(
        _ conditions: [Condition<Field>] = [], sort: Field? = nil, descending: Bool = false,
        limit: Int = 100, cursor: Cursor? = nil, wantsTotal: Bool = false
    ) {
        self.conditions = conditions
        self.sort = sort
        self.descending = descending
        self.limit = limit
        self.cursor = cursor
        self.wantsTotal = wantsTotal
    }
}

/// One condition of a filter; all conditions must hold.
package struct Condition<Field: QueryField>: Hashable, Sendable {
    package var field: Field
    package var comparison: Comparison
    package var values: [FieldValue]

    /// Makes a condition with one value.
    package init(_ field: Field, _ comparison: Comparison, _ value: FieldValue) {
        self.field = field
        self.comparison = comparison
        values = [value]
    }

    /// Makes a condition that any of the values fulfils.
    package init(_ field: Field, oneOf values: [FieldValue]) {
        self.field = field
        comparison = .equal
        self.values = values
    }
}

/// How a field is compared.
package enum Comparison: String, Hashable, Sendable, CaseIterable {
    case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
    /// Text within text, regardless of case.
    case contains
}

/// The value of a condition.
package enum FieldValue: Hashable, Sendable {
    case text(String)
    case integer(Int64)
    case flag(Bool)
    case id(UUID)
    case moment(Moment)
    /// Absent: no group, not finished.
    case null
}

/// One page of a list.
package struct Page<Element: Sendable>: Sendable {
    package var items: [Element]
    /// Where the next page starts; nil at the end.
    package var next: Cursor?
    /// The number of all rows that match, if it was asked for.
    package var total: Int?

    package init(items: [Element], next: Cursor?, total: Int? = nil) {
        self.items = items
        self.next = next
        self.total = total
    }
}

extension Page: Equatable where Element: Equatable {}

/// The place where a page ended: opaque text that only the store reads.
package struct Cursor: Hashable, Sendable {
    package var text: String

    package init(text: String) {
        self.text = text
    }
}
