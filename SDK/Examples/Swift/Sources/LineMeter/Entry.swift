import DriverKit

private let plugin = Plugin(
    id: "example-swift", version: "1.0.0", vendor: "Commline", driver: LineMeter.self,
    simulator: SimulatedLineMeter.self)

/// Gives the host the plugin's tables.
///
/// - Returns: The plugin's `commline_plugin`.
@c(commline_plugin_entry)
public func entry() -> UnsafeRawPointer? { plugin.entry }
