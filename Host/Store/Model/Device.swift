import Values

/// A meter, concentrator, power-supply or cathodic-protection controller, with its whole card.
package struct Device: Hashable, Sendable {
    package var id: UUID
    package var project: UUID
    /// As given, leading zeros included; two devices may have the same one.
    package var serialNumber: String
    /// The type's symbol, as `DT_CE307`.
    package var type: String
    /// The class's symbol, as `DC_…`; empty when unknown.
    package var deviceClass: String
    /// The state's symbol, as `DS_INUSE`.
    package var status: String
    /// Whether the device takes part in collection.
    package var enabled: Bool
    package var source: DeviceSource
    package var plugDate: CardDate?
    package var manufactured: CardDate?
    package var commissioned: CardDate?
    package var lastVerified: CardDate?
    package var nextVerification: CardDate?
    /// Degrees north.
    package var latitude: Double?
    /// Degrees east.
    package var longitude: Double?
    /// Metres above sea level.
    package var altitude: Double?
    /// The act of installation.
    package var act: String
    package var reserve: String
    /// Attributes `AT_*` as a JSON object, sealed like settings; nil for none.
    package var attributes: SettingsText?
    /// The group; in ceHES a device is in one at most.
    package var group: UUID?
    /// The concentrator that the device is behind.
    package var parent: UUID?
    /// An IANA name or a fixed offset, with which clocks that carry none are read; nil for the host's.
    package var timeZone: String?
    package var added: Moment
    /// When it was last asked and last answered; what is given when a device is written is ignored.
    package var contact = DeviceContact.none
    package var revision: Int64

    package init(
        id: UUID, project: UUID, serialNumber: String, type: String, deviceClass: String = "",
        status: String = "DS_INUSE", enabled: Bool = true, source: DeviceSource = .byHand,
        plugDate: CardDate? = nil, manufactured: CardDate? = nil, commissioned: CardDate? = nil,
        lastVerified: CardDate? = nil, nextVerification: CardDate? = nil, latitude: Double? = nil,
        longitude: Double? = nil, altitude: Double? = nil, act: String = "", reserve: String = "",
        attributes: SettingsText? = nil, group: UUID? = nil, parent: UUID? = nil,
        timeZone: String? = nil, added: Moment, revision: Int64 = 1
    ) {
        self.id = id
        self.project = project
        self.serialNumber = serialNumber
        self.type = type
        self.deviceClass = deviceClass
        self.status = status
        self.enabled = enabled
        self.source = source
        self.plugDate = plugDate
        self.manufactured = manufactured
        self.commissioned = commissioned
        self.lastVerified = lastVerified
        self.nextVerification = nextVerification
        self.latitude = latitude
        self.longitude = longitude
        self.altitude = altitude
        self.act = act
        self.reserve = reserve
        self.attributes = attributes
        self.group = group
        self.parent = parent
        self.timeZone = timeZone
        self.added = added
        self.revision = revision
    }
}

/// How a device came into the host.
package enum DeviceSource: String, Hashable, Sendable, CaseIterable {
    case byHand = "manual"
    case byItself = "self"
    case imported
}

/// A date of a device's card: the text as it was given, and the instant if it is one.
///
/// The text is what an export gives back; the instant is what lists are filtered by.
package struct CardDate: Hashable, Sendable {
    package var text: String
    package var moment: Moment?

    package init(text: String, moment: Moment?) {
        self.text = text
        self.moment = moment
    }
}
