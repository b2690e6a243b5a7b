import Manifests

/// A plugin that is loaded and may open sessions.
package final class Plugin: Sendable {
    /// The plugin's id, as in its manifest.
    package let id: String
    package let version: String
    /// Where its code runs.
    package let runtime: any PluginRuntime
    package let isolation: Manifest.Isolation
    /// The library's SHA-256; empty where it has none.
    package let sha256: [UInt8]
    package let hasSimulator: Bool
    /// True where it is an integrator: `PluginHost.runSource`.
    package var hasSource: Bool { sources != nil }
    /// Runs its integrator; nil where it has none, or was not loaded by a `PluginHost`.
    let sources: SourceRuntime?
    package let metrics: PluginMetrics

    package convenience init(
        id: String, version: String, runtime: any PluginRuntime,
        isolation: Manifest.Isolation = .inline, sha256: [UInt8] = [], hasSimulator: Bool = false,
        metrics: PluginMetrics = PluginMetrics()
    ) {
        self.init(
            id: id, version: version, runtime: runtime, isolation: isolation, sha256: sha256,
            hasSimulator: hasSimulator, sources: nil, metrics: metrics)
    }

    init(
        id: String, version: String, runtime: any PluginRuntime, isolation: Manifest.Isolation,
        sha256: [UInt8], hasSimulator: Bool, sources: SourceRuntime?, metrics: PluginMetrics
    ) {
        self.id = id
        self.version = version
        self.runtime = runtime
        self.isolation = isolation
        self.sha256 = sha256
        self.hasSimulator = hasSimulator
        self.sources = sources
        self.metrics = metrics
    }
}
