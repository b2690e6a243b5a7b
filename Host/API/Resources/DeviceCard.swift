import Access
import JSON
import Plugins
import Store
import Values

/// A device's card as the API shows and takes it.
enum DeviceCard {
    static let shape = ObjectShape(
        "Device",
        [
            .id, .revision,
            .required(
                "serialNumber", .text(1...64),
                Phrase("Серийный номер; нули впереди значимы.", "As given: leading zeros count.")),
            .required(
                "type", .form(.symbol), Phrase("Тип, например DT_CE307.", "As DT_CE307.")),
            Field("deviceClass", .text(upTo: 64), Phrase("Класс, DC_….", "The class, DC_….")),
            Field(
                "status", .form(.symbol),
                Phrase("Состояние; по умолчанию DS_INUSE.", "The state; by default DS_INUSE.")),
            Field(
                "enabled", .flag,
                Phrase(
                    "Участвует ли в сборе; по умолчанию да.",
                    "Whether it takes part in collection; by default yes.")),
            .output(
                "source", .choice(DeviceSource.allCases.map(\.rawValue)),
                Phrase("Источник добавления.", "How it came into the host.")),
            date("plugDate", "Дата установки.", "When it was installed."),
            date("manufactureDate", "Дата изготовления.", "When it was made."),
            date("commissioningDate", "Дата ввода в эксплуатацию.", "When it went into service."),
            date("lastVerificationDate", "Дата последней поверки.", "The last verification."),
            date("nextVerificationDate", "Дата следующей поверки.", "The next verification."),
            Field(
                "latitude", .nullable(.number(-90...90)),
                Phrase("Широта, градусы.", "Degrees north.")),
            Field(
                "longitude", .nullable(.number(-180...180)),
                Phrase("Долгота, градусы.", "Degrees east.")),
            Field(
                "altitude", .nullable(.number(-12_000...100_000)),
                Phrase("Высота, м.", "Metres above sea level.")),
            Field(
                "installationAct", .text(upTo: 1_000),
                Phrase("Акт установки.", "The act of installation.")),
            Field("reserve", .text(upTo: 1_000), Phrase("Резервное поле.", "A spare field.")),
            Field(
                "attributes", .map(.anything(Phrase("Значение.", "A value."))),
                Phrase(
                    "Атрибуты AT_*; секретные показаны как {\"set\": true}.",
                    "Attributes AT_*; secret ones are shown as {\"set\": true}.")),
            Field(
                "groupId", .nullable(.form(.id)),
                Phrase(
                    "Группа; если не указана для нового устройства — группа по умолчанию.",
                    "The group; left out for a new device, the default one.")),
            Field(
                "parentId", .nullable(.form(.id)),
                Phrase("Концентратор.", "The concentrator that it is behind.")),
            Field(
                "timeZone", .nullable(.form(.timeZone)),
                Phrase(
                    "Часовой пояс: UTC+03:00 или имя IANA; null — пояс хоста.",
                    "UTC+03:00 or an IANA name; null for the host's.")),
            .output("addedAt", .form(.time), Phrase("Дата добавления.", "When it was added.")),
            .output(
                "lastSuccessAt", .nullable(.form(.time)),
                Phrase(
                    "Конец последней удачной сессии; null — не было.",
                    "The end of the last session that came about; null for never.")),
            .output(
                "lastAttemptAt", .nullable(.form(.time)),
                Phrase("Конец последней сессии.", "The end of the last session.")),
            .output(
                "lastErrorCode", .nullable(.text(upTo: 64)),
                Phrase("Код её ошибки.", "What went wrong in it.")),
            .output(
                "failures", .integer(0...Int64.max),
                Phrase(
                    "Неудачных сессий подряд.", "Sessions that failed since the last success.")),
        ])

    private static func date(_ name: String, _ ru: String, _ en: String) -> Field {
        Field(name, .nullable(.form(.date)), Phrase(ru, en))
    }

    static let columns: [ListColumn<DeviceField>] = [
        ListColumn("serialNumber", .serialNumber, .text), ListColumn("type", .type, .text),
        ListColumn("deviceClass", .deviceClass, .text), ListColumn("status", .status, .text),
        ListColumn("enabled", .enabled, .flag),
        ListColumn("source", .source, .symbols(DeviceSource.allCases.map(\.rawValue))),
        ListColumn("groupId", .group, .id), ListColumn("parentId", .parent, .id),
        ListColumn("installationAct", .act, .text), ListColumn("reserve", .reserve, .text),
        ListColumn("plugDate", .plugDate, .time), ListColumn("addedAt", .added, .time),
        ListColumn("lastSuccessAt", .lastSuccess, .time),
        ListColumn("lastAttemptAt", .lastAttempt, .time),
        ListColumn("failures", .failures, .integer),
    ]

