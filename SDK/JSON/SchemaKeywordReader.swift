/// Reads the values of a schema's keywords, with errors that name the place.
struct SchemaKeywordReader {
    let place: JSONPointer

    func types(_ value: JSONValue) throws(JSONSchemaError) -> SchemaTypes {
        let names = value.array ?? [value]
        var result: SchemaTypes = []
        for name in names {
            guard let type = name.string.flatMap({ SchemaTypes(name: $0) }) else {
                throw failure(
                    "must name null, boolean, integer, number, string, array or object")
            }
            result.insert(type)
        }
        guard !names.isEmpty else { throw failure("must name a type") }
        return result
    }

    func alternatives(_ value: JSONValue) throws(JSONSchemaError) -> [JSONValue] {
        guard let elements = value.array, !elements.isEmpty else {
            throw failure("must be a list of values, not empty")
        }
        return elements
    }

    func bool(_ value: JSONValue) throws(JSONSchemaError) -> Bool {
        guard let flag = value.bool else { throw failure("must be true or false") }
        return flag
    }

    func number(_ value: JSONValue) throws(JSONSchemaError) -> JSONNumber {
        guard let number = value.number else { throw failure("must be a number") }
        return number
    }

    func count(_ value: JSONValue) throws(JSONSchemaError) -> Int {
        guard let count = value.int, count >= 0 else {
            throw failure("must be an integer that is not negative")
        }
        return count
    }

    func divisor(_ value: JSONValue) throws(JSONSchemaError) -> SchemaNode.Divisor {
        let number = try number(value)
        guard number > JSONNumber(0), let (mantissa, exponent) = ExactNumber(number).shortForm
        else { throw failure("must be a number above zero with at most 17 digits") }
        return .init(number: number, mantissa: mantissa, exponent: exponent)
    }

    func pattern(_ value: JSONValue) throws(JSONSchemaError) -> TextPattern {
        guard let text = value.string else { throw failure("must be a text") }
        do throws(TextPatternError) {
            return try TextPattern(text)
        } catch {
            throw failure(
                "is not a usable regular expression: character \(error.offset + 1): \(error.reason)"
            )
        }
    }

    func names(_ value: JSONValue) throws(JSONSchemaError) -> [String] {
        guard let elements = value.array else { throw failure("must be a list of names") }
        var result: [String] = []
        for element in elements {
            guard let name = element.string else { throw failure("must be a list of names") }
            result.append(name)
        }
        guard Set(result.map { KeyText($0) }).count == result.count else {
            throw failure("must not name a member twice")
        }
        return result
    }

    func dependencies(
        _ value: JSONValue
    ) throws(JSONSchemaError) -> [(name: String, required: [String])] {
        guard let object = value.object else { throw failure("must be an object") }
        var result: [(name: String, required: [String])] = []
        for (name, required) in object { result.append((name, try names(required))) }
        return result
    }

    private func failure(_ message: String) -> JSONSchemaError {
        JSONSchemaError(pointer: place, message: message)
    }
}
