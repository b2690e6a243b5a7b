import JSON

/// The types of a manifest: devices, protocols, channels, layers, listeners.
extension Manifest {
    private static let deviceMembers = [
        "symbol", "class", "names", "resource", "rendition", "deviceLib", "protocolMaps",
        "attributes", "archives", "journals", "states", "commands",
    ]

    static func readDeviceTypes(
        _ root: ManifestReading.Node, _ protocols: [SettingsType], _ rendition: Rendition,
        _ reading: inout ManifestReading
    ) -> [DeviceType] {
        guard let node = root.member("deviceTypes") else { return [] }
        guard reading.array(node, "write a list of device types, [ { … } ]") else { return [] }
        var types: [DeviceType] = []
        for element in node.elements {
            guard let type = readDeviceType(element, protocols, rendition, &reading) else {
                continue
            }
            if types.contains(where: { $0.symbol == type.symbol }) {
                reading.error(
                    at: element.pointer.appending("symbol"), "names \"\(type.symbol)\" again",
                    "describe each device type once; list its protocol maps there")
            }
            types.append(type)
        }
        return types
    }

    private static func readDeviceType(
        _ node: ManifestReading.Node, _ protocols: [SettingsType], _ rendition: Rendition,
        _ reading: inout ManifestReading
    ) -> DeviceType? {
        guard reading.object(node, members: deviceMembers) else { return nil }
        let symbol = reading.symbol(
            reading.required(node, "symbol", "a symbol, such as \"DT_CE307\""), "DT_CE307")
        let deviceClass = reading.symbol(
            reading.required(node, "class", "a symbol, such as \"DC_METER\""), "DC_METER")
        let names = reading.names(
            reading.required(node, "names", "{ \"ru\": …, \"en\": … }"))
        let resource = reading.choice(
            reading.required(node, "resource", "\"electricity\", \"water\" or \"none\""),
            default: Resource.electricity)
        let library = reading.symbol(
            reading.required(node, "deviceLib", "a symbol, such as \"DL_CE_307\""), "DL_CE_307")
        let own = reading.choice(node.member("rendition"), default: rendition)
        let maps = readMaps(node, protocols, own, &reading)
        let attributes = reading.symbols(node.member("attributes"), "AT_ACCESS_PASSWORD")
        let archives = readArchives(node, &reading)
        let journals = reading.symbols(node.member("journals"), "VOLTAGE")
        let states = readStates(node, &reading)
        let commands = readCommands(node, &reading)
        guard let symbol, let deviceClass, let names, let library else { return nil }
        return DeviceType(
            symbol: symbol, deviceClass: deviceClass, names: names, resource: resource,
            rendition: own, deviceLib: library, protocolMaps: maps, attributes: attributes,
            archives: archives, journals: journals, states: states, commands: commands)
    }

    private static func readMaps(
        _ node: ManifestReading.Node, _ protocols: [SettingsType], _ rendition: Rendition,
        _ reading: inout ManifestReading
    ) -> [DeviceType.ProtocolMap] {
        let hint = "write [ { \"symbol\": …, \"protocol\": … } ]"
        guard let list = reading.required(node, "protocolMaps", hint), reading.array(list, hint)
        else { return [] }
        if list.elements.isEmpty { reading.error(at: list.pointer, "is empty", hint) }
        var maps: [DeviceType.ProtocolMap] = []
        for element in list.elements {
            guard reading.object(element, members: ["symbol", "protocol", "names", "rendition"])
            else { continue }
            let example = "PROTO_MAP_SPODES_CE307_V10"
            let symbol = reading.symbol(
                reading.required(element, "symbol", "a symbol, such as \"\(example)\""), example)
            let type = reading.symbol(
                reading.required(element, "protocol", "a symbol, such as \"PROTO_DLMS\""),
                "PROTO_DLMS")
            let names = reading.names(element.member("names"))
            let own = reading.choice(element.member("rendition"), default: rendition)
            guard let symbol, let type else { continue }
            if !protocols.contains(where: { $0.type == type }) {
                reading.error(
                    at: element.pointer.appending("protocol"),
                    "names \"\(type)\", which this manifest does not describe",
                    "add it to /protocols, or correct the name")
            }
            if maps.contains(where: { $0.symbol == symbol }) {
                reading.error(
                    at: element.pointer.appending("symbol"), "names \"\(symbol)\" again",
                    "remove it")
            }
            maps.append(
                DeviceType.ProtocolMap(
                    symbol: symbol, protocolType: type, names: names, rendition: own))
        }
        return maps
    }

