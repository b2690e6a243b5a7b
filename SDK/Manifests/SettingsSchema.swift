import JSON

/// The form of a settings document: a JSON Schema with what the host adds to it.
package struct SettingsSchema: Sendable {
    /// One setting, as the schema describes it.
    package struct Setting: Hashable, Sendable {
        package var name: String
        package var names: LocalizedText?
        /// Never shown again once it is set.
        package var isSecret: Bool
        /// Tells devices on one line apart; where it is given, it is the device's address there.
        package var isBusAddress: Bool
        /// The device attribute by which imports set it.
        package var attribute: String?
        package var unit: String?
        package var `default`: JSONValue?
        /// Defaults by channel type; they come before `default`.
        package var channelDefaults: JSONObject
        /// The property's own schema.
        package var schema: JSONObject
    }

    /// The schema as it was given.
    package let document: JSONObject
    /// The settings in the schema's order.
    package let settings: [Setting]
    private let schema: JSONSchema

    /// Checks a schema and makes it ready.
    static func read(
        _ node: ManifestReading.Node, _ reading: inout ManifestReading
    ) -> SettingsSchema? {
        guard let document = node.value.object, document["type"] == "object",
            let properties = node.member("properties")?.value.object
        else {
            reading.error(
                at: node.pointer, "is no schema of an object",
                "write { \"type\": \"object\", \"properties\": {…} }")
            return nil
        }
        let compiled: JSONSchema
        do throws(JSONSchemaError) {
            compiled = try JSONSchema(node.value)
        } catch {
            reading.error(
                at: JSONPointer(node.pointer.tokens + error.pointer.tokens),
                "is no schema that this host understands: it \(error.message)",
                "correct the keyword or its value; names that begin with x- are free")
            return nil
        }
        let place = node.pointer.appending("properties")
        var settings: [Setting] = []
        for (name, value) in properties {
            let property = ManifestReading.Node(value: value, pointer: place.appending(name))
            guard value.object != nil else {
                reading.error(
                    at: property.pointer, "is no description of a setting",
                    "write { \"type\": …, \"x-names\": { \"ru\": …, \"en\": … } }")
                continue
            }
            settings.append(readSetting(name, property, &reading))
        }
        return SettingsSchema(document: document, settings: settings, schema: compiled)
    }

    private static func readSetting(
        _ name: String, _ node: ManifestReading.Node, _ reading: inout ManifestReading
    ) -> Setting {
        let schema = node.value.object ?? [:]
        let channelDefaults = readChannelDefaults(node, &reading)
        if let defaultNode = node.member("default") { check(defaultNode, node, &reading) }
        let isSecret = reading.flag(node.member("x-secret"))
        if isSecret, node.member("default") != nil || !channelDefaults.isEmpty {
            reading.error(
                at: node.pointer, "is a secret with a default",
                "remove the default: a secret that everybody knows is none")
        }
        return Setting(
            name: name, names: reading.names(node.member("x-names")), isSecret: isSecret,
            isBusAddress: reading.flag(node.member("x-bus-address")),
            attribute: reading.symbol(node.member("x-attribute"), "AT_ACCESS_PASSWORD"),
            unit: reading.text(node.member("x-unit"), "write a UCUM code, such as \"s\""),
            default: schema["default"], channelDefaults: channelDefaults, schema: schema)
    }

    private static func readChannelDefaults(
        _ property: ManifestReading.Node, _ reading: inout ManifestReading
    ) -> JSONObject {
        guard let node = property.member("x-defaults") else { return [:] }
        guard let object = node.value.object else {
            reading.error(
                at: node.pointer, "must be an object, but is a \(node.value.typeName)",
                "write { \"CHAN_TYPE_TCP\": … }")
            return [:]
        }
        for (type, value) in object {
            let place = node.pointer.appending(type)
            if !ManifestReading.isSymbol(type) {
                reading.error(at: place, "is no channel type", "write one, CHAN_TYPE_TCP")
            }
            check(ManifestReading.Node(value: value, pointer: place), property, &reading)
        }
        return object
    }

    /// A default has to be a value that the setting may have.
    private static func check(
        _ value: ManifestReading.Node, _ property: ManifestReading.Node,
        _ reading: inout ManifestReading
    ) {
        // A property that refers to $defs elsewhere is judged when documents are.
        guard property.value["$ref"] == nil, let schema = try? JSONSchema(property.value),
            let violation = schema.violations(of: value.value).first
        else { return }
        reading.error(
            at: value.pointer, "is no value of its setting: it \(violation.message)",
            "correct the default or the setting's schema")
    }

    /// The names of the settings that are secret.
    package var secretNames: [String] { settings.filter(\.isSecret).map(\.name) }

    package subscript(name: String) -> Setting? { settings.first { $0.name == name } }

    /// What is wrong with a complete document.
    func violations(of document: JSONObject) -> [JSONSchema.Violation] {
        schema.violations(of: .object(document))
    }

    /// The texts of all secrets in a document.
    package func secrets(in document: JSONObject) -> [String] {
        let value = JSONValue.object(document)
        return schema.secrets(in: value).compactMap { pointer in
            switch value[pointer] {
            case .string(let text): text
            case .number(let number): number.text
            default: nil
            }
        }.filter { !$0.isEmpty }
    }
}

extension SettingsType {
    /// Reads a list of types as a manifest has it, for a table that lies in code.
    ///
    /// - Parameters:
    ///   - documents: The types.
    ///   - source: What defects name as their file.
    /// - Returns: The types, and what is wrong with them.
    package static func read(
        _ documents: [JSONValue], from source: String
    ) -> (types: [SettingsType], defects: [ManifestDefect]) {
        var reading = ManifestReading(file: source)
        let root = ManifestReading.Node(
            value: ["types": .array(documents)], pointer: JSONPointer())
        let types = Manifest.readTypes(root, "types", "CT_EXAMPLE", &reading)
        return (types, reading.defects)
    }
}
