import Access
import HTTP
import Store

/// What a caller wants of a list: `limit`, `cursor`, `sort`, `filter`, `fields`, `total`.
struct ListRequest<Field: QueryField>: Sendable {
    let query: ListQuery<Field>
    /// The members that each row shows; nil for all.
    let fields: [String]?

    /// Reads the parameters.
    ///
    /// - Parameters:
    ///   - parameters: The parameters, compared with what the route takes.
    ///   - columns: What the list can be filtered by.
    ///   - shape: What the rows look like.
    ///   - order: The order where the caller names none.
    /// - Throws: A problem that names the parameter and what it may be.
    init(
        _ parameters: HTTP.Query, columns: [ListColumn<Field>], shape: ObjectShape,
        order: ListOrder = .oldestFirst
    ) throws(Failure) {
        var query = ListQuery<Field>(
            descending: order == .newestFirst, limit: Limits.usualPage)
        var fields: [String]?
        for (name, value) in parameters.items.map({ ($0.name, $0.value) }) {
            switch name {
            case "limit":
                guard let limit = Int(value), Limits.page.contains(limit) else {
                    throw .parameter(name, .between(Limits.page))
                }
                query.limit = limit
            case "cursor": query.cursor = Cursor(text: value)
            case "total":
                guard let flag = Bool(value) else {
                    throw .parameter(name, Phrase("true или false.", "true or false."))
                }
                query.wantsTotal = flag
            case "sort":
                (query.sort, query.descending) = try Self.sort(value, columns)
            case "filter": query.conditions.append(try Self.condition(value, columns))
            case "fields": fields = try Self.fields(value, shape)
            default: break
            }
        }
        self.query = query
        self.fields = fields
    }

    private static func sort(
        _ text: String, _ columns: [ListColumn<Field>]
    ) throws(Failure) -> (Field, Bool) {
        let descending = text.hasPrefix("-")
        let name = descending ? String(text.dropFirst()) : text
        let sortable = columns.filter(\.field.isSortable)
        guard let column = sortable.first(where: { $0.name == name }) else {
            throw .parameter("sort", .allowed(sortable.flatMap { [$0.name, "-" + $0.name] }))
        }
        return (column.field, descending)
    }

    /// Reads `field:operator:value[,value…]`.
    private static func condition(
        _ text: String, _ columns: [ListColumn<Field>]
    ) throws(Failure) -> Condition<Field> {
        let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else {
            throw .parameter(
                "filter",
                Phrase(
                    "Ожидается поле:оператор:значение, например type:eq:DT_CE307.",
                    "Expected field:operator:value, such as type:eq:DT_CE307."))
        }
        guard let column = columns.first(where: { $0.name == parts[0] }) else {
            throw .parameter("filter", .allowed(columns.map(\.name)))
        }
        guard let comparison = FilterOperator(rawValue: String(parts[1])) else {
            throw .parameter("filter", .allowed(FilterOperator.allCases.map(\.rawValue)))
        }
        let texts = comparison.takesSeveral ? split(parts[2]) : [String(parts[2])]
        var values: [FieldValue] = []
        for text in texts {
            guard let value = column.value(text) else {
                throw .parameter(
                    "filter",
                    Phrase(
                        "\(column.name): ожидается \(column.expectation.ru).",
                        "\(column.name): expected \(column.expectation.en)."))
            }
            values.append(value)
        }
        return comparison.condition(column.field, values)
    }

    /// Splits at commas; a backslash takes the next character as it is.
    private static func split(_ text: Substring) -> [String] {
        var values = [""]
        var isEscaped = false
        for character in text {
            if isEscaped || (character != "," && character != "\\") {
                values[values.count - 1].append(character)
                isEscaped = false
            } else if character == "," {
                values.append("")
            } else {
                isEscaped = true
            }
        }
        return values
    }

    private static func fields(_ text: String, _ shape: ObjectShape) throws(Failure) -> [String] {
        let known = shape.outputs.map(\.name)
        let names = text.split(separator: ",").map(String.init)
        for name in names where !known.contains(name) {
            throw .parameter("fields", .allowed(known))
        }
        return names
    }
}

/// The order of a list where the caller names none: that in which its rows were made.
enum ListOrder: Sendable {
    case oldestFirst, newestFirst
}

/// The operators of a filter.
enum FilterOperator: String, Sendable, CaseIterable {
    case eq, ne, lt, le, gt, ge, contains

    /// Whether values separated by commas are alternatives.
    var takesSeveral: Bool { self == .eq || self == .ne }

    /// The store's condition.
    func condition<Field>(_ field: Field, _ values: [FieldValue]) -> Condition<Field> {
        var condition = Condition(field, oneOf: values)
        condition.comparison =
            switch self {
            case .eq: .equal
            case .ne: .notEqual
            case .lt: .less
            case .le: .lessOrEqual
            case .gt: .greater
            case .ge: .greaterOrEqual
            case .contains: .contains
            }
        return condition
    }
}

extension Phrase {
    /// A number that lies outside of a range.
    static func between(_ range: ClosedRange<Int>) -> Phrase {
        Phrase(
            "Целое число от \(range.lowerBound) до \(range.upperBound).",
            "A whole number from \(range.lowerBound) to \(range.upperBound).")
    }
}
