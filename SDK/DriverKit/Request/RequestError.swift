import JSON

/// What is wrong with a request that the host gave: a defect of the host or of the manifest.
public struct RequestError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where it is, as a JSON Pointer; empty for the whole.
    public let pointer: String
    /// What is wrong there.
    public let reason: String

    /// Makes an error.
    ///
    /// - Parameters:
    ///   - pointer: Where it is, as a JSON Pointer; empty for the whole.
    ///   - reason: What is wrong there.
    public init(_ pointer: String, _ reason: String) {
        self.pointer = pointer
        self.reason = reason
    }

    /// Where and what, for a log.
    public var description: String {
        pointer.isEmpty ? "request: \(reason)" : "request, \(pointer): \(reason)"
    }
}

/// One object of a request, with its place, so that an error says where it is.
struct Fields {
    let object: JSONObject
    let pointer: String

    init(_ object: JSONObject, at pointer: String = "") {
        self.object = object
        self.pointer = pointer
    }

    init(parsing text: some Collection<UInt8>) throws(RequestError) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: text)
        } catch {
            throw RequestError("", error.description)
        }
        guard let object = value.object else { throw RequestError("", "no JSON object") }
        self.init(object)
    }

    subscript(name: String) -> JSONValue? {
        guard let value = object[name], value != .null else { return nil }
        return value
    }

    func error(_ name: String, _ reason: String) -> RequestError {
        RequestError(place(name), reason)
    }

    func text(_ name: String) throws(RequestError) -> String {
        guard let text = try optionalText(name) else { throw error(name, "is missing") }
        return text
    }

    func optionalText(_ name: String) throws(RequestError) -> String? {
        guard let value = self[name] else { return nil }
        guard let text = value.string else { throw error(name, "is no text") }
        return text
    }

    func optionalInteger(_ name: String) throws(RequestError) -> Int64? {
        guard let value = self[name] else { return nil }
        guard case .number(let number) = value, let integer = number.int64 else {
            throw error(name, "is no whole number")
        }
        return integer
    }

    /// Any 64 bits: a number of either sign.
    func seed(_ name: String) throws(RequestError) -> UInt64 {
        if case .number(let number)? = self[name], let seed = number.uint64 { return seed }
        return UInt64(bitPattern: try optionalInteger(name) ?? 0)
    }

    func count(_ name: String) throws(RequestError) -> UInt32? {
        guard let integer = try optionalInteger(name) else { return nil }
        guard let count = UInt32(exactly: integer) else {
            throw error(name, "\(integer) is not within 0...\(UInt32.max)")
        }
        return count
    }

    func optionalObject(_ name: String) throws(RequestError) -> Fields? {
        guard let value = self[name] else { return nil }
        guard let object = value.object else { throw error(name, "is no object") }
        return Fields(object, at: place(name))
    }

    func objectValue(_ name: String) throws(RequestError) -> JSONObject {
        try optionalObject(name)?.object ?? [:]
    }

    func array(_ name: String) throws(RequestError) -> [JSONValue] {
        guard let value = self[name] else { return [] }
        guard let array = value.array else { throw error(name, "is no array") }
        return array
    }

    func texts(_ name: String) throws(RequestError) -> [String] {
        var texts: [String] = []
        for value in try array(name) {
            guard let text = value.string else { throw error(name, "holds more than texts") }
            texts.append(text)
        }
        return texts
    }

    func bytes(_ name: String) throws(RequestError) -> [UInt8]? {
        guard let text = try optionalText(name) else { return nil }
        guard let bytes = Base64.bytes(text) else { throw error(name, "is no base64") }
        return bytes
    }

    func place(_ name: String) -> String {
        var escaped = ""
        for character in name {
            switch character {
            case "~": escaped += "~0"
            case "/": escaped += "~1"
            default: escaped.append(character)
            }
        }
        return pointer + "/" + escaped
    }
}