    /// What the members of a card refer to.
    static let references: [Entity: String] = [.group: "groupId", .device: "parentId"]

    // MARK: Rendering

    static func render(_ device: Device) -> JSONObject {
        [
            "id": JSONValue(device.id), "revision": JSONValue(device.revision),
            "serialNumber": .string(device.serialNumber), "type": .string(device.type),
            "deviceClass": .string(device.deviceClass), "status": .string(device.status),
            "enabled": .bool(device.enabled), "source": .string(device.source.rawValue),
            "plugDate": JSONValue(orNull: device.plugDate?.text),
            "manufactureDate": JSONValue(orNull: device.manufactured?.text),
            "commissioningDate": JSONValue(orNull: device.commissioned?.text),
            "lastVerificationDate": JSONValue(orNull: device.lastVerified?.text),
            "nextVerificationDate": JSONValue(orNull: device.nextVerification?.text),
            "latitude": JSONValue(orNull: device.latitude),
            "longitude": JSONValue(orNull: device.longitude),
            "altitude": JSONValue(orNull: device.altitude),
            "installationAct": .string(device.act), "reserve": .string(device.reserve),
            "attributes": .object(
                SecretSettings.shown(device.attributes, isSecret: SecretSettings.isAttributeSecret)),
            "groupId": JSONValue(device.group), "parentId": JSONValue(device.parent),
            "timeZone": JSONValue(orNull: device.timeZone), "addedAt": JSONValue(device.added),
            "lastSuccessAt": JSONValue(device.contact.lastSuccess),
            "lastAttemptAt": JSONValue(device.contact.lastAttempt),
            "lastErrorCode": device.contact.lastCode == 0
                ? .null
                : .string(
                    ErrorCode(rawValue: device.contact.lastCode)?.symbol
                        ?? ErrorCode.internalError.symbol),
            "failures": JSONValue(device.contact.failures),
        ]
    }

    // MARK: Reading

    /// Makes a device of what a caller sent.
    ///
    /// - Parameters:
    ///   - input: The members, compared with the shape.
    ///   - current: The device that is edited; nil for a new one.
    ///   - catalogue: The types that the host knows.
    /// - Returns: The device; its identifier, project and times are the caller's to set.
    /// - Throws: `invalid_body` for a type or an attribute that there is not.
    static func decode(
        _ input: Members, keeping current: Device?, _ catalogue: Catalogue
    ) throws(Failure) -> Device {
        let none = UUID(high: 0, low: 0)
        var device =
            current
            ?? Device(
                id: none, project: none, serialNumber: "", type: "",
                added: Moment(milliseconds: 0))
        device.serialNumber = input.text("serialNumber")
        device.type = input.text("type")
        device.deviceClass = input.text("deviceClass")
        device.status = input.text("status", else: "DS_INUSE")
        device.enabled = input.flag("enabled", else: true)
        device.plugDate = input.date("plugDate")
        device.manufactured = input.date("manufactureDate")
        device.commissioned = input.date("commissioningDate")
        device.lastVerified = input.date("lastVerificationDate")
        device.nextVerification = input.date("nextVerificationDate")
        device.latitude = input.optionalNumber("latitude")
        device.longitude = input.optionalNumber("longitude")
        device.altitude = input.optionalNumber("altitude")
        device.act = input.text("installationAct")
        device.reserve = input.text("reserve")
        device.group = input.optionalID("groupId")
        device.parent = input.optionalID("parentId")
        device.timeZone = input.optionalText("timeZone")
        device.attributes = try attributes(input, keeping: current?.attributes)
        if let issue = KnownTypes.issue(
            device: device.type, catalogue, at: JSONPointer(["type"]))
        {
            throw .invalidBody([issue])
        }
        if device.deviceClass.isEmpty {
            device.deviceClass = catalogue.deviceType(device.type)?.type.deviceClass ?? ""
        }
        return device
    }

    private static func attributes(
        _ input: Members, keeping current: SettingsText?
    ) throws(Failure) -> SettingsText? {
        let given = input.members("attributes").object
        let issues = given.filter { !$0.key.hasPrefix("AT_") }.map { name, _ in
            Issue.body(
                JSONPointer(["attributes", name]),
                Phrase("Имя атрибута начинается с AT_.", "Names of attributes begin with AT_."))
        }
        guard issues.isEmpty else { throw .invalidBody(issues) }
        let whole = SecretSettings.merged(given, keeping: current)
        return whole.isEmpty ? nil : SecretSettings.text(whole, keeping: current)
    }
}

extension Members {
    fileprivate func date(_ name: String) -> CardDate? {
        optionalText(name).flatMap { CardDate($0) }
    }
}
