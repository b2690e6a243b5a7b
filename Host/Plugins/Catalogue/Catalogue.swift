import Manifests
import JSON

/// All that the manifests together say: which driver talks to what, and the forms of all settings.
///
/// A value: a reload makes a new one.
package struct Catalogue: Sendable {
    /// What a commline's `DeviceLib` and `ProtocolMap` lead to.
    package struct DriverEntry: Sendable {
        /// The plugin's id.
        package let plugin: String
        package let deviceType: DeviceType
        package let protocolMap: DeviceType.ProtocolMap
    }

    /// A type of device with the plugins that know it.
    package struct DeviceTypeEntry: Sendable {
        /// The first plugin's description.
        package let type: DeviceType
        /// The plugins' ids.
        package internal(set) var plugins: [String]
    }

    private struct DriverKey: Hashable {
        var deviceLib: String
        var protocolMap: String
    }

    /// The manifests that hold, in the order in which they were found.
    package private(set) var manifests: [Manifest] = []
    /// Everything that is wrong with any manifest; those with errors are not in `manifests`.
    package private(set) var defects: [ManifestDefect] = []
    /// The device types in the order of the manifests.
    package private(set) var deviceTypes: [DeviceTypeEntry] = []
    /// The protocol types, by symbol.
    package private(set) var protocolTypes: [String: SettingsType] = [:]
    /// The channel types, by symbol, the host's own included.
    package private(set) var channelTypes: [String: SettingsType] = [:]
    private var drivers: [DriverKey: [DriverEntry]] = [:]
    private var deviceTypePlaces: [String: Int] = [:]
    private var messages: [String: [String: LocalizedText]] = [:]

    /// Makes a catalogue of manifests that were read; one that collides with an earlier one is refused.
    package init(_ manifests: [Manifest] = [], defects: [ManifestDefect] = []) {
        self.defects = defects
        for type in BuiltInChannels.types { channelTypes[type.type] = type }
        for manifest in manifests { add(manifest) }
    }

    private mutating func add(_ manifest: Manifest) {
        let collisions = self.collisions(of: manifest)
        guard collisions.isEmpty else {
            defects += collisions
            return
        }
        manifests.append(manifest)
        messages[manifest.id] = manifest.messages
        for type in manifest.protocols { protocolTypes[type.type] = type }
        for type in manifest.channels { channelTypes[type.type] = type }
        for type in manifest.deviceTypes {
            for map in type.protocolMaps {
                let key = DriverKey(deviceLib: type.deviceLib, protocolMap: map.symbol)
                let entry = DriverEntry(plugin: manifest.id, deviceType: type, protocolMap: map)
                drivers[key, default: []].append(entry)
            }
            if let place = deviceTypePlaces[type.symbol] {
                deviceTypes[place].plugins.append(manifest.id)
            } else {
                deviceTypePlaces[type.symbol] = deviceTypes.count
                deviceTypes.append(DeviceTypeEntry(type: type, plugins: [manifest.id]))
            }
        }
    }

    /// The catalogue with one manifest exchanged or added; all others stay as they are.
    ///
    /// - Parameters:
    ///   - manifest: The new one.
    ///   - fresh: Gives the order of plugins.
    func replacing(_ manifest: Manifest, orderedAs fresh: Catalogue) -> Catalogue {
        var known: [String: Manifest] = [:]
        for old in manifests { known[old.id] = old }
        known[manifest.id] = manifest
        var order = fresh.manifests.map(\.id)
        order += manifests.map(\.id).filter { !order.contains($0) }
        return Catalogue(
            order.compactMap { known[$0] }, defects: defects.filter { $0.file != manifest.file })
    }

    // MARK: Collisions

    private func collisions(of manifest: Manifest) -> [ManifestDefect] {
        if let earlier = manifests.first(where: { $0.id == manifest.id }) {
            return [
                ManifestDefect(
                    file: manifest.file, pointer: JSONPointer(["id"]),
                    problem:
                        "names the plugin \"\(manifest.id)\", which \(earlier.file) is already",
                    remedy: "remove one of the two files; until then the first one holds")
            ]
        }
        var found: [ManifestDefect] = []
        for (key, types, known) in [
            ("protocols", manifest.protocols, protocolTypes),
            ("channels", manifest.channels, channelTypes),
        ] {
            for (index, type) in types.enumerated() where known[type.type] != nil {
                found.append(
                    ManifestDefect(
                        file: manifest.file, pointer: JSONPointer([key, "\(index)", "type"]),
                        problem: "\"\(type.type)\" is described by another plugin or by the host",
                        remedy: "give it a name of its own"))
            }
        }
        for (index, type) in manifest.deviceTypes.enumerated() {
            found += collisions(of: type, at: JSONPointer(["deviceTypes", "\(index)"]), manifest)
        }
        return found
    }

    private func collisions(
        of type: DeviceType, at place: JSONPointer, _ manifest: Manifest
    ) -> [ManifestDefect] {
        var found: [ManifestDefect] = []
        if let known = deviceType(type.symbol),
            known.type.deviceClass != type.deviceClass
                || known.type.resource != type.resource
        {
            found.append(
                ManifestDefect(
                    file: manifest.file, pointer: place,
                    problem: "\"\(type.symbol)\" has another class or resource in the plugin "
                        + "\"\(known.plugins[0])\"",
                    remedy: "describe it as there, or give it a symbol of its own"))
        }
        for (index, map) in type.protocolMaps.enumerated() {
            guard let other = driver(deviceLib: type.deviceLib, protocolMap: map.symbol) else {
                continue
            }
            found.append(
                ManifestDefect(
                    file: manifest.file,
                    pointer: place.appending("protocolMaps").appending(index),
                    problem: "\(type.deviceLib) with \(map.symbol) is the driver of the plugin "
                        + "\"\(other.plugin)\" already",
                    remedy: "give the protocol map a name of its own, or remove one of the plugins")
            )
        }
        return found
    }

    // MARK: Finding

    /// The manifest of a plugin.
    package func manifest(_ id: String) -> Manifest? { manifests.first { $0.id == id } }

    /// Finds the driver of a commline.
    ///
    /// - Parameters:
    ///   - deviceLib: The commline's.
    ///   - protocolMap: The commline's.
    ///   - deviceType: The device's, where several types share a driver.
    /// - Returns: The driver, or nil where no plugin has it.
    package func driver(
        deviceLib: String, protocolMap: String, deviceType: String? = nil
    ) -> DriverEntry? {
        let entries = drivers[DriverKey(deviceLib: deviceLib, protocolMap: protocolMap)] ?? []
        return entries.first { $0.deviceType.symbol == deviceType } ?? entries.first
    }

    /// Finds a type of device.
    package func deviceType(_ symbol: String) -> DeviceTypeEntry? {
        deviceTypePlaces[symbol].map { deviceTypes[$0] }
    }

    // MARK: Settings

    /// Looks at a protocol's settings; nil for a type that no plugin has.
    package func checkProtocol(
        type: String, _ settings: JSONObject, channelType: String? = nil
    ) -> SettingsCheck? {
        protocolTypes[type]?.settings.check(settings, channelType: channelType)
    }

    /// Looks at a channel's settings; nil for a type that nobody has.
    package func checkChannel(type: String, _ settings: JSONObject) -> SettingsCheck? {
        channelTypes[type]?.settings.check(settings, channelType: type)
    }

    // MARK: Texts

    /// The text of a message: its template with its parameters, and its detail behind it.
    package func text(of message: Message, in language: Language) -> String {
        let template: LocalizedText?
        if let plugin = message.plugin {
            template = messages[plugin]?[message.id]
        } else {
            template = HostMessages.templates[message.id]
        }
        guard let template else { return unknown(message) }
        let text = MessageText.render(template[language], message.parameters)
        return message.detail.isEmpty ? text : "\(text) (\(message.detail))"
    }

    /// A message without a template still says what it can.
    private func unknown(_ message: Message) -> String {
        var parts: [String] = []
        if !message.id.isEmpty { parts.append(message.id) }
        if !message.parameters.isEmpty { parts.append(JSONValue.object(message.parameters).text()) }
        if !message.detail.isEmpty { parts.append(message.detail) }
        return parts.joined(separator: " ")
    }
}
