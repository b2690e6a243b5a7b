import JSON

/// What a plugin says of itself, before its library is opened.
package struct Manifest: Sendable {
    /// The newest form of manifests that this host knows.
    package static let newestVersion = 1

    /// Where the code asks to run.
    package enum Isolation: String, Hashable, Sendable, CaseIterable {
        case process, inline
    }

    /// What one worker process of the plugin may use.
    package struct Limits: Hashable, Sendable {
        package var sessions = 1000
        package var memoryMiB = 1024
    }

    /// The ABI that the plugin was built for.
    package struct ABIVersion: Hashable, Sendable, CustomStringConvertible {
        package var major: UInt32
        package var minor: UInt32

        package var description: String { "\(major).\(minor)" }
    }

    /// The file from which it was read.
    package var file: String
    package var id: String
    package var version: String
    package var vendor: String
    package var abi: ABIVersion
    /// The library's file name, without a folder.
    package var library: String
    /// The library's SHA-256, 32 bytes.
    package var sha256: [UInt8]?
    package var isolation: Isolation
    package var limits: Limits
    package var rendition: Rendition
    package var deviceTypes: [DeviceType]
    package var protocols: [SettingsType]
    package var channels: [SettingsType]
    package var layers: [SettingsType]
    package var listeners: [SettingsType]
    /// Templates of texts for people, by message id.
    package var messages: [String: LocalizedText]
    /// The document itself, for those who want to see all of it.
    package var document: JSONObject
    /// The file, byte for byte: what a signature covers.
    package var bytes: [UInt8]
}

/// Whose symbols and mappings a manifest has.
package enum Rendition: String, Hashable, Sendable, CaseIterable {
    case own, maker
}

/// What a meter measures.
package enum Resource: String, Hashable, Sendable, CaseIterable {
    case electricity, water, none
}

/// A type of device that a plugin can talk to.
package struct DeviceType: Sendable {
    /// A kind of values that a driver of the type reads.
    package struct ArchiveSupport: Hashable, Sendable {
        package var archive: String
        package var quantities: [String]
        package var tags: [String]
    }

    /// States that a driver of the type reads.
    package struct StateSupport: Hashable, Sendable {
        package var archive: String
        package var types: [String]
    }

    /// A command that a driver of the type carries out.
    package struct CommandSupport: Sendable {
        package var symbol: String
        package var names: LocalizedText?
        /// Doing it twice does no harm.
        package var isRepeatable: Bool
        package var parameters: SettingsSchema?
    }

    /// A way to talk to it; with `deviceLib` it names the driver.
    package struct ProtocolMap: Hashable, Sendable {
        package var symbol: String
        /// The type of protocol that it needs.
        package var protocolType: String
        package var names: LocalizedText?
        package var rendition: Rendition
    }

    package var symbol: String
    package var deviceClass: String
    package var names: LocalizedText
    package var resource: Resource
    package var rendition: Rendition
    package var deviceLib: String
    package var protocolMaps: [ProtocolMap]
    package var attributes: [String]
    package var archives: [ArchiveSupport]
    package var journals: [String]
    package var states: [StateSupport]
    package var commands: [CommandSupport]
}

/// A type of protocol, channel, layer or listener, with the form of its settings.
package struct SettingsType: Sendable {
    package var type: String
    package var names: LocalizedText
    package var settings: SettingsSchema
}
