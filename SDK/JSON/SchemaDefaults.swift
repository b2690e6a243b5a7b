/// Adds the defaults of compiled schemas to documents.
struct SchemaDefaults {
    let nodes: [SchemaNode]

    func add(to value: JSONValue, node index: Int) -> JSONValue {
        let node = nodes[index]
        var result = value
        switch value {
        case .object(var object):
            for (name, schema) in node.properties {
                if let member = object[name] {
                    object[name] = add(to: member, node: schema)
                } else if let value = defaultValue(of: schema) {
                    object[name] = value
                }
            }
            result = .object(object)
        case .array(let elements):
            result = .array(
                elements.enumerated().map { place, element in
                    let schema =
                        place < node.prefixItems.count ? node.prefixItems[place] : node.items
                    return schema.map { add(to: element, node: $0) } ?? element
                })
        default:
            break
        }
        for schema in node.allOf { result = add(to: result, node: schema) }
        return node.reference.map { add(to: result, node: $0) } ?? result
    }

    private func defaultValue(of index: Int) -> JSONValue? {
        var index = index
        // References do not go in circles, so this ends.
        while nodes[index].defaultValue == nil, let next = nodes[index].reference { index = next }
        return nodes[index].defaultValue
    }
}
