import Access
import JSON
import Plugins

/// The types that devices may have: those of the plugins, and those that the manuals name.
///
/// A type without a driver is legal: its device is kept, and read once a plugin brings the driver.
enum KnownTypes {
    // Source: ceHES, table 6 and appendix 1; ceCloud, table 9 (two symbols that its print breaks over
    // lines are whole here).
    private static let manuals = [
        "DT_CE207", "DT_CE208", "DT_CE307", "DT_CE308",
        "DT_M_CE207_SMP", "DT_M_CE208_DLP", "DT_M_CE208_IEC61107", "DT_M_CE208_SMP",
        "DT_M_CE208_DLMS", "DT_M_CE208_DLMS_SPODES", "DT_M_CE209", "DT_M_CE307", "DT_M_CE307_SMP",
        "DT_M_CE308_DLP", "DT_M_CE308_IEC61107", "DT_M_CE308_SMP", "DT_M_CE308_DLMS",
        "DT_M_CE308_DLMS_SPODES", "DT_M_CE309", "DT_C_CE805M", "DT_E_MKSP_1EE", "DT_Z_CPI",
        "DT_Z_PN_OPE_M11", "DT_Z_CPSC",
    ]

    /// What is wrong with a device's type; nil for one that is known.
    static func issue(device type: String, _ catalogue: Catalogue, at place: JSONPointer) -> Issue?
    {
        if manuals.contains(type) || catalogue.deviceType(type) != nil { return nil }
        let known = Set(manuals + catalogue.deviceTypes.map(\.type.symbol)).sorted()
        return .body(place, .unknownType(type, known))
    }

    /// What is wrong with a channel's type.
    static func issue(channel type: String, _ catalogue: Catalogue, at place: JSONPointer) -> Issue?
    {
        if catalogue.channelTypes[type] != nil { return nil }
        return .body(place, .unknownType(type, catalogue.channelTypes.keys.sorted()))
    }

    /// What is wrong with a protocol's type.
    static func issue(
        protocol type: String, _ catalogue: Catalogue, at place: JSONPointer
    ) -> Issue? {
        if catalogue.protocolTypes[type] != nil { return nil }
        return .body(place, .unknownType(type, catalogue.protocolTypes.keys.sorted()))
    }

    /// What is wrong with a commline's driver.
    ///
    /// - Parameters:
    ///   - deviceLib: The line's library.
    ///   - protocolMap: The line's map.
    ///   - catalogue: The drivers.
    ///   - places: Where the two stand.
    /// - Returns: Nil for a driver that there is.
    static func issue(
        deviceLib: String, protocolMap: String, _ catalogue: Catalogue,
        at places: (deviceLib: JSONPointer, protocolMap: JSONPointer)
    ) -> Issue? {
        if catalogue.driver(deviceLib: deviceLib, protocolMap: protocolMap) != nil { return nil }
        let types = catalogue.deviceTypes.map(\.type)
        let own = types.filter { $0.deviceLib == deviceLib }
        guard !own.isEmpty else {
            return .body(
                places.deviceLib, .unknownType(deviceLib, Set(types.map(\.deviceLib)).sorted()))
        }
        let maps = Set(own.flatMap { $0.protocolMaps.map(\.symbol) }).sorted()
        return .body(places.protocolMap, .unknownType(protocolMap, maps))
    }
}

extension Phrase {
    /// A symbol that nobody knows, with those that somebody does.
    fileprivate static func unknownType(_ symbol: String, _ known: [String]) -> Phrase {
        let allowed = Phrase.allowed(known)
        return Phrase(
            "Неизвестное обозначение «\(symbol)». \(allowed.ru)",
            "Unknown symbol \"\(symbol)\". \(allowed.en)")
    }
}
