import Values

/// A query of a list, put together as SQL with bound values.
struct ListStatement {
    private var conditions: [String]
    private(set) var arguments: [any Bindable]

    init(_ source: ListSource) {
        conditions = [source.scope]
        arguments = source.arguments
    }

    /// The text after `WHERE`.
    var filter: String { conditions.joined(separator: " AND ") }

    /// Adds a condition as it stands.
    mutating func add(_ sql: String, _ values: [any Bindable]) {
        conditions.append(sql)
        arguments += values
    }

    /// Adds a caller's condition.
    mutating func add<Field: QueryField>(
        _ condition: Condition<Field>, on column: ListColumn
    ) throws(StoreError) {
        guard !condition.values.isEmpty else {
            throw .invalid(field: condition.field.rawValue, message: "no value to compare with")
        }
        var alternatives: [String] = []
        for value in condition.values {
            alternatives.append(
                try compare(column, condition.comparison, value, condition.field.rawValue))
        }
        let negative = condition.comparison == .notEqual
        conditions.append(
            "(" + alternatives.joined(separator: negative ? " AND " : " OR ") + ")")
    }

    private mutating func compare(
        _ column: ListColumn, _ comparison: Comparison, _ value: FieldValue, _ field: String
    ) throws(StoreError) -> String {
        if value == .null {
            switch comparison {
            case .equal: return "\(column.name) IS NULL"
            case .notEqual: return "\(column.name) IS NOT NULL"
            default: throw .invalid(field: field, message: "nothing is less or more than absent")
            }
        }
        if comparison == .contains {
            guard case .text = column.kind, case .text(let part) = value else {
                throw .invalid(field: field, message: "only text can contain something")
            }
            arguments.append(part.lowercased())
            return "commline_contains(\(column.name), ?)"
        }
        let operand = try bind(value, to: column, field)
        switch comparison {
        case .equal: return "\(column.name) = \(operand)"
        case .notEqual: return "\(column.name) IS NOT \(operand)"
        case .less: return "\(column.name) < \(operand)"
        case .lessOrEqual: return "\(column.name) <= \(operand)"
        case .greater: return "\(column.name) > \(operand)"
        case .greaterOrEqual, .contains: return "\(column.name) >= \(operand)"
        }
    }

    /// Appends the value to the arguments.
    ///
    /// - Returns: The SQL that stands for it.
    private mutating func bind(
        _ value: FieldValue, to column: ListColumn, _ field: String
    ) throws(StoreError) -> String {
        switch (column.kind, value) {
        case (.text, .text(let text)): arguments.append(text)
        case (.integer, .integer(let number)): arguments.append(number)
        case (.flag, .flag(let flag)): arguments.append(flag)
        case (.moment, .moment(let moment)): arguments.append(moment)
        case (.id, .id(let id)): arguments.append(id)
        case (.reference(let entity), .id(let id)):
            arguments.append(id)
            return "(SELECT id FROM \(entity.keyTable) WHERE uuid = ?)"
        default:
            throw .invalid(field: field, message: "the value is of another kind than the field")
        }
        return "?"
    }
}
