import JSON
import Manifests

/// One item of a request, with what the manifest promises about it.
struct RequestedItem: Sendable {
    enum Kind: Hashable, Sendable {
        case archive(String, quantity: String, tag: String?)
        case journal(String)
        case state(String)
        case command(String, isRepeatable: Bool)
    }

    let number: UInt32
    let kind: Kind
    let json: JSONValue

    /// Such as `END_OF_DAY A+ T1`.
    var name: String {
        switch kind {
        case .archive(let archive, let quantity, let tag):
            [archive, quantity, tag ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
        case .journal(let symbol): "journal \(symbol)"
        case .state(let symbol): "state \(symbol)"
        case .command(let symbol, _): "command \(symbol)"
        }
    }

    private init(_ number: Int, _ kind: Kind, _ members: JSONObject) {
        self.number = UInt32(number)
        self.kind = kind
        var object: JSONObject = ["number": JSONValue(number)]
        for (key, value) in members { object[key] = value }
        json = .object(object)
    }

    /// Everything that a manifest declares of a device type, one item each; without tags, and then tag by
    /// tag.
    static func all(of type: DeviceType) -> [RequestedItem] {
        var items: [RequestedItem] = []
        for archive in type.archives {
            for quantity in archive.quantities {
                for tag in [nil] + archive.tags.map(Optional.some) {
                    items.append(
                        item(items.count, archive: archive.archive, quantity, tag))
                }
            }
        }
        return items + others(of: type, from: items.count)
    }

    /// One item of each kind: enough for what is checked byte by byte.
    static func few(of type: DeviceType) -> [RequestedItem] {
        var items: [RequestedItem] = []
        for archive in type.archives {
            guard let quantity = archive.quantities.first else { continue }
            items.append(item(items.count, archive: archive.archive, quantity, nil))
        }
        let others = others(of: type, from: 0)
        var seen: Set<Int> = []
        for other in others {
            let kind =
                switch other.kind {
                case .archive: 0
                case .journal: 1
                case .state: 2
                case .command: 3
                }
            guard seen.insert(kind).inserted else { continue }
            items.append(other.renumbered(items.count))
        }
        return items
    }

    private static func others(of type: DeviceType, from number: Int) -> [RequestedItem] {
        var items: [RequestedItem] = []
        for journal in type.journals {
            items.append(
                RequestedItem(
                    number + items.count, .journal(journal),
                    period(journal, ["kind": "journal", "journal": .string(journal)])))
        }
        for state in type.states {
            items.append(
                RequestedItem(
                    number + items.count, .state(state.archive),
                    ["kind": "state", "state": .string(state.archive)]))
        }
        for command in type.commands {
            var members: JSONObject = ["kind": "command", "command": .string(command.symbol)]
            if let parameters = parameters(of: command) { members["parameters"] = parameters }
            items.append(
                RequestedItem(
                    number + items.count,
                    .command(command.symbol, isRepeatable: command.isRepeatable), members))
        }
        return items
    }

    private static func item(
        _ number: Int, archive: String, _ quantity: String, _ tag: String?
    ) -> RequestedItem {
        var members: JSONObject = [
            "kind": "archive", "archive": .string(archive), "quantities": [.string(quantity)],
        ]
        if let tag { members["tags"] = [.string(tag)] }
        // Only the values of this moment belong to no period.
        if archive != "CURRENT" { members = period(archive, members) }
        return RequestedItem(
            number, .archive(archive, quantity: quantity, tag: tag), members)
    }

    private func renumbered(_ number: Int) -> RequestedItem {
        RequestedItem(number, kind, (json.object ?? [:]).removing("number"))
    }

    /// The last three days, or as many months or years where the symbol speaks of them.
    private static func period(_ symbol: String, _ members: JSONObject) -> JSONObject {
        let day: Int64 = 86_400_000
        let days: Int64 =
            symbol.contains("YEAR") ? 3 * 366 : symbol.contains("MONTH") ? 3 * 31 : 3
        var members = members
        members["from"] = JSONValue(Subject.midnight - (days - 1) * day)
        members["to"] = JSONValue(Subject.midnight + day)
        return members
    }

    private static func parameters(of command: DeviceType.CommandSupport) -> JSONValue? {
        guard let schema = command.parameters else { return nil }
        var given = JSONObject()
        for setting in schema.settings where setting.default == nil {
            if let example = setting.schema["examples"]?[0] { given[setting.name] = example }
        }
        return .object(schema.check(given).complete)
    }
}

extension JSONObject {
    func removing(_ key: String) -> JSONObject {
        var copy = self
        copy[key] = nil
        return copy
    }
}
