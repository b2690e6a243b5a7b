import JSON

/// JSON texts.
enum JSONTarget {
    static func run(_ input: [UInt8]) {
        do throws(JSONError) {
            let value = try JSONValue(parsing: input)
            let compact = try JSONValue(parsing: value.bytes(pretty: false))
            let pretty = try JSONValue(parsing: value.bytes(pretty: true))
            Fuzz.insist(compact == value && pretty == value, "a text does not survive writing")
        } catch {
            Fuzz.insist(error.offset <= input.count, "an error beyond the end: \(error)")
        }
    }
}
