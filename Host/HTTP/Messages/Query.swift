/// The parameters of a query, in order; a name may come more than once.
package struct Query: Hashable, Sendable {
    private static let countLimit = 256

    /// One parameter, decoded.
    package struct Item: Hashable, Sendable {
        package let name: String
        package let value: String
    }

    package let items: [Item]

    package init(_ items: [Item] = []) {
        self.items = items
    }

    /// Reads `name=value&name=value`, with `+` as a space; nil when it cannot be decoded.
    package init?(parsing text: String?) {
        guard let text, !text.isEmpty else {
            items = []
            return
        }
        let pairs = text.split(separator: "&", omittingEmptySubsequences: true)
        guard pairs.count <= Self.countLimit else { return nil }
        var items: [Item] = []
        for pair in pairs {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentCoding.decode(parts[0], plusIsSpace: true),
                let value = PercentCoding.decode(
                    parts.count == 2 ? parts[1] : "", plusIsSpace: true)
            else { return nil }
            items.append(Item(name: name, value: value))
        }
        self.items = items
    }

    /// The first value of that name.
    package subscript(name: String) -> String? {
        items.first { $0.name == name }?.value
    }

    /// All values of that name, in order.
    package func values(of name: String) -> [String] {
        items.filter { $0.name == name }.map(\.value)
    }
}
