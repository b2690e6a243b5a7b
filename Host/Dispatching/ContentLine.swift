import JSON
import Values

/// What is to be read or commanded: one line of a run's contents.
package struct ContentLine: Hashable, Sendable {
    /// The kinds of contents, as an item of the driver ABI names them.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case archive, journal, state, command
    }

    /// What a line covers.
    package enum Period: Hashable, Sendable {
        /// The last so many intervals of the archive (days of a profile), the newest complete one
        /// included, by the device's own calendar.
        case depth(Int)
        /// Nominal interval ends in milliseconds UTC, from inclusive, to exclusive.
        case range(from: Int64, to: Int64)
        /// Whatever is current.
        case none
    }

    /// How much of the period is asked for.
    package enum Collect: String, Hashable, Sendable, CaseIterable {
        /// What is not stored yet.
        case missing
        /// All of it again.
        case all
    }

    /// The kind.
    package var kind: Kind
    /// The archive, journal, state or command.
    package var symbol: String
    /// The quantities; empty for all that the device's type offers.
    package var quantities: [String]
    /// The tags; empty for all that the device has.
    package var tags: [String]
    /// The period.
    package var period: Period
    /// How much of the period is asked for.
    package var collect: Collect
    /// Parameters of a command.
    package var parameters: JSONValue

    /// Makes a line.
    package init(
        kind: Kind, symbol: String, quantities: [String] = [], tags: [String] = [],
        period: Period = .none, collect: Collect = .missing, parameters: JSONValue = .null
    ) {
        self.kind = kind
        self.symbol = symbol
        self.quantities = quantities
        self.tags = tags
        self.period = period
        self.collect = collect
        self.parameters = parameters
    }

    /// The line as JSON, for the frozen context of a run.
    package var json: JSONValue {
        var object = JSONObject()
        object[kind.rawValue] = .string(symbol)
        if !quantities.isEmpty { object["quantities"] = .array(quantities.map(JSONValue.string)) }
        if !tags.isEmpty { object["tags"] = .array(tags.map(JSONValue.string)) }
        switch period {
        case .depth(let depth): object["depth"] = .number(JSONNumber(Int64(depth)))
        case .range(let from, let to):
            object["from"] = .number(JSONNumber(from))
            object["to"] = .number(JSONNumber(to))
        case .none: break
        }
        if collect != .missing { object["collect"] = .string(collect.rawValue) }
        if parameters != .null { object["parameters"] = parameters }
        return .object(object)
    }
}
