import JSON

extension ContentLine {
    /// Reads a line that was stored.
    ///
    /// - Parameter json: What `json` made. Nil is returned for anything else.
    package init?(_ json: JSONValue) {
        let named = Kind.allCases.compactMap { kind in
            json[kind.rawValue]?.string.map { (kind, $0) }
        }
        guard let (kind, symbol) = named.first, named.count == 1 else { return nil }
        var period = Period.none
        if let depth = json["depth"]?.int {
            period = .depth(depth)
        } else if let from = json["from"]?.number?.int64, let to = json["to"]?.number?.int64 {
            period = .range(from: from, to: to)
        }
        self.init(
            kind: kind, symbol: symbol,
            quantities: json["quantities"]?.array?.compactMap(\.string) ?? [],
            tags: json["tags"]?.array?.compactMap(\.string) ?? [], period: period,
            collect: json["collect"]?.string.flatMap(Collect.init) ?? .missing,
            parameters: json["parameters"] ?? .null)
    }
}
