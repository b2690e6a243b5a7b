import JSON
import Values

/// One thing that a task asks its device for, as the driver ABI numbers it.
package struct TaskItem: Hashable, Sendable {
    /// The number, unique in its task.
    package var number: Int
    /// The kind.
    package var kind: ContentLine.Kind
    /// The archive, journal, state or command.
    package var symbol: String
    /// The quantity; empty where the kind has none.
    package var quantity: String
    /// The tags; empty for all that the device has.
    package var tags: [String]
    /// From inclusive, to exclusive, milliseconds UTC over nominal interval ends.
    package var period: Range<Int64>?
    /// How much of the period is asked for.
    package var collect: ContentLine.Collect
    /// Parameters of a command.
    package var parameters: JSONValue

    /// Makes an item.
    package init(
        number: Int, kind: ContentLine.Kind, symbol: String, quantity: String = "",
        tags: [String] = [], period: Range<Int64>? = nil,
        collect: ContentLine.Collect = .missing, parameters: JSONValue = .null
    ) {
        self.number = number
        self.kind = kind
        self.symbol = symbol
        self.quantity = quantity
        self.tags = tags
        self.period = period
        self.collect = collect
        self.parameters = parameters
    }

    /// What a person calls it: `END_OF_DAY A+ TOTAL`.
    package var title: String {
        ([symbol, quantity] + tags).filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// The item as the request of a session carries it, see `commline_request`.
    package var json: JSONValue {
        var object = JSONObject()
        object["number"] = .number(JSONNumber(Int64(number)))
        object["kind"] = .string(kind.rawValue)
        object[kind.rawValue] = .string(symbol)
        if !quantity.isEmpty { object["quantities"] = .array([.string(quantity)]) }
        if !tags.isEmpty { object["tags"] = .array(tags.map(JSONValue.string)) }
        if let period {
            object["from"] = .number(JSONNumber(period.lowerBound))
            object["to"] = .number(JSONNumber(period.upperBound))
        }
        if collect != .missing { object["collect"] = .string(collect.rawValue) }
        if parameters != .null { object["parameters"] = parameters }
        return .object(object)
    }

    /// Reads an item that was stored with its task.
    ///
    /// - Parameter json: What `json` made. Nil is returned for anything else.
    package init?(_ json: JSONValue) {
        guard let number = json["number"]?.int, let name = json["kind"]?.string,
            let kind = ContentLine.Kind(rawValue: name), let symbol = json[name]?.string
        else { return nil }
        self.init(number: Int(number), kind: kind, symbol: symbol)
        quantity = json["quantities"]?.array?.first?.string ?? ""
        tags = json["tags"]?.array?.compactMap(\.string) ?? []
        if let from = json["from"]?.int, let to = json["to"]?.int, from <= to {
            period = Int64(from)..<Int64(to)
        }
        collect = json["collect"]?.string.flatMap(ContentLine.Collect.init) ?? .missing
        parameters = json["parameters"] ?? .null
    }
}

/// What a device's type offers, as its plugin's manifest says.
package protocol DeviceOffer: Sendable {
    /// The quantities of an archive, in the manifest's order; nil when the type has no such archive.
    func quantities(of archive: String, deviceType: String) -> [String]?
    /// Whether the type has a state, journal or command.
    func has(_ kind: ContentLine.Kind, _ symbol: String, deviceType: String) -> Bool
}

extension TaskItem {
    /// Expands a run's contents for one device.
    ///
    /// A quantity that was named is an item even where the type lacks it: its outcome then says so. A
    /// line that names none asks for all that the type offers.
    ///
    /// - Parameters:
    ///   - contents: What was asked for.
    ///   - deviceType: The device's type.
    ///   - offer: What types offer.
    ///   - now: Milliseconds UTC.
    ///   - zone: The device's time zone; nil where its card names none.
    /// - Returns: The items, numbered from 0.
    package static func expand(
        _ contents: [ContentLine], deviceType: String, offer: some DeviceOffer, now: Int64,
        zone: TimeZoneRules?
    ) -> [TaskItem] {
        var items: [TaskItem] = []
        for line in contents {
            let range = PeriodPlan.range(
                of: line.period, archive: line.symbol, now: now, zone: zone)
            let period = range.flatMap { $0.from <= $0.to ? $0.from..<$0.to : nil }
            var quantities = line.quantities
            if line.kind == .archive, quantities.isEmpty {
                quantities = offer.quantities(of: line.symbol, deviceType: deviceType) ?? []
            }
            for quantity in quantities.isEmpty ? [""] : quantities {
                items.append(
                    TaskItem(
                        number: items.count, kind: line.kind, symbol: line.symbol,
                        quantity: quantity, tags: line.tags, period: period,
                        collect: line.collect, parameters: line.parameters))
            }
        }
        return items
    }
}
