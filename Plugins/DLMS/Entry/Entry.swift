import DLMS
import DriverKit

/// The one symbol that the library exports.
@c(commline_plugin_entry)
public func entry() -> UnsafeRawPointer? { DLMSPlugin.plugin.entry }
