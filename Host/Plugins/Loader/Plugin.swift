/// A plugin that is loaded and may open sessions.
package final class Plugin: Sendable {
    /// The plugin's id, as in its manifest.
    package let id: String
    package let version: String
    /// Where its code runs.
    package let runtime: any PluginRuntime
    package let hasSimulator: Bool
    package let metrics: PluginMetrics

    package init(
        id: String, version: String, runtime: any PluginRuntime, hasSimulator: Bool = false,
        metrics: PluginMetrics = PluginMetrics()
    ) {
        self.id = id
        self.version = version
        self.runtime = runtime
        self.hasSimulator = hasSimulator
        self.metrics = metrics
    }
}
