/// The header fields of a message, in order; names are compared without regard to case.
///
/// All text lies in one array of bytes, so that a request costs two allocations and not two a field.
package struct HeaderFields: Sendable {
    private struct Field: Sendable {
        var name: Range<Int>
        var value: Range<Int>
    }

    private var bytes: [UInt8] = []
    private var fields: [Field] = []

    package init() {}

    /// How many field lines there are.
    package var count: Int { fields.count }

    /// Adds a field line.
    ///
    /// Bytes which have no place in a name or a value (line ends above all) become `-` in the name and a space
    /// in the value: no text from outside can add a line of its own.
    ///
    /// - Parameters:
    ///   - name: The name, for example `Content-Type`.
    ///   - value: The value, sent as UTF-8.
    package mutating func append(_ name: String, _ value: String) {
        if fields.isEmpty { bytes.reserveCapacity(128) }
        let start = bytes.count
        if name.utf8.allSatisfy(\.isTokenCharacter) {
            bytes.append(contentsOf: name.utf8)
        } else {
            bytes += name.utf8.map { $0.isTokenCharacter ? $0 : UInt8(ascii: "-") }
        }
        let middle = bytes.count
        if value.utf8.allSatisfy(\.isFieldValueCharacter) {
            bytes.append(contentsOf: value.utf8)
        } else {
            bytes += value.utf8.map { $0.isFieldValueCharacter ? $0 : .space }
        }
        fields.append(Field(name: start..<middle, value: middle..<bytes.count))
    }

    /// Puts `value` in the place of all fields of that name.
    package mutating func set(_ name: String, _ value: String) {
        if contains(name) { remove(name) }
        append(name, value)
    }

    /// Removes all fields of that name.
    package mutating func remove(_ name: String) {
        fields = fields.filter { !isNamed($0, name) }
    }

    /// The value of the first field of that name.
    package subscript(name: String) -> String? {
        fields.first { isNamed($0, name) }.map { text($0.value) }
    }

    /// The values of all fields of that name, in order.
    package func values(of name: String) -> [String] {
        fields.filter { isNamed($0, name) }.map { text($0.value) }
    }

    /// How many fields of that name there are, and the bytes of the first one's value.
    func lookUp(_ name: String) -> (count: Int, first: ArraySlice<UInt8>) {
        var found: (count: Int, first: ArraySlice<UInt8>) = (0, [])
        for field in fields where isNamed(field, name) {
            if found.count == 0 { found.first = bytes[field.value] }
            found.count += 1
        }
        return found
    }

    package func contains(_ name: String) -> Bool {
        fields.contains { isNamed($0, name) }
    }

    /// The elements of a comma-separated list, over all fields of that name, without blanks around them.
    package func list(_ name: String) -> [String] {
        guard contains(name) else { return [] }
        return values(of: name).flatMap { value in
            value.split(separator: ",").map { String($0.trimmingBlanks) }.filter { !$0.isEmpty }
        }
    }

    /// Names and values in order, as they were given.
    package var all: [(name: String, value: String)] {
        fields.map { (text($0.name), text($0.value)) }
    }

    private func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }

    private func isNamed(_ field: Field, _ name: String) -> Bool {
        var position = field.name.lowerBound
        guard name.utf8.count == field.name.count else { return false }
        for byte in name.utf8 {
            guard bytes[position].lowercased == byte.lowercased else { return false }
            position += 1
        }
        return true
    }

    // MARK: Wire format

    /// Adds a field line as it was received: `name ":" OWS value OWS` (RFC 9112, section 5).
    mutating func append(line: ArraySlice<UInt8>) throws(HTTPParseError) {
        guard let first = line.first else { throw .invalidField }
        guard !first.isBlank else { throw .foldedField }
        guard let colon = line.firstIndex(of: .colon) else { throw .invalidField }
        let name = line[..<colon]
        guard !name.isEmpty, name.allSatisfy(\.isTokenCharacter) else { throw .invalidField }
        let value = line[(colon + 1)...].trimmingBlanks
        guard value.allSatisfy(\.isFieldValueCharacter) else { throw .invalidField }
        if fields.isEmpty {
            // What most requests have: one allocation each, instead of several on the way there.
            bytes.reserveCapacity(480)
            fields.reserveCapacity(12)
        }
        let start = bytes.count
        bytes.append(contentsOf: name)
        bytes.append(contentsOf: value)
        let middle = start + name.count
        fields.append(Field(name: start..<middle, value: middle..<bytes.count))
    }

    /// Writes all field lines, without the empty line that ends them.
    func encode(into output: inout [UInt8]) {
        for field in fields {
            output.append(contentsOf: bytes[field.name])
            output.append(.colon)
            output.append(.space)
            output.append(contentsOf: bytes[field.value])
            output.append(.carriageReturn)
            output.append(.lineFeed)
        }
    }
}

extension HeaderFields: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements { append(name, value) }
    }
}

extension HeaderFields: Hashable {
    package static func == (left: HeaderFields, right: HeaderFields) -> Bool {
        left.all.elementsEqual(right.all) { $0 == $1 }
    }

    package func hash(into hasher: inout Hasher) {
        for (name, value) in all {
            hasher.combine(name)
            hasher.combine(value)
        }
    }
}

extension BidirectionalCollection<UInt8> where SubSequence: BidirectionalCollection {
    /// Without spaces and tabs at both ends.
    var trimmingBlanks: SubSequence {
        guard let first = firstIndex(where: { !$0.isBlank }),
            let last = lastIndex(where: { !$0.isBlank })
        else { return self[endIndex...] }
        return self[first...last]
    }
}

extension StringProtocol {
    /// Without spaces and tabs at both ends.
    var trimmingBlanks: SubSequence {
        guard let first = firstIndex(where: { $0 != " " && $0 != "\t" }),
            let last = lastIndex(where: { $0 != " " && $0 != "\t" })
        else { return self[endIndex...] }
        return self[first...last]
    }
}
