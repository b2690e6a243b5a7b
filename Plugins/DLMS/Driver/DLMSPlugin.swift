import DriverKit

/// The plugin as its library exports it.
package enum DLMSPlugin {
    package static let plugin = Plugin(
        id: "dlms", version: "1.0.0", vendor: "Commline", driver: DLMSDriver.self,
        simulator: MeterSimulator.self)
}