    private static func readArchives(
        _ node: ManifestReading.Node, _ reading: inout ManifestReading
    ) -> [DeviceType.ArchiveSupport] {
        let hint = "write [ { \"archive\": …, \"quantities\": […], \"tags\": […] } ]"
        guard let list = node.member("archives"), reading.array(list, hint) else { return [] }
        return list.elements.compactMap { element in
            guard reading.object(element, members: ["archive", "quantities", "tags"]) else {
                return nil
            }
            let archive = reading.symbol(
                reading.required(element, "archive", "a symbol, such as \"END_OF_DAY\""),
                "END_OF_DAY")
            let quantities = reading.symbols(
                reading.required(element, "quantities", "a list, such as [\"A+\"]"),
                atLeastOne: true, "A+")
            let tags = reading.symbols(
                reading.required(element, "tags", "a list, such as [\"TOTAL\", \"T1\"]"),
                atLeastOne: true, "TOTAL")
            return archive.map {
                DeviceType.ArchiveSupport(archive: $0, quantities: quantities, tags: tags)
            }
        }
    }

    private static func readStates(
        _ node: ManifestReading.Node, _ reading: inout ManifestReading
    ) -> [DeviceType.StateSupport] {
        let hint = "write [ { \"archive\": \"TIME\", \"types\": [\"CLOCK\"] } ]"
        guard let list = node.member("states"), reading.array(list, hint) else { return [] }
        return list.elements.compactMap { element in
            guard reading.object(element, members: ["archive", "types"]) else { return nil }
            let archive = reading.symbol(
                reading.required(element, "archive", "a symbol, such as \"TIME\""), "TIME")
            let types = reading.symbols(
                reading.required(element, "types", "a list, such as [\"CLOCK\"]"),
                atLeastOne: true, "CLOCK")
            return archive.map { DeviceType.StateSupport(archive: $0, types: types) }
        }
    }

    private static func readCommands(
        _ node: ManifestReading.Node, _ reading: inout ManifestReading
    ) -> [DeviceType.CommandSupport] {
        let hint = "write [ { \"symbol\": …, \"repeatable\": false } ]"
        guard let list = node.member("commands"), reading.array(list, hint) else { return [] }
        return list.elements.compactMap { element in
            let members = ["symbol", "names", "repeatable", "parameters"]
            guard reading.object(element, members: members) else { return nil }
            let symbol = reading.symbol(
                reading.required(element, "symbol", "a symbol, such as \"CLOCK_SET\""),
                "CLOCK_SET")
            let names = reading.names(element.member("names"))
            let parameters = element.member("parameters").flatMap {
                SettingsSchema.read($0, &reading)
            }
            let isRepeatable = reading.flag(element.member("repeatable"))
            return symbol.map {
                DeviceType.CommandSupport(
                    symbol: $0, names: names, isRepeatable: isRepeatable, parameters: parameters)
            }
        }
    }

    static func readTypes(
        _ root: ManifestReading.Node, _ key: String, _ example: String,
        _ reading: inout ManifestReading
    ) -> [SettingsType] {
        let hint = "write [ { \"type\": \"\(example)\", \"names\": {…}, \"settings\": {…} } ]"
        guard let list = root.member(key), reading.array(list, hint) else { return [] }
        var types: [SettingsType] = []
        for element in list.elements {
            guard reading.object(element, members: ["type", "names", "settings"]) else { continue }
            let type = reading.symbol(
                reading.required(element, "type", "a symbol, such as \"\(example)\""), example)
            let names = reading.names(
                reading.required(element, "names", "{ \"ru\": …, \"en\": … }"))
            let schema = reading.required(
                element, "settings", "a JSON Schema, { \"type\": \"object\", \"properties\": {…} }"
            ).flatMap { SettingsSchema.read($0, &reading) }
            guard let type, let names, let schema else { continue }
            if types.contains(where: { $0.type == type }) {
                reading.error(
                    at: element.pointer.appending("type"), "names \"\(type)\" again", "remove it")
            }
            types.append(SettingsType(type: type, names: names, settings: schema))
        }
        return types
    }
}
