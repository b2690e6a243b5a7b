import DriverKit
import JSON

extension Request {
    /// The items with the one quantity, or the one type of state, that each of them names.
    ///
    /// `commline.h` has it as the member `quantity`; a list of quantities is taken as it is.
    var namedItems: [Item] {
        var names: [Int: String] = [:]
        for item in json["items"]?.array ?? [] {
            guard let number = item["number"]?.int, let name = item["quantity"]?.string else {
                continue
            }
            names[number] = name
        }
        return items.map { item in
            guard item.quantities.isEmpty, let name = names[Int(item.number)] else { return item }
            return Item(
                number: item.number, kind: item.kind, symbol: item.symbol, quantities: [name],
                tags: item.tags, from: item.from, to: item.to, depth: item.depth,
                parameters: item.parameters, child: item.child)
        }
    }
}
