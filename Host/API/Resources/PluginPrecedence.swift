import Access
import JSON
import Plugins

/// What a plugin keeps others from doing, and others it: where two say the same.
enum PluginPrecedence {
    static let fields: [Field] = [
        .output(
            "shadowed", .list(.object(shadow)),
            Phrase(
                "Манифесты с тем же идентификатором, которые не используются.",
                "Manifests with the same identifier, of which nothing is used.")),
        .output(
            "conflicts", .list(.object(conflict)),
            Phrase(
                "Что предлагает и этот плагин, и другой.",
                "What this plugin offers and another one as well.")),
    ]

    private static let shadow = ObjectShape(
        "ShadowedPlugin",
        [
            .output(
                "file", .text(upTo: 4096),
                Phrase("Файл неиспользуемого манифеста.", "The file of the manifest not used.")),
            .output("version", .text(upTo: 100), Phrase("Его версия.", "Its version.")),
            .output(
                "winner", .text(upTo: 4096),
                Phrase("Файл используемого манифеста.", "The file of the one that is used.")),
        ])

    private static let conflict = ObjectShape(
        "PluginConflict",
        [
            .output("what", .text(upTo: 1000), Phrase("Что именно.", "What it is.")),
            .output(
                "serving", .text(upTo: 100),
                Phrase("Плагин, который обслуживает.", "The plugin that serves.")),
            .output(
                "others", .list(.text(upTo: 100)),
                Phrase("Плагины, которые не обслуживают.", "The plugins that do not.")),
        ])

    /// The manifests of a plugin's identifier that are not used.
    static func shadowed(by id: String, in catalogue: Catalogue) -> JSONValue {
        .array(
            catalogue.shadowed.filter { $0.plugin == id }.map {
                [
                    "file": .string($0.file), "version": .string($0.version),
                    "winner": .string($0.winner),
                ]
            })
    }

    /// The conflicts in which a plugin has a part, on either side.
    static func conflicts(of id: String, in catalogue: Catalogue) -> JSONValue {
        .array(
            catalogue.conflicts.filter { $0.serving == id || $0.others.contains(id) }.map {
                [
                    "what": .string($0.what), "serving": .string($0.serving),
                    "others": JSONValue(texts: $0.others),
                ]
            })
    }
}
