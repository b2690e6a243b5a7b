import JSON
import Values

extension UUID: Bindable {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        bytes.bind(to: statement, at: index)
    }
}

extension Moment: Bindable {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        milliseconds.bind(to: statement, at: index)
    }
}

extension JSONValue {
    /// The text that a column holds: nil for null.
    var stored: String? {
        self == .null ? nil : text()
    }
}

extension Row {
    mutating func uuid() throws(StoreError) -> UUID {
        try borrowBytes { (bytes) throws(StoreError) in
            guard bytes.count == 16 else { throw .malformed("an identifier") }
            return UUID(
                high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
        }
    }

    mutating func optionalUUID() throws(StoreError) -> UUID? {
        if isNull {
            skip()
            return nil
        }
        return try uuid()
    }

    mutating func moment() -> Moment {
        Moment(milliseconds: integer())
    }

    mutating func optionalMoment() -> Moment? {
        optionalInteger().map(Moment.init(milliseconds:))
    }

    /// Reads JSON text; NULL is null.
    mutating func json() throws(StoreError) -> JSONValue {
        guard let text = optionalText() else { return .null }
        do {
            return try JSONValue(parsing: text.utf8)
        } catch {
            throw .malformed("JSON text, \(error.description)")
        }
    }

    /// Reads the symbol of an enumeration.
    mutating func symbol<T: RawRepresentable<String>>(
        _ type: T.Type = T.self
    ) throws(StoreError) -> T {
        let text = text()
        guard let value = T(rawValue: text) else { throw .malformed("\(text) as \(T.self)") }
        return value
    }

    mutating func optionalSymbol<T: RawRepresentable<String>>(
        _ type: T.Type = T.self
    ) throws(StoreError) -> T? {
        if isNull {
            skip()
            return nil
        }
        return try symbol()
    }
}
