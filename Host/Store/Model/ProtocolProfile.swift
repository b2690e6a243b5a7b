import Values

/// A named set of protocol settings: what the manuals and the API call a protocol.
package struct ProtocolProfile: Hashable, Sendable {
    package var id: UUID
    package var project: UUID
    package var name: String
    /// The type's symbol, as `PROTO_DLMS`.
    package var type: String
    package var settings: SettingsText
    package var created: Moment
    package var revision: Int64

    package init(
        id: UUID, project: UUID, name: String, type: String, settings: SettingsText,
        created: Moment, revision: Int64 = 1
    ) {
        self.id = id
        self.project = project
        self.name = name
        self.type = type
        self.settings = settings
        self.created = created
        self.revision = revision
    }
}
