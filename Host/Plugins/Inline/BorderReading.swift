import CCommline
import JSON
import Values

/// Reads what a plugin gives: every pointer, size, text and constant is checked before it is used.
enum BorderReading {
    /// A struct that the plugin made: null and too small ones are refused.
    static func structure<Structure>(
        _ pointer: UnsafePointer<Structure>?, _ name: String
    ) throws(LinkRefusal) -> Structure {
        guard let pointer else { throw .invalid("\(name) is null") }
        // Every data struct begins with its size; fields behind it exist only as far as it says.
        let size = UnsafeRawPointer(pointer).load(as: UInt32.self)
        guard Int(size) >= MemoryLayout<Structure>.size else {
            throw .invalid(
                "\(name).size is \(size), but it has \(MemoryLayout<Structure>.size) bytes")
        }
        return pointer.pointee
    }

    /// A text of at most `COMMLINE_LIMIT_TEXT` bytes.
    static func text(_ text: commline_text, _ name: String) throws(LinkRefusal) -> String {
        guard text.size > 0 else { return "" }
        guard let data = text.data else { throw .invalid("\(name).data is null") }
        guard text.size <= COMMLINE_LIMIT_TEXT else {
            throw .tooMuch("\(name) has \(text.size) bytes, the limit is \(COMMLINE_LIMIT_TEXT)")
        }
        let bytes = UnsafeRawBufferPointer(start: data, count: Int(text.size))
        guard let result = String(validating: bytes, as: UTF8.self) else {
            throw .invalid("\(name) is not valid UTF-8")
        }
        return result
    }

    /// A text that must be there.
    static func text(
        _ pointer: UnsafePointer<commline_text>?, _ name: String
    ) throws(LinkRefusal) -> String {
        guard let pointer else { throw .invalid("\(name) is null") }
        return try text(pointer.pointee, name)
    }

    /// Bytes, with a limit.
    static func bytes(
        _ bytes: commline_bytes, _ name: String, limit: UInt32
    ) throws(LinkRefusal) -> [UInt8] {
        guard bytes.size > 0 else { return [] }
        guard let data = bytes.data else { throw .invalid("\(name).data is null") }
        guard bytes.size <= limit else {
            throw .tooMuch("\(name) has \(bytes.size) bytes, the limit is \(limit)")
        }
        return Array(UnsafeBufferPointer(start: data, count: Int(bytes.size)))
    }

    /// A JSON object, empty where the text is.
    static func object(_ text: commline_text, _ name: String) throws(LinkRefusal) -> JSONObject {
        guard text.size > 0 else { return [:] }
        guard case .object(let object) = try json(text, name) else {
            throw .invalid("\(name) is not a JSON object")
        }
        return object
    }

    /// A JSON document.
    static func json(_ text: commline_text, _ name: String) throws(LinkRefusal) -> JSONValue {
        let text = try Self.text(text, name)
        do throws(JSONError) {
            return try JSONValue(parsing: text.utf8)
        } catch {
            throw .invalid("\(name) is not JSON: \(error)")
        }
    }

    /// A text for people; null is nil.
    static func message(
        _ pointer: UnsafePointer<commline_message>?, of plugin: String
    ) throws(LinkRefusal) -> Message? {
        guard pointer != nil else { return nil }
        let message = try structure(pointer, "message")
        let result = Message(
            plugin: plugin, id: try text(message.id, "message.id"),
            parameters: try object(message.parameters, "message.parameters"),
            detail: try text(message.detail, "message.detail"))
        return result.isEmpty ? nil : result
    }

    /// A code of the registry that a driver may use.
    static func code(_ code: commline_code) throws(LinkRefusal) -> ErrorCode {
        guard let result = ErrorCode(rawValue: code) else {
            throw .unsupported("there is no code \(code)")
        }
        guard result != .pluginCrashed else { throw .invalid("plugin_crashed is the host's code") }
        return result
    }
}
