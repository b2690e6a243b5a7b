import Manifests
import Log

/// The catalogue and the plugins that were loaded for it.
package struct PluginSet: Sendable {
    /// What has become of one plugin.
    package struct Status: Sendable {
        package enum State: Hashable, Sendable {
            /// Serves sessions.
            case ready
            /// Serves sessions, but holds threads for too long.
            case degraded
            /// Cannot be used, for this reason.
            case refused(String)

            /// The name in the API and in metrics.
            package var symbol: String {
                switch self {
                case .ready: "ready"
                case .degraded: "degraded"
                case .refused: "refused"
                }
            }
        }

        package var id: String
        package var version: String
        package var vendor: String
        package var state: State
        /// Where its code runs in this host.
        package var isolation: Manifest.Isolation
        package var metrics: PluginMetrics.Snapshot
        /// The library's SHA-256; empty where none is loaded.
        package var sha256: [UInt8] = []
        /// Its worker processes; nil where it runs in the host's own.
        package var workers: WorkerSnapshot?
        /// Why the latest attempt to load it again has changed nothing.
        package var refusedReload: String?

        init(
            id: String, version: String, vendor: String, state: State,
            isolation: Manifest.Isolation, metrics: PluginMetrics.Snapshot
        ) {
            self.id = id
            self.version = version
            self.vendor = vendor
            self.state = state
            self.isolation = isolation
            self.metrics = metrics
        }

        init(refused id: String, _ reason: String) {
            self.init(
                id: id, version: "", vendor: "", state: .refused(reason), isolation: .process,
                metrics: PluginMetrics.Snapshot())
        }
    }

    package private(set) var catalogue: Catalogue
    private var plugins: [String: Plugin]
    private var refusals: [String: LoadError]
    private var refusedReloads: [String: String] = [:]

    /// Makes a set of plugins that are there already.
    package init(catalogue: Catalogue, plugins: [Plugin], refusals: [LoadError] = []) {
        self.catalogue = catalogue
        self.plugins = Dictionary(plugins.map { ($0.id, $0) }) { first, _ in first }
        self.refusals = Dictionary(refusals.map { ($0.plugin, $0) }) { first, _ in first }
    }

    /// Reads the manifests and loads the libraries; what is wrong with one plugin harms no other, and is
    /// written to the log.
    ///
    /// - Parameters:
    ///   - manifests: Folders with manifests, the first one's plugins first.
    ///   - loader: Knows where the libraries are.
    ///   - wanted: Only this plugin's library is loaded, if one is named.
    /// - Returns: The set, with what was refused.
    package static func load(
        manifests: [String], loader: PluginLoader, only wanted: String? = nil
    ) -> PluginSet {
        let log = Log("plugins")
        let catalogue = Catalogue.load(directories: manifests)
        for defect in catalogue.defects {
            log.write(defect.severity == .error ? .error : .warning, defect.description)
        }
        var plugins: [Plugin] = []
        var refusals: [LoadError] = []
        for manifest in catalogue.manifests where wanted == nil || manifest.id == wanted {
            do throws(LoadError) {
                plugins.append(try loader.load(manifest))
                log.info("loaded", ["plugin": manifest.id, "version": manifest.version])
            } catch {
                refusals.append(error)
                log.error(error.description)
            }
        }
        return PluginSet(catalogue: catalogue, plugins: plugins, refusals: refusals)
    }

    /// A loaded plugin.
    package func plugin(_ id: String) -> Plugin? { plugins[id] }

    /// Why a plugin is not there, where it was refused.
    package func refusal(of id: String) -> LoadError? { refusals[id] }

    /// All loaded plugins.
    var all: [Plugin] { plugins.values.sorted { $0.id < $1.id } }

    /// The set with one plugin exchanged or added.
    func replacing(_ plugin: Plugin, _ catalogue: Catalogue) -> PluginSet {
        var result = self
        result.catalogue = catalogue
        result.plugins[plugin.id] = plugin
        result.refusals[plugin.id] = nil
        result.refusedReloads[plugin.id] = nil
        return result
    }

    /// Keeps in mind why a plugin was not exchanged.
    mutating func note(refusedReload reason: String, of id: String) {
        refusedReloads[id] = reason
    }

    /// One plugin of which there is a manifest.
    package func status(of id: String) -> Status? { statuses.first { $0.id == id } }

    /// All plugins of which there is a manifest, for people and for metrics.
    package var statuses: [Status] { accepted + unreadable }

    /// Plugins whose manifest is no manifest: they bear the name of its file.
    private var unreadable: [Status] {
        let defects = catalogue.defects.filter { $0.severity == .error }
        let accepted = Set(catalogue.manifests.map(\.file))
        var files: [String] = []
        for defect in defects where !accepted.contains(defect.file) && !files.contains(defect.file)
        {
            files.append(defect.file)
        }
        return files.map { file in
            let name = file.split(separator: "/").last.map(String.init) ?? file
            let reasons = defects.filter { $0.file == file }.map(\.description)
            return Status(
                id: name.hasSuffix(".json") ? String(name.dropLast(5)) : name, version: "",
                vendor: "", state: .refused(reasons.joined(separator: "\n")), isolation: .process,
                metrics: PluginMetrics.Snapshot())
        }
    }

    /// Plugins of the catalogue.
    private var accepted: [Status] {
        catalogue.manifests.map { manifest in
            let metrics = plugins[manifest.id]?.metrics.snapshot ?? PluginMetrics.Snapshot()
            let state: Status.State
            if plugins[manifest.id] != nil {
                state = metrics.isDegraded ? .degraded : .ready
            } else {
                state = .refused(refusals[manifest.id]?.description ?? "it was not loaded")
            }
            let plugin = plugins[manifest.id]
            var status = Status(
                id: manifest.id, version: manifest.version, vendor: manifest.vendor, state: state,
                isolation: plugin?.isolation ?? .process, metrics: metrics)
            status.sha256 = plugin?.sha256 ?? []
            status.workers = plugin?.runtime.workers
            status.refusedReload = refusedReloads[manifest.id]
            return status
        }
    }
}
