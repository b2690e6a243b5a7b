import Access
import Jobs
import Log
import Plugins
import Reactor
import Store

/// What the handlers stand on.
struct Services: Sendable {
    let store: Store
    let gate: Gate
    /// The plugins as they are now; a reload gives another set.
    let plugins: @Sendable () -> PluginSet
    /// What loads plugins again; nil where none can be.
    let pluginHost: PluginHost?
    let runs: any RunService
    let jobs: JobScheduler
    /// The product's version.
    let version: String
    let idempotency = IdempotencyKeys()
    let collection = CollectionCache()
    let backups = BackupOperations()
    let documents: Documents
    let log = Log("api")

    init(
        store: Store, gate: Gate, plugins: @escaping @Sendable () -> PluginSet,
        runs: any RunService, jobs: JobScheduler, version: String, pluginHost: PluginHost? = nil
    ) {
        self.pluginHost = pluginHost
        self.store = store
        self.gate = gate
        self.plugins = plugins
        self.runs = runs
        self.jobs = jobs
        self.version = version
        documents = Documents(version: version)
    }

    /// What the plugins say.
    func catalogue() -> Catalogue { plugins().catalogue }
}
