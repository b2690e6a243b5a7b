import JSON

/// What is wrong with a setting: its name, what was given, and what is allowed.
public struct SettingsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The setting's name.
    public let setting: String
    /// What was given; nil where it is missing or a secret.
    public let given: String?
    /// What is allowed.
    public let allowed: String

    /// Makes an error.
    ///
    /// - Parameters:
    ///   - setting: The setting's name.
    ///   - given: What was given; nil where it is missing or a secret.
    ///   - allowed: What is allowed.
    public init(setting: String, given: String?, allowed: String) {
        self.setting = setting
        self.given = given
        self.allowed = allowed
    }

    /// The whole in one sentence.
    public var description: String {
        guard let given else { return "\(setting) has to be \(allowed)" }
        return "\(setting) is \(given), but has to be \(allowed)"
    }
}

/// Settings of a protocol or a channel, read with their types.
///
/// Numbers may also stand as text, because imports keep them so.
public struct Settings: Hashable, Sendable {
    /// The settings as they came.
    public let json: JSONObject

    /// Makes settings.
    ///
    /// - Parameter json: The settings as they came.
    public init(_ json: JSONObject) {
        self.json = json
    }

    /// Whether a setting is given.
    ///
    /// - Parameter name: The setting's name.
    /// - Returns: False where it is missing, null or an empty text.
    public func has(_ name: String) -> Bool { given(name) != nil }

    /// Reads a whole number.
    ///
    /// - Parameters:
    ///   - name: The setting's name.
    ///   - range: What is allowed.
    ///   - default: What holds where the setting is missing; nil where it may not be.
    /// - Returns: The number.
    /// - Throws: A ``SettingsError`` where it is missing, no whole number or out of range.
    public func integer(
        _ name: String, in range: ClosedRange<Int>, default: Int? = nil
    ) throws(SettingsError) -> Int {
        let allowed = "a whole number within \(range.lowerBound)...\(range.upperBound)"
        guard let value = given(name) else { return try fallback(name, `default`, allowed) }
        guard let number = Self.integer(value), range.contains(number) else {
            throw SettingsError(setting: name, given: value.text(), allowed: allowed)
        }
        return number
    }

    /// Reads a text.
    ///
    /// - Parameters:
    ///   - name: The setting's name.
    ///   - default: What holds where the setting is missing; nil where it may not be.
    /// - Returns: The text; a number is returned with the digits in which it was given.
    /// - Throws: A ``SettingsError`` where it is missing or neither text nor number.
    public func text(_ name: String, default: String? = nil) throws(SettingsError) -> String {
        guard let value = given(name) else { return try fallback(name, `default`, "a text") }
        if let text = value.string { return text }
        guard case .number = value else {
            throw SettingsError(setting: name, given: value.text(), allowed: "a text")
        }
        return value.text()
    }

    /// Reads a secret: a password or a key.
    ///
    /// An error never tells what was given.
    ///
    /// - Parameters:
    ///   - name: The setting's name.
    ///   - default: What holds where the setting is missing; nil where it may not be.
    /// - Returns: The secret.
    /// - Throws: A ``SettingsError`` where it is missing or neither text nor number.
    public func secret(_ name: String, default: Secret? = nil) throws(SettingsError) -> Secret {
        guard let value = given(name) else { return try fallback(name, `default`, "a secret") }
        if let text = value.string { return Secret(text) }
        guard case .number = value else {
            throw SettingsError(setting: name, given: nil, allowed: "a text")
        }
        return Secret(value.text())
    }

    /// Reads one of several words.
    ///
    /// - Parameters:
    ///   - name: The setting's name.
    ///   - type: The words: an enumeration with texts as raw values.
    ///   - default: What holds where the setting is missing; nil where it may not be.
    /// - Returns: The choice.
    /// - Throws: A ``SettingsError`` where it is missing or none of the words.
    public func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, of type: Choice.Type = Choice.self, default: Choice? = nil
    ) throws(SettingsError) -> Choice {
        let allowed = "one of " + type.allCases.map(\.rawValue).joined(separator: ", ")
        guard let value = given(name) else { return try fallback(name, `default`, allowed) }
        let word = value.string ?? value.text()
        guard let choice = Choice(rawValue: word) else {
            throw SettingsError(setting: name, given: value.text(), allowed: allowed)
        }
        return choice
    }

    /// Reads yes or no: a JSON boolean, or the texts `true` and `false`.
    ///
    /// - Parameters:
    ///   - name: The setting's name.
    ///   - default: What holds where the setting is missing; nil where it may not be.
    /// - Returns: Whether it is true.
    /// - Throws: A ``SettingsError`` where it is missing or something else.
    public func flag(_ name: String, default: Bool? = nil) throws(SettingsError) -> Bool {
        guard let value = given(name) else {
            return try fallback(name, `default`, "true or false")
        }
        switch value {
        case .bool(let flag): return flag
        case .string("true"): return true
        case .string("false"): return false
        default:
            throw SettingsError(
                setting: name, given: value.text(), allowed: "true or false")
        }
    }

    /// Reads a length of time: `"00:00:05"`, `"1.00:00:00"`, `"5s"`, `"200ms"`, `"2m"`, `"1h"`, or a
    /// number of milliseconds.
    ///
    /// - Parameters:
    ///   - name: The setting's name.
    ///   - range: What is allowed.
    ///   - default: What holds where the setting is missing; nil where it may not be.
    /// - Returns: The length of time.
    /// - Throws: A ``SettingsError`` where it is missing, unreadable or out of range.
    public func duration(
        _ name: String, in range: ClosedRange<Duration> = .zero ... .seconds(86_400),
        default: Duration? = nil
    ) throws(SettingsError) -> Duration {
        let allowed = """
            a time such as "00:00:05", "5s" or 5000 (milliseconds) within \
            \(DurationText.text(range.lowerBound))...\(DurationText.text(range.upperBound))
            """
        guard let value = given(name) else { return try fallback(name, `default`, allowed) }
        let text = value.string ?? value.text()
        guard let duration = DurationText.duration(text), range.contains(duration) else {
            throw SettingsError(setting: name, given: value.text(), allowed: allowed)
        }
        return duration
    }

    /// The setting, unless it is missing, null or an empty text.
    private func given(_ name: String) -> JSONValue? {
        guard let value = json[name], value != .null, value != .string("") else { return nil }
        return value
    }

    private func fallback<Result>(
        _ name: String, _ value: Result?, _ allowed: String
    ) throws(SettingsError) -> Result {
        guard let value else { throw SettingsError(setting: name, given: nil, allowed: allowed) }
        return value
    }

    private static func integer(_ value: JSONValue) -> Int? {
        switch value {
        case .number(let number): number.int64.flatMap(Int.init(exactly:))
        case .string(let text): Int(text)
        default: nil
        }
    }
}
