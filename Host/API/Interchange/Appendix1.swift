import Store
import Values

/// The document of ceHES, appendix 1: devices with their channels, protocols and commlines.
///
/// Identifiers are unique among things of one kind only: the manual's own example gives a protocol and
/// a group the same one. Settings are JSON text inside of a text and keep every character.
struct Appendix1: Sendable {
    var channels: [ChannelEntry]
    var protocols: [ProtocolEntry]
    var groups: [GroupEntry]

    /// A channel of the document.
    struct ChannelEntry: Hashable, Sendable {
        var id: UUID
        var name: String
        var type: String
        var isExclusive: Bool
        var settings: SettingsText
    }

    /// A protocol of the document.
    struct ProtocolEntry: Hashable, Sendable {
        var id: UUID
        var name: String
        var type: String
        var settings: SettingsText
    }

    /// A group of the document; without identifier and name it holds the devices that have no group.
    struct GroupEntry: Hashable, Sendable {
        var identity: Identity?
        var devices: [DeviceEntry]

        /// What a real group is known by.
        struct Identity: Hashable, Sendable {
            var id: UUID
            var name: String
        }
    }

    /// A device of the document.
    struct DeviceEntry: Hashable, Sendable {
        var id: UUID
        var serialNumber: String
        var type: String
        var status: String
        /// As given, with every digit of its fraction.
        var plugDate: String?
        var enabled: Bool
        var lines: [LineEntry]
    }

    /// A commline of the document.
    struct LineEntry: Hashable, Sendable {
        var id: UUID
        var channel: UUID
        var profile: UUID
        var deviceLib: String
        var protocolMap: String
        var enabled: Bool
        var address: String
        var priority: Int
    }

    /// The version of the format that this host reads and writes.
    static let schemaVersion = "v1"
}
