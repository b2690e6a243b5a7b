import Access
import JSON

/// What an import has changed.
struct ImportSummary: Hashable, Sendable {
    /// The counts of one kind of things.
    struct Counts: Hashable, Sendable {
        var created = 0
        var updated = 0
        var unchanged = 0

        var json: JSONValue {
            [
                "created": JSONValue(created), "updated": JSONValue(updated),
                "unchanged": JSONValue(unchanged),
            ]
        }
    }

    var channels = Counts()
    var protocols = Counts()
    var groups = Counts()
    var devices = Counts()
    var commlines = Counts()

    var json: JSONObject {
        [
            "channels": channels.json, "protocols": protocols.json, "groups": groups.json,
            "devices": devices.json, "commlines": commlines.json,
        ]
    }

    static let shape = ObjectShape(
        "ImportSummary",
        [
            field("channels", "Каналы связи.", "Channels."),
            field("protocols", "Протоколы.", "Protocols."),
            field("groups", "Группы.", "Groups."),
            field("devices", "Устройства.", "Devices."),
            field("commlines", "Линии.", "Commlines."),
        ])

    private static func field(_ name: String, _ ru: String, _ en: String) -> Field {
        .output(name, .object(counts), Phrase(ru, en))
    }

    private static let counts = ObjectShape(
        "ImportCounts",
        [
            .output("created", .integer(0...Int64.max), Phrase("Создано.", "Created.")),
            .output("updated", .integer(0...Int64.max), Phrase("Изменено.", "Changed.")),
            .output("unchanged", .integer(0...Int64.max), Phrase("Без изменений.", "As before.")),
        ])
}
