import Access
import HTTP
import JSON
import Plugins
import Store

/// Exchanges a plugin for the version that lies on disk now, while the host runs.
enum PluginReload {
    static let endpoints: [Endpoint] = [
        .host(.post, "/plugins/{plugin}/reload", .permission(.writePlugins), form, reload)
    ]

    private static let form = EndpointForm(
        id: "reloadPlugin", tag: .plugins,
        summary: Phrase(
            "Перезагружает плагин: новые сессии идут в новую версию, начатые завершаются в старой. "
                + "Негодная версия ничего не меняет.",
            "Loads a plugin again: new sessions go to the new version, running ones finish on the old "
                + "one. A version that cannot be used changes nothing."),
        answers: [.json(.object(PluginResource.shape), Phrase("Плагин.", "The plugin."))])

    @Sendable private static func reload(_ call: Call) async throws(Failure) -> Answer {
        let id = call.pathParameters[PathParameter.plugin.rawValue] ?? ""
        guard let host = call.services.pluginHost else { throw Failure(.unavailable) }
        let before = call.services.plugins().status(of: id)?.version
        let caller = try call.caller
        let status: PluginSet.Status
        do throws(ReloadError) {
            status = try await host.reload(id) { await refusedSettings(in: $0, call.services) }
        } catch {
            throw failure(error)
        }
        try await call.write { (transaction) throws(StoreError) in
            try caller.note(
                .configurationChanged,
                [
                    "plugin": .string(id), "from": JSONValue(orNull: before),
                    "to": .string(status.version),
                ], in: transaction)
        }
        return .json(.object(PluginResource.render(status, call.services.catalogue())))
    }

    private static func failure(_ error: ReloadError) -> Failure {
        switch error {
        case .unknown: Failure(.notFound)
        case .inline, .busy, .settings, .manifest, .library:
            Failure(
                .conflict,
                Phrase(
                    "Плагин не перезагружен, прежняя версия работает дальше. \(error.description)",
                    "Nothing has changed; what ran before goes on. \(error.description)"))
        }
    }

    /// Names the stored protocols and channels whose settings a catalogue does not accept.
    private static func refusedSettings(
        in catalogue: Catalogue, _ services: Services
    ) async -> [String] {
        do throws(StoreError) {
            return try await services.store.read { (snapshot) throws(StoreError) in
                let old = services.catalogue()
                var names: [String] = []
                for project in try snapshot.projects() {
                    names += try refusedProtocols(of: project, in: catalogue, old, snapshot)
                    names += try refusedChannels(of: project, in: catalogue, old, snapshot)
                }
                return names
            }
        } catch {
            return ["(the stored settings cannot be read: \(error))"]
        }
    }

    private static func refusedProtocols(
        of project: Project, in catalogue: Catalogue, _ old: Catalogue, _ snapshot: Snapshot
    ) throws(StoreError) -> [String] {
        var query = Query<ProtocolField>(limit: 1000)
        var names: [String] = []
        repeat {
            let page = try snapshot.protocols(in: project.id, query)
            for profile in page.items {
                let settings = settings(profile.settings)
                func isAccepted(_ catalogue: Catalogue) -> Bool? {
                    catalogue.checkProtocol(type: profile.type, settings)?.violations.isEmpty
                }
                // What was wrong before is not the new version's fault.
                if isAccepted(old) == true, isAccepted(catalogue) != true {
                    names.append("protocol \(profile.name) of project \(project.name)")
                }
            }
            query.cursor = page.next
        } while query.cursor != nil
        return names
    }

    private static func refusedChannels(
        of project: Project, in catalogue: Catalogue, _ old: Catalogue, _ snapshot: Snapshot
    ) throws(StoreError) -> [String] {
        var query = Query<ChannelField>(limit: 1000)
        var names: [String] = []
        repeat {
            let page = try snapshot.channels(in: project.id, query)
            for channel in page.items {
                let settings = settings(channel.settings)
                func isAccepted(_ catalogue: Catalogue) -> Bool? {
                    catalogue.checkChannel(type: channel.type, settings)?.violations.isEmpty
                }
                if isAccepted(old) == true, isAccepted(catalogue) != true {
                    names.append("channel \(channel.name) of project \(project.name)")
                }
            }
            query.cursor = page.next
        } while query.cursor != nil
        return names
    }

    private static func settings(_ text: SettingsText) -> JSONObject {
        // What is stored was checked when it was saved.
        (try? JSONValue(parsing: text.text))?.object ?? [:]
    }
}
