import JSON
import Manifests
import Packaging
import Plugins

/// `commline plugin list`: what a host would find, without running any of it.
enum PluginListCommand {
    static let spec = CommandSpec(
        name: "plugin list", summary: "Lists the plugins that a host would find.",
        discussion: """
            Reads manifests and digests; no library is opened. A running host tells more, at \
            GET /api/v1/plugins. The exit code is 1 where a plugin cannot be used.
            """,
        options: [
            .switch("--json", "Prints the plugins as JSON.")
        ] + PluginPlaces.options, run: run)

    /// One line of the list.
    private struct Row {
        var id: String
        var version = ""
        var vendor = ""
        var state: String
        var reason = ""

        var json: JSONValue {
            [
                "id": .string(id), "version": .string(version), "vendor": .string(vendor),
                "state": .string(state), "reason": .string(reason),
            ]
        }
    }

    private static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let places = try PluginPlaces(arguments)
        let keys = arguments.allValues("--trust")
        let trusted: TrustedKeys
        do throws(PackagingError) {
            trusted = try TrustedKeys(files: keys)
        } catch {
            throw CommandFailure(error.description, .usage)
        }
        let catalogue = Catalogue.load(directories: places.manifests)
        let conflicts = Dictionary(
            grouping: catalogue.conflicts.flatMap { conflict in
                conflict.others.map { ($0, conflict.description) }
            }, by: \.0)
        var rows = catalogue.manifests.map { manifest in
            var row = row(manifest, places, trusted, isRequired: !keys.isEmpty)
            let others = (conflicts[manifest.id] ?? []).map(\.1)
            row.reason = ([row.reason] + others).filter { !$0.isEmpty }.joined(separator: "; ")
            return row
        }
        rows += catalogue.shadowed.map { shadow in
            Row(
                id: shadow.plugin, version: shadow.version, state: "shadowed",
                reason: "\(shadow.file): \(shadow.winner) has version \(shadow.winnerVersion) of it"
            )
        }
        rows += unreadable(catalogue)
        write(rows, asJSON: arguments.has("--json"))
        return rows.contains { $0.state == "refused" } ? .failure : .success
    }

    private static func row(
        _ manifest: Manifest, _ places: PluginPlaces, _ trusted: TrustedKeys, isRequired: Bool
    ) -> Row {
        var row = Row(
            id: manifest.id, version: manifest.version, vendor: manifest.vendor, state: "usable")
        do throws(PackagingError) {
            let digest = try places.digest(of: manifest)
            let standing = try PluginSignature.verify(
                libraryDigest: digest, manifest: manifest, trusted: trusted,
                isRequired: isRequired)
            row.reason = manifest.sha256 == nil ? "development build, no SHA-256" : standing.words
        } catch {
            (row.state, row.reason) = ("refused", error.description)
        }
        return row
    }

    /// Files that are no manifests, each once with all that is wrong with it.
    private static func unreadable(_ catalogue: Catalogue) -> [Row] {
        let errors = catalogue.defects.filter { $0.severity == .error }
        return Set(errors.map(\.file)).sorted().map { file in
            let name = file.split(separator: "/").last.map(String.init) ?? file
            let reasons = errors.filter { $0.file == file }.map(\.description)
            return Row(
                id: name.hasSuffix(".json") ? String(name.dropLast(5)) : name, state: "refused",
                reason: reasons.joined(separator: "; "))
        }
    }

    private static func write(_ rows: [Row], asJSON: Bool) {
        if asJSON {
            Terminal.write(JSONValue.array(rows.map(\.json)).text(pretty: true) + "\n")
            return
        }
        var table = TextTable([
            ("id", .left), ("version", .left), ("vendor", .left), ("state", .left),
            ("reason", .left),
        ])
        for row in rows { table.append([row.id, row.version, row.vendor, row.state, row.reason]) }
        Terminal.write(table.text + "\(rows.count) plugins\n")
    }
}
