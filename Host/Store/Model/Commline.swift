import Values

/// A communication line: device × channel × protocol × driver.
package struct Commline: Hashable, Sendable {
    package var id: UUID
    package var project: UUID
    package var device: UUID
    package var channel: UUID
    /// The protocol; called so because `protocol` is a word of the language.
    package var profile: UUID
    /// The device's library, as `DL_CE_307`; with the map it names the driver.
    package var deviceLib: String
    /// The protocol's map, as `PROTO_MAP_SPODES_CE307_V10`.
    package var protocolMap: String
    package var enabled: Bool
    /// The address on the line; empty when the protocol's own is used.
    package var address: String
    /// Lines of a device are tried from the highest priority down.
    package var priority: Int
    /// Attempts on failure before the next line is tried.
    package var attempts: Int
    package var created: Moment
    package var revision: Int64

    package init(
        id: UUID, project: UUID, device: UUID, channel: UUID, profile: UUID, deviceLib: String,
        protocolMap: String, enabled: Bool = true, address: String = "", priority: Int = 0,
        attempts: Int = 1, created: Moment, revision: Int64 = 1
    ) {
        self.id = id
        self.project = project
        self.device = device
        self.channel = channel
        self.profile = profile
        self.deviceLib = deviceLib
        self.protocolMap = protocolMap
        self.enabled = enabled
        self.address = address
        self.priority = priority
        self.attempts = attempts
        self.created = created
        self.revision = revision
    }
}
