import CCommline
import Synchronization

/// The C tables of the plugins of this process.
///
/// A C function pointer carries no context, so each plugin needs functions of its own: a slot. A library
/// uses one; the others are for tests that link several plugins.
enum PluginSlots {
    /// The functions that know their slot.
    private struct Functions: Sendable {
        let activate: @convention(c) (UnsafePointer<commline_host>?) -> commline_status
        let find: @convention(c) (UnsafePointer<CChar>?) -> UnsafeRawPointer?
        let driver: Open
        let simulator: Open
    }

    private typealias Open =
        @convention(c) (
            UnsafePointer<commline_request>?, UnsafePointer<commline_link>?,
            UnsafeMutablePointer<commline_error>?
        ) -> OpaquePointer?

    /// The tables of one plugin, allocated once and never freed.
    // SAFETY: the tables are written before the slot is published and never again.
    private struct Tables: @unchecked Sendable {
        let plugin: UnsafePointer<commline_plugin>
        let driver: UnsafePointer<commline_driver>?
        let simulator: UnsafePointer<commline_simulator>?
        let definition: PluginDefinition
    }

    /// How many plugins a process may link.
    static let count = functions.count

    private static let claimed = Mutex<[Tables]>([])

    /// Takes the next free slot; nil where none is left.
    static func claim(_ definition: PluginDefinition) -> Int? {
        claimed.withLock { claimed in
            guard claimed.count < functions.count else { return nil }
            claimed.append(tables(definition, functions[claimed.count]))
            return claimed.count - 1
        }
    }

    static func table(_ slot: Int) -> UnsafePointer<commline_plugin>? {
        tables(slot)?.plugin
    }

    private static func tables(_ slot: Int) -> Tables? {
        claimed.withLock { $0.indices.contains(slot) ? $0[slot] : nil }
    }

    private static func definition(_ slot: Int) -> PluginDefinition? {
        tables(slot)?.definition
    }

    private static func tables(_ definition: PluginDefinition, _ functions: Functions) -> Tables {
        var driver: UnsafeMutablePointer<commline_driver>?
        if definition.driver != nil {
            driver = .allocate(capacity: 1)
            driver?.initialize(
                to: commline_driver(
                    size: UInt32(MemoryLayout<commline_driver>.size), reserved: 0,
                    open: functions.driver, handle: handle, close: close))
        }
        var simulator: UnsafeMutablePointer<commline_simulator>?
        if definition.simulator != nil {
            simulator = .allocate(capacity: 1)
            simulator?.initialize(
                to: commline_simulator(
                    size: UInt32(MemoryLayout<commline_simulator>.size), reserved: 0,
                    open: functions.simulator, handle: handle, close: close))
        }
        let plugin = UnsafeMutablePointer<commline_plugin>.allocate(capacity: 1)
        plugin.initialize(
            to: commline_plugin(
                size: UInt32(MemoryLayout<commline_plugin>.size),
                abi_major: UInt32(COMMLINE_ABI_MAJOR), abi_minor: UInt32(COMMLINE_ABI_MINOR),
                reserved: 0, id: text(definition.id), version: text(definition.version),
                vendor: text(definition.vendor), activate: functions.activate,
                deactivate: {}, extension: functions.find))
        return Tables(
            plugin: plugin, driver: driver.map { UnsafePointer($0) },
            simulator: simulator.map { UnsafePointer($0) }, definition: definition)
    }

    /// A literal's own bytes, which end with a NUL.
    private static func text(_ literal: StaticString) -> UnsafePointer<CChar>? {
        guard literal.hasPointerRepresentation else { return nil }
        return UnsafeRawPointer(literal.utf8Start).assumingMemoryBound(to: CChar.self)
    }

    // MARK: - What the host calls

    private static func activate(
        _ slot: Int, _ host: UnsafePointer<commline_host>?
    ) -> commline_status {
        definition(slot)?.activate(host) ?? COMMLINE_INVALID
    }

    private static func find(_ slot: Int, _ id: UnsafePointer<CChar>?) -> UnsafeRawPointer? {
        guard let id, let tables = tables(slot) else { return nil }
        switch String(cString: id) {
        case COMMLINE_EXT_DRIVER: return tables.driver.map { UnsafeRawPointer($0) }
        case COMMLINE_EXT_SIMULATOR: return tables.simulator.map { UnsafeRawPointer($0) }
        default: return nil
        }
    }

    private static let handle:
        @convention(c) (OpaquePointer?, UnsafePointer<commline_event>?) -> Void = {
            guard let session = $0 else { return }
            Unmanaged<Session>.fromOpaque(UnsafeRawPointer(session)).takeUnretainedValue()
                .handle($1)
        }

    private static let close: @convention(c) (OpaquePointer?) -> Void = {
        guard let session = $0 else { return }
        Unmanaged<Session>.fromOpaque(UnsafeRawPointer(session)).takeRetainedValue().close()
    }

    private static let functions: [Functions] = [
        Functions(
            activate: { activate(0, $0) }, find: { find(0, $0) },
            driver: { definition(0)?.openDriver($0, $1, $2) },
            simulator: { definition(0)?.openSimulator($0, $1, $2) }),
        Functions(
            activate: { activate(1, $0) }, find: { find(1, $0) },
            driver: { definition(1)?.openDriver($0, $1, $2) },
            simulator: { definition(1)?.openSimulator($0, $1, $2) }),
        Functions(
            activate: { activate(2, $0) }, find: { find(2, $0) },
            driver: { definition(2)?.openDriver($0, $1, $2) },
            simulator: { definition(2)?.openSimulator($0, $1, $2) }),
        Functions(
            activate: { activate(3, $0) }, find: { find(3, $0) },
            driver: { definition(3)?.openDriver($0, $1, $2) },
            simulator: { definition(3)?.openSimulator($0, $1, $2) }),
        Functions(
            activate: { activate(4, $0) }, find: { find(4, $0) },
            driver: { definition(4)?.openDriver($0, $1, $2) },
            simulator: { definition(4)?.openSimulator($0, $1, $2) }),
        Functions(
            activate: { activate(5, $0) }, find: { find(5, $0) },
            driver: { definition(5)?.openDriver($0, $1, $2) },
            simulator: { definition(5)?.openSimulator($0, $1, $2) }),
        Functions(
            activate: { activate(6, $0) }, find: { find(6, $0) },
            driver: { definition(6)?.openDriver($0, $1, $2) },
            simulator: { definition(6)?.openSimulator($0, $1, $2) }),
        Functions(
            activate: { activate(7, $0) }, find: { find(7, $0) },
            driver: { definition(7)?.openDriver($0, $1, $2) },
            simulator: { definition(7)?.openSimulator($0, $1, $2) }),
    ]
}
