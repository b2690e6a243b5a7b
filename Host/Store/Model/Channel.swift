import Values

/// How bytes travel to devices.
package struct Channel: Hashable, Sendable {
    package var id: UUID
    package var project: UUID
    package var name: String
    /// The type's symbol, as `CHAN_TYPE_TCP`.
    package var type: String
    /// Whether one session at a time may use the channel.
    package var isExclusive: Bool
    package var settings: SettingsText
    package var created: Moment
    package var revision: Int64

    package init(
        id: UUID, project: UUID, name: String, type: String, isExclusive: Bool,
        settings: SettingsText, created: Moment, revision: Int64 = 1
    ) {
        self.id = id
        self.project = project
        self.name = name
        self.type = type
        self.isExclusive = isExclusive
        self.settings = settings
        self.created = created
        self.revision = revision
    }
}
