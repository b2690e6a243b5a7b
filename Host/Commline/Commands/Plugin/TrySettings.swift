import Check
import JSON
import Manifests
import Plugins

/// The settings of a session that is tried, checked by their schemas, defaults filled in.
struct TrySettings {
    let `protocol`: JSONObject
    let channel: JSONObject
    /// Passwords and keys among them.
    let secrets: [String]

    /// Gathers the settings of a command line.
    ///
    /// - Throws: What is wrong with one, its secrets not repeated.
    init(_ arguments: ParsedArguments, _ manifest: Manifest, _ protocolType: String) throws {
        let catalogue = Catalogue([manifest])
        guard let type = catalogue.protocolTypes[protocolType],
            let tcp = catalogue.channelTypes[BuiltInChannels.tcp]
        else {
            throw CommandFailure("the manifest does not describe \(protocolType)", .usage)
        }
        var (own, line) = (JSONObject(), try Self.place(arguments))
        func put(_ name: String, _ value: JSONValue) throws(CommandFailure) {
            if type.settings[name] != nil {
                own[name] = value
            } else if tcp.settings[name] != nil {
                line[name] = value
            } else {
                let names = (type.settings.settings + tcp.settings.settings).map(\.name)
                let near = Spelling.nearest(to: name, in: names).map { "; did you mean \($0)?" }
                throw CommandFailure(
                    "\(protocolType) has no setting \(name)"
                        + (near ?? ", it has \(names.joined(separator: ", "))"), .usage)
            }
        }
        for (name, value) in try Self.file(arguments) { try put(name, value) }
        for (name, text) in try TryRequest.pairs("--set", arguments) {
            let schema = (type.settings[name] ?? tcp.settings[name])?.schema
            try put(name, Self.value(text, schema ?? [:]))
        }
        let checks = [
            (protocolType, type.settings.check(own, channelType: tcp.type)),
            (tcp.type, tcp.settings.check(line, channelType: tcp.type)),
        ]
        for (name, check) in checks {
            guard let violation = check.violations.first else { continue }
            throw CommandFailure(
                "the settings of \(name): at \(violation.pointer): \(violation.message)", .usage)
        }
        `protocol` = checks[0].1.complete
        channel = checks[1].1.complete
        secrets = type.settings.secrets(in: `protocol`) + tcp.settings.secrets(in: channel)
    }

    /// Where to connect to.
    private static func place(_ arguments: ParsedArguments) throws -> JSONObject {
        guard let text = arguments.value("--connect") else {
            throw CommandFailure("name the device with --connect HOST:PORT", .usage)
        }
        guard let colon = text.lastIndex(of: ":"),
            let port = UInt16(text[text.index(after: colon)...]), port > 0, colon > text.startIndex
        else {
            throw ArgumentError.badValue(
                option: "--connect", given: text, expected: "HOST:PORT, as 192.0.2.7:4059")
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        return [
            "CHAN_TYPE_TCP_OP_IP_ADDRESS": .string(String(host)),
            "CHAN_TYPE_TCP_OP_IP_PORT": JSONValue(port),
        ]
    }

    private static func file(_ arguments: ParsedArguments) throws -> JSONObject {
        guard let path = arguments.value("--settings") else { return [:] }
        let bytes: [UInt8]
        do throws(WholeFile.Failure) {
            bytes = try WholeFile.read(path)
        } catch {
            throw CommandFailure("--settings: \(error)", .usage)
        }
        guard let object = (try? JSONValue(parsing: bytes))?.object else {
            throw CommandFailure("--settings: \(path) is no JSON object", .usage)
        }
        return object
    }

    /// A text as the setting wants it: numbers and flags are made of texts by the schema's own check.
    private static func value(_ text: String, _ schema: JSONObject) -> JSONValue {
        let types =
            schema["type"]?.string.map { [$0] } ?? schema["type"]?.array?.compactMap(\.string) ?? []
        let isJSON = types.isEmpty || types.contains("array") || types.contains("object")
        guard isJSON, !types.contains("string"), let value = try? JSONValue(parsing: text) else {
            return .string(text)
        }
        return value
    }
}
