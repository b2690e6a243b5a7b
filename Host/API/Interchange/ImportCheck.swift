import Access
import JSON
import Plugins
import Store
import Values

/// Compares a document with the types that the host knows and with what the project has already.
struct ImportCheck {
    let document: Appendix1
    let catalogue: Catalogue

    /// What is wrong with the document by itself: types, settings and drivers.
    func issues() -> [Issue] {
        var issues: [Issue] = []
        for (index, channel) in document.channels.enumerated() {
            let place = JSONPointer(["Channels", String(index)])
            if let issue = KnownTypes.issue(
                channel: channel.type, catalogue, at: place.appending("Type"))
            {
                issues.append(issue)
                continue
            }
            issues += settings(channel.settings, at: place.appending("Settings")) { object in
                SettingsForm.issues(
                    catalogue.checkChannel(type: channel.type, object),
                    catalogue.channelTypes[channel.type]?.settings,
                    at: place.appending("Settings"))
            }
        }
        for (index, entry) in document.protocols.enumerated() {
            let place = JSONPointer(["Protocols", String(index)])
            if let issue = KnownTypes.issue(
                protocol: entry.type, catalogue, at: place.appending("Type"))
            {
                issues.append(issue)
                continue
            }
            issues += settings(entry.settings, at: place.appending("Settings")) { object in
                SettingsForm.issues(
                    catalogue.checkProtocol(type: entry.type, object),
                    catalogue.protocolTypes[entry.type]?.settings,
                    at: place.appending("Settings"))
            }
        }
        for (device, place) in document.placedDevices { issues += self.issues(of: device, place) }
        return issues
    }

    /// Settings are JSON inside of a text: a fault of the inner document is told with its own place.
    private func settings(
        _ settings: SettingsText, at place: JSONPointer, _ check: (JSONObject) -> [Issue]
    ) -> [Issue] {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: Array(settings.text.utf8))
        } catch {
            let phrase = error.phrase
            return [
                .body(
                    place,
                    Phrase(
                        "Текст внутри — не JSON. \(phrase.ru)",
                        "The text inside is not JSON. \(phrase.en)"))
            ]
        }
        guard let object = value.object else {
            return [
                .body(
                    place,
                    Phrase(
                        "Текст внутри должен быть объектом JSON.",
                        "The text inside has to be a JSON object."))
            ]
        }
        return check(object)
    }

    private func issues(of device: Appendix1.DeviceEntry, _ place: JSONPointer) -> [Issue] {
        var issues: [Issue] = []
        if let issue = KnownTypes.issue(
            device: device.type, catalogue, at: place.appending("Type"))
        {
            issues.append(issue)
        }
        for (index, line) in device.lines.enumerated() {
            let place = place.appending("CommLines").appending(index)
            let places = (place.appending("DeviceLib"), place.appending("ProtocolMap"))
            if let issue = KnownTypes.issue(
                deviceLib: line.deviceLib, protocolMap: line.protocolMap, catalogue, at: places)
            {
                issues.append(issue)
            }
        }
        return issues
    }

    /// What is wrong with the document in a project: identifiers that belong to others, and references
    /// that lead nowhere.
    func issues(in project: UUID, _ snapshot: Snapshot) throws(StoreError) -> [Issue] {
        var known = KnownRows(project: project, snapshot: snapshot)
        for (index, channel) in document.channels.enumerated() {
            try known.own(.channel, channel.id, JSONPointer(["Channels", String(index), "Id"]))
        }
        for (index, entry) in document.protocols.enumerated() {
            try known.own(.protocol, entry.id, JSONPointer(["Protocols", String(index), "Id"]))
        }
        for (index, group) in document.groups.enumerated() {
            guard let identity = group.identity else { continue }
            try known.own(.group, identity.id, JSONPointer(["Groups", String(index), "Id"]))
        }
        for (device, place) in document.placedDevices {
            try known.own(.device, device.id, place.appending("Id"))
            for (index, line) in device.lines.enumerated() {
                let place = place.appending("CommLines").appending(index)
                try known.own(.commline, line.id, place.appending("Id"))
                try known.stays(line.id, with: device.id, place.appending("Id"))
                try known.refers(.channel, line.channel, place.appending("ChannelId"))
                try known.refers(.protocol, line.profile, place.appending("ProtocolId"))
            }
        }
        return known.issues
    }
}

extension Appendix1 {
    /// All devices with their places in the document.
    var placedDevices: [(DeviceEntry, JSONPointer)] {
        groups.enumerated().flatMap { index, group in
            group.devices.enumerated().map { number, device in
                (device, JSONPointer(["Groups", String(index), "Devices", String(number)]))
            }
        }
    }
}

/// What an import finds of itself in the store.
private struct KnownRows {
    let project: UUID
    let snapshot: Snapshot
    private(set) var issues: [Issue] = []
    /// What the document itself brings.
    private var brought: [Entity: Set<UUID>] = [:]

    init(project: UUID, snapshot: Snapshot) {
        self.project = project
        self.snapshot = snapshot
    }

    /// Notes a thing of the document; its identifier must be free or of this project.
    mutating func own(_ entity: Entity, _ id: UUID, _ place: JSONPointer) throws(StoreError) {
        brought[entity, default: []].insert(id)
        guard let owner = try owner(entity, id), owner != project else { return }
        issues.append(
            .body(
                place,
                Phrase(
                    "Идентификатор занят вне этого проекта.",
                    "The identifier is taken outside of this project.")))
    }

    /// A line cannot go from one device to another.
    mutating func stays(_ line: UUID, with device: UUID, _ place: JSONPointer) throws(StoreError) {
        let found = try snapshot.existing { (snapshot) throws(StoreError) in
            try snapshot.commline(line)
        }
        guard let found, found.device != device else { return }
        issues.append(
            .body(
                place,
                Phrase(
                    "Линия с этим идентификатором принадлежит другому устройству.",
                    "The line with this identifier belongs to another device.")))
    }

    /// Refers to something that the document brings or the project has.
    mutating func refers(_ entity: Entity, _ id: UUID, _ place: JSONPointer) throws(StoreError) {
        if brought[entity]?.contains(id) ?? false { return }
        if try owner(entity, id) == project { return }
        issues.append(
            .body(
                place,
                Phrase(
                    "Такой записи нет ни в файле, ни в проекте.",
                    "It is neither in the file nor in the project.")))
    }

    private func owner(_ entity: Entity, _ id: UUID) throws(StoreError) -> UUID? {
        try snapshot.existing { (snapshot) throws(StoreError) in
            switch entity {
            case .channel: try snapshot.channel(id).project
            case .protocol: try snapshot.protocolProfile(id).project
            case .group: try snapshot.group(id).project
            case .commline: try snapshot.commline(id).project
            default: try snapshot.device(id).project
            }
        }
    }
}

extension Snapshot {
    /// What a question finds; nil where there is nothing.
    func existing<T>(
        _ question: (Snapshot) throws(StoreError) -> T
    ) throws(StoreError) -> T? {
        do throws(StoreError) {
            return try question(self)
        } catch .notFound {
            return nil
        } catch {
            throw error
        }
    }
}
