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
    package let metrics: PluginMetrics

    package init(
        id: String, version: String, runtime: any PluginRuntime,
        isolation: Manifest.Isolation = .inline, sha256: [UInt8] = [], hasSimulator: Bool = false,
        metrics: PluginMetrics = PluginMetrics()
    ) {
        self.id = id
        self.version = version
        self.runtime = runtime
        self.isolation = isolation
        self.sha256 = sha256
        self.hasSimulator = hasSimulator
        self.metrics = metrics
    }
}
