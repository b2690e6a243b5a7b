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

    /// The manifests that are used, in the order in which they were found.
    package private(set) var manifests: [Manifest] = []
    /// Everything that is wrong with any manifest; those with errors are not in `manifests`.
    package private(set) var defects: [ManifestDefect] = []
    /// The device types in the order of the manifests.
    package private(set) var deviceTypes: [DeviceTypeEntry] = []
    /// The protocol types, by symbol.
    package private(set) var protocolTypes: [String: SettingsType] = [:]
    /// The channel types, by symbol, the host's own included.
    package private(set) var channelTypes: [String: SettingsType] = [:]
    /// Manifests of which nothing is used, because an earlier one has their id.
    package private(set) var shadowed: [Shadowed] = []
    /// What several plugins offer, with the one that serves.
    package private(set) var conflicts: [Conflict] = []
    private var drivers: [DriverKey: [DriverEntry]] = [:]
    private var protocolOwners: [String: String] = [:]
    private var channelOwners: [String: String] = [:]
    /// Each plugin's own description of its protocols.
    private var protocolsOfPlugins: [String: [String: SettingsType]] = [:]
    private var deviceTypePlaces: [String: Int] = [:]
    private var messages: [String: [String: LocalizedText]] = [:]

    /// Makes a catalogue of manifests that were read, the first one's words before those of later ones.
    package init(_ manifests: [Manifest] = [], defects: [ManifestDefect] = []) {
        self.defects = defects
        for type in BuiltInChannels.types { channelTypes[type.type] = type }
        for manifest in manifests { add(manifest) }
    }

    private mutating func add(_ manifest: Manifest) {
        if let winner = self.manifest(manifest.id) {
            let shadow = Shadowed(
                plugin: manifest.id, version: manifest.version, file: manifest.file,
                winner: winner.file, winnerVersion: winner.version)
            shadowed.append(shadow)
            defects.append(Self.warning(of: shadow))
            return
        }
        let refusals = self.refusals(of: manifest)
        guard refusals.isEmpty else {
            defects += refusals
            return
        }
        manifests.append(manifest)
        messages[manifest.id] = manifest.messages
        for type in manifest.protocols { add(type, of: manifest) }
        for type in manifest.channels {
            if let owner = channelOwners[type.type] {
                note(.channelType(type.type), serving: owner, manifest)
            } else {
                channelOwners[type.type] = manifest.id
                channelTypes[type.type] = type
            }
        }
        for type in manifest.deviceTypes { add(type, of: manifest) }
    }

    private mutating func add(_ type: SettingsType, of manifest: Manifest) {
        protocolsOfPlugins[manifest.id, default: [:]][type.type] = type
        guard let owner = protocolOwners[type.type] else {
            protocolOwners[type.type] = manifest.id
            protocolTypes[type.type] = type
            return
        }
        if protocolTypes[type.type]?.settings.document != type.settings.document {
            note(.protocolType(type.type), serving: owner, manifest)
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

    private mutating func add(_ type: DeviceType, of manifest: Manifest) {
        for map in type.protocolMaps {
            let key = DriverKey(deviceLib: type.deviceLib, protocolMap: map.symbol)
            let entry = DriverEntry(plugin: manifest.id, deviceType: type, protocolMap: map)
            let known = drivers[key]?.first {
                $0.deviceType.symbol == type.symbol && $0.plugin != manifest.id
            }
            drivers[key, default: []].append(entry)
            if let known {
                note(
                    .driver(
                        deviceType: type.symbol, deviceLib: type.deviceLib, protocolMap: map.symbol),
                    serving: known.plugin, manifest)
            }
        }
        guard let place = deviceTypePlaces[type.symbol] else {
            deviceTypePlaces[type.symbol] = deviceTypes.count
            deviceTypes.append(DeviceTypeEntry(type: type, plugins: [manifest.id]))
            return
        }
        let first = deviceTypes[place]
        if first.type.deviceClass != type.deviceClass || first.type.resource != type.resource {
            note(.deviceType(type.symbol), serving: first.plugins[0], manifest)
        }
        deviceTypes[place].plugins.append(manifest.id)
    }

    private mutating func note(
        _ subject: Conflict.Subject, serving: String, _ manifest: Manifest
    ) {
        let conflict = Conflict(subject: subject, serving: serving, others: [manifest.id])
        if let place = conflicts.firstIndex(where: { $0.subject == subject }) {
            conflicts[place].others.append(manifest.id)
        } else {
            conflicts.append(conflict)
        }
        defects.append(Self.warning(of: conflict, in: manifest))
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

    /// Looks at a protocol's settings.
    ///
    /// - Parameters:
    ///   - type: The protocol's type.
    ///   - settings: As a person or an import gave them.
    ///   - channelType: The type of the channel over which it will work, where that is known.
    ///   - plugin: The plugin whose driver will get them, where that is known: its own description
    ///     counts then.
    /// - Returns: Nil for a type that no plugin has.
    package func checkProtocol(
        type: String, _ settings: JSONObject, channelType: String? = nil, plugin: String? = nil
    ) -> SettingsCheck? {
        let own = plugin.flatMap { protocolsOfPlugins[$0]?[type] }
        return (own ?? protocolTypes[type])?.settings.check(settings, channelType: channelType)
    }

    /// Whether a setting of a protocol is a secret: where any plugin says so, or none knows it.
    package func isSecret(_ setting: String, ofProtocol type: String) -> Bool {
        let known = manifests.compactMap { protocolsOfPlugins[$0.id]?[type]?.settings[setting] }
        return known.isEmpty || known.contains(where: \.isSecret)
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
