import DriverKit

// Id and version are those of the manifest.
private let plugin = Plugin(
    id: "__ID__", version: "0.1.0", vendor: "__ID__", driver: MeterDriver.self,
    simulator: SimulatedMeter.self)

/// Gives the host the plugin's tables.
///
/// - Returns: The plugin's `commline_plugin`.
@c(commline_plugin_entry)
public func entry() -> UnsafeRawPointer? { plugin.entry }
