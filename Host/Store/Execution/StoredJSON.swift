import JSON
import Values

extension StoredMessage {
    /// The message as a column holds it.
    var json: JSONValue {
        var object = JSONObject()
        object["id"] = .string(id)
        if parameters != .null { object["parameters"] = parameters }
        if !detail.isEmpty { object["detail"] = .string(detail) }
        return .object(object)
    }

    init(json: JSONValue) throws(StoreError) {
        guard let id = json["id"]?.string else { throw .malformed("a message without an id") }
        self.init(
            id: id, parameters: json["parameters"] ?? .null, detail: json["detail"]?.string ?? "")
    }
}

extension TaskNote {
    var json: JSONValue { ["code": JSONValue(code), "message": message.json] }

    init(json: JSONValue) throws(StoreError) {
        guard let code = json["code"]?.int.flatMap(Int32.init(exactly:)),
            let message = json["message"]
        else { throw .malformed("a note of a task") }
        self.init(code: code, message: try StoredMessage(json: message))
    }
}

extension CommandStage {
    var json: JSONValue {
        var object = JSONObject()
        object["symbol"] = .string(symbol)
        object["at"] = JSONValue(at.milliseconds)
        if code != 0 { object["code"] = JSONValue(code) }
        if let message { object["message"] = message.json }
        return .object(object)
    }

    init(json: JSONValue) throws(StoreError) {
        guard let symbol = json["symbol"]?.string, let at = json["at"]?.number?.int64 else {
            throw .malformed("a stage of a command")
        }
        let message = try json["message"].map { (json) throws(StoreError) in
            try StoredMessage(json: json)
        }
        self.init(
            symbol: symbol, code: json["code"]?.int.flatMap(Int32.init(exactly:)) ?? 0,
            message: message, at: Moment(milliseconds: at))
    }
}

extension Row {
    /// Reads a JSON array; NULL is an empty one.
    mutating func list<T>(
        _ decode: (JSONValue) throws(StoreError) -> T
    ) throws(StoreError) -> [T] {
        var values: [T] = []
        for element in try json().array ?? [] { values.append(try decode(element)) }
        return values
    }

    mutating func optionalMessage() throws(StoreError) -> StoredMessage? {
        let json = try json()
        return json == .null ? nil : try StoredMessage(json: json)
    }
}
