import DriverKit
import JSON
import Values
import Wire

extension Action {
    /// The action as a line of a trace, `SDK/Check/README.md`.
    var json: JSONValue {
        var fields: JSONObject = ["action": .string(word)]
        switch self {
        case .sent(let sending):
            fields["bytes"] = .string(sending.bytes.hex)
            fields.set("flags", sending.flags.rawValue)
            fields.set("peer", sending.peer)
            if !sending.secrets.isEmpty {
                fields["secrets"] = JSONValue(sending.secrets.map(Self.range))
            }
        case .deadline(let milliseconds):
            fields["milliseconds"] = milliseconds.map { JSONValue($0) } ?? .null
        case .redacted(let range): fields["range"] = Self.range(range)
        case .emitted(let record): fields["record"] = record.json
        case .outcome(let outcome): Self.write(outcome, &fields)
        case .noted(let level, let message):
            fields["level"] = JSONValue(level.rawValue)
            fields["message"] = message.json
        case .progress(let command, let done, let total):
            fields.set("command", command)
            fields["done"] = JSONValue(done)
            fields["total"] = JSONValue(total)
        case .found(let child):
            fields["number"] = JSONValue(child.number)
            fields.set("serial", child.serial)
            fields.set("type", child.type)
            fields.set("address", child.address)
            fields.set("facts", child.facts)
        case .remembered(let key, let bytes):
            fields["key"] = .string(key)
            fields["bytes"] = .string(bytes.hex)
        case .reserved(let counter, let count, let first):
            fields["counter"] = .string(counter)
            fields["count"] = JSONValue(count)
            fields["first"] = JSONValue(first)
        case .line(let line):
            fields["baud"] = JSONValue(line.baud)
            fields["dataBits"] = JSONValue(line.dataBits)
            fields["parity"] = JSONValue(line.parity.rawValue)
            fields["stopBits"] = JSONValue(line.stopBits)
        case .reconnect(let milliseconds): fields["milliseconds"] = JSONValue(milliseconds)
        case .completed(let command, let code, let message):
            fields["command"] = JSONValue(command)
            fields["code"] = .string(code.symbol)
            fields["message"] = message?.json
        case .finished(let finish):
            fields["code"] = .string(finish.code.symbol)
            fields.set("detail", finish.detail)
            fields["message"] = finish.message?.json
        case .yielded(let bytes): fields["bytes"] = .string(bytes.hex)
        }
        return .object(fields)
    }

    /// The action's name in the link's table.
    private var word: String {
        switch self {
        case .sent: "send"
        case .deadline: "deadline"
        case .redacted: "redact"
        case .emitted: "emit"
        case .outcome: "outcome"
        case .noted: "note"
        case .progress: "progress"
        case .found: "inventory"
        case .remembered: "remember"
        case .reserved: "reserve"
        case .line: "line"
        case .reconnect: "reconnect"
        case .completed: "complete"
        case .finished: "finish"
        case .yielded: "yielded"
        }
    }

    private static func range(_ range: Range<Int>) -> JSONValue {
        [JSONValue(range.lowerBound), JSONValue(range.count)]
    }

    private static func write(_ outcome: Outcome, _ fields: inout JSONObject) {
        fields["item"] = JSONValue(outcome.item)
        fields.set("command", outcome.command)
        fields["stage"] = .string("\(outcome.stage)")
        fields["code"] = .string(outcome.code.symbol)
        fields.set("detail", outcome.detail)
        fields["message"] = outcome.message?.json
    }
}

extension Message {
    var json: JSONValue {
        var fields: JSONObject = [:]
        fields.set("id", id)
        if !parameters.isEmpty { fields["parameters"] = .object(parameters) }
        fields.set("detail", detail)
        return .object(fields)
    }
}

extension Record {
    var json: JSONValue {
        var fields: JSONObject = [:]
        switch content {
        case .measurement(let archive, let quantity, let tag, let value, let status):
            fields["archive"] = .string(archive)
            fields["quantity"] = .string(quantity)
            fields["tag"] = .string(tag)
            fields["value"] = value.map(Self.json) ?? .null
            fields["status"] = JSONValue(status.rawValue)
        case .event(let journal, let type, let code, let parameters, let index):
            fields["journal"] = .string(journal)
            fields.set("type", type)
            fields["code"] = JSONValue(code)
            if !parameters.isEmpty { fields["parameters"] = .object(parameters) }
            fields["index"] = index.map { JSONValue($0) }
        case .state(let archive, let type, let value):
            fields["state"] = .string(archive)
            fields["type"] = .string(type)
            fields["value"] = value ?? .null
        }
        if let time {
            fields["timeMs"] = JSONValue(time.milliseconds)
            fields.set("offsetMinutes", time.offsetMinutes)
            fields["timeFlags"] = JSONValue(time.flags.rawValue)
        }
        fields["intervalEndMs"] = intervalEnd.map { JSONValue($0) }
        fields.set("child", child)
        fields["item"] = item.map { JSONValue($0) }
        fields.set("command", command)
        return .object(fields)
    }

    private static func json(_ value: Value) -> JSONValue {
        switch value {
        case .decimal(let decimal):
            ["mantissa": JSONValue(decimal.mantissa), "exponent": JSONValue(decimal.exponent)]
        case .unsigned(let count): ["unsigned": JSONValue(count)]
        case .bits(let bits): ["bits": JSONValue(bits)]
        case .text(let text): ["text": .string(text)]
        }
    }
}

extension JSONObject {
    /// Sets a member unless the text is empty.
    mutating func set(_ key: String, _ text: String) {
        if !text.isEmpty { self[key] = .string(text) }
    }

    /// Sets a member unless the number is 0.
    mutating func set(_ key: String, _ number: some BinaryInteger) {
        if number != 0 { self[key] = JSONValue(number) }
    }
}
