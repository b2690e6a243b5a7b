import JSON

/// A device as a driver sees it.
public struct Device: Hashable, Sendable {
    /// The host's id of it; empty in a simulation.
    public let uuid: String
    /// The serial number.
    public let serialNumber: String
    /// The symbol of its type, such as `CE307`.
    public let type: String
    /// The attributes that its card has, by symbol.
    public let attributes: Settings
    /// The devices behind it.
    public let children: [JSONObject]
    /// Its time zone.
    public let clock: DeviceClock

    /// Reads the device of a request.
    init(_ fields: Fields) throws(RequestError) {
        uuid = try fields.optionalText("uuid") ?? ""
        serialNumber = try fields.optionalText("serialNumber") ?? ""
        type = try fields.text("type")
        attributes = Settings(try fields.objectValue("attributes"))
        var children: [JSONObject] = []
        for value in try fields.array("children") {
            guard let child = value.object else {
                throw fields.error("children", "holds more than objects")
            }
            children.append(child)
        }
        self.children = children
        clock = try DeviceClock(try fields.optionalObject("timeZone"))
    }
}
