import Access

/// The form of the document; unknown members are faults, because a misspelt one would be lost.
extension Appendix1 {
    static let shape = Shape.object(
        ObjectShape(
            "Appendix1",
            [
                .required("Meta", .object(meta), Phrase("Сведения о файле.", "About the file.")),
                .required(
                    "Channels", .list(.object(channel), limit),
                    Phrase("Каналы связи.", "Channels.")),
                .required(
                    "Protocols", .list(.object(protocolShape), limit),
                    Phrase("Протоколы.", "Protocols.")),
                .required(
                    "Groups", .list(.object(group), limit),
                    Phrase("Группы устройств с устройствами.", "Groups with their devices.")),
            ]))

    private static let limit = 0...10_000_000

    private static let id = Phrase("Идентификатор (Guid).", "The identifier.")
    private static let name = Phrase("Наименование.", "The name.")
    private static let settings = Phrase(
        "Настройки: текст JSON внутри строки, хранится без изменений.",
        "Settings: JSON text inside of a text, kept as it is.")

    private static let meta = ObjectShape(
        "Appendix1Meta",
        [
            Field("AppName", .text(upTo: 200), Phrase("Программа.", "The program.")),
            Field("AppVersion", .text(upTo: 100), Phrase("Версия программы.", "Its version.")),
            .required(
                "SchemaVersion", .choice([schemaVersion]),
                Phrase("Версия формата.", "The version of the format.")),
            Field("Created", .text(upTo: 64), Phrase("Когда создан.", "When it was made.")),
        ])

    private static let channel = ObjectShape(
        "Appendix1Channel",
        [
            .required("Id", .form(.id), id),
            .required("Name", .text(1...200), name),
            .required("Type", .form(.symbol), Phrase("Тип канала связи.", "The type.")),
            .required(
                "IsExclusive", .flag,
                Phrase("Признак монопольного доступа.", "Whether one session at a time.")),
            .required("Settings", .text(upTo: 65_536), settings),
        ])

    private static let protocolShape = ObjectShape(
        "Appendix1Protocol",
        [
            .required("Id", .form(.id), id),
            .required("Name", .text(1...200), name),
            .required("Type", .form(.symbol), Phrase("Тип протокола.", "The type.")),
            .required("Settings", .text(upTo: 65_536), settings),
        ])

    private static let group = ObjectShape(
        "Appendix1Group",
        [
            .required(
                "Id", .nullable(.form(.id)),
                Phrase("Guid группы (null, если нет группы).", "Null for devices without group.")),
            .required(
                "Name", .nullable(.text(1...200)),
                Phrase("Наименование (null, если нет группы).", "Null together with Id.")),
            .required(
                "Devices", .list(.object(device), limit), Phrase("Устройства.", "The devices.")),
        ])

    private static let device = ObjectShape(
        "Appendix1Device",
        [
            .required("Id", .form(.id), id),
            .required(
                "SerialNumber", .text(1...64), Phrase("Серийный номер.", "The serial number.")),
            .required("Type", .form(.symbol), Phrase("Тип прибора.", "The type.")),
            .required("Status", .form(.symbol), Phrase("Статус прибора.", "The status.")),
            Field(
                "PlugDate", .nullable(.form(.time)),
                Phrase("Дата установки.", "When it was installed.")),
            .required(
                "Enabled", .flag,
                Phrase("Признак включения в сбор.", "Whether it takes part in collection.")),
            .required(
                "CommLines", .list(.object(line), 0...1_000),
                Phrase("Коммуникационные линии.", "The commlines.")),
            Field(
                "Children", .list(.anything(Phrase("Устройство.", "A device.")), 0...0),
                Phrase("Пока не используется.", "Not used yet: an empty array.")),
        ])

    private static let line = ObjectShape(
        "Appendix1Line",
        [
            .required("Id", .form(.id), id),
            .required("ChannelId", .form(.id), Phrase("Канал связи.", "The channel.")),
            .required("ProtocolId", .form(.id), Phrase("Протокол.", "The protocol.")),
            .required(
                "DeviceLib", .form(.symbol),
                Phrase("Библиотека устройства.", "The device's library.")),
            .required(
                "ProtocolMap", .form(.symbol), Phrase("Карта протокола.", "The protocol's map.")),
            .required("Enabled", .flag, Phrase("Признак включения.", "Whether it is used.")),
            Field(
                "Address", .text(upTo: 64), Phrase("Адрес на линии.", "The address on the line.")),
            Field("Priority", .integer(0...999), Phrase("Приоритет.", "The priority.")),
        ])
}
