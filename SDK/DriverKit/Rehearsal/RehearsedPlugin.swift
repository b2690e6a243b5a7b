import CCommline
import Synchronization

/// A plugin's tables, checked and activated as a host does it, for rehearsals.
public final class RehearsedPlugin: Sendable {
    // SAFETY: the tables are static and only read.
    private struct Tables: @unchecked Sendable {
        let plugin: UnsafePointer<commline_plugin>
        let driver: SessionTable?
        let simulator: SessionTable?
    }

    /// The plugin's id.
    public let id: String
    /// The plugin's version.
    public let version: String
    private let tables: Tables
    private let lines: LogLines

    /// The lines that the plugin wrote to its service log so far.
    public var log: [String] { lines.all }

    var driver: SessionTable? { tables.driver }
    var simulator: SessionTable? { tables.simulator }

    /// Takes a plugin of this process.
    ///
    /// - Parameter plugin: The plugin.
    /// - Returns: The plugin, activated.
    /// - Throws: What is wrong with its tables.
    public static func of(_ plugin: Plugin) throws(RehearsalError) -> RehearsedPlugin {
        try at(plugin.entry)
    }

    /// Takes what a library's `commline_plugin_entry` returned.
    ///
    /// A plugin is activated once in a process; asking again gives the same object.
    ///
    /// - Parameter entry: The plugin's `commline_plugin`.
    /// - Returns: The plugin, activated.
    /// - Throws: What is wrong with its tables.
    public static func at(_ entry: UnsafeRawPointer?) throws(RehearsalError) -> RehearsedPlugin {
        guard let entry else { throw RehearsalError("the plugin's entry answered NULL") }
        let key = UInt(bitPattern: entry)
        let found: Result<RehearsedPlugin, RehearsalError> = known.withLock { known in
            if let plugin = known[key] { return .success(plugin) }
            do throws(RehearsalError) {
                let plugin = try RehearsedPlugin(entry)
                known[key] = plugin
                return .success(plugin)
            } catch {
                return .failure(error)
            }
        }
        return try found.get()
    }

    private static let known = Mutex<[UInt: RehearsedPlugin]>([:])

    private init(_ entry: UnsafeRawPointer) throws(RehearsalError) {
        let pointer = entry.assumingMemoryBound(to: commline_plugin.self)
        let size = sizeOfStruct(pointer)
        guard size >= MemoryLayout<commline_plugin>.size else {
            throw RehearsalError("the plugin's table has \(size) bytes")
        }
        let plugin = pointer.pointee
        guard plugin.abi_major == UInt32(COMMLINE_ABI_MAJOR) else {
            throw RehearsalError(
                "the plugin speaks ABI \(plugin.abi_major).\(plugin.abi_minor), this is "
                    + "\(COMMLINE_ABI_MAJOR).\(COMMLINE_ABI_MINOR)")
        }
        guard let id = plugin.id, let version = plugin.version, let activate = plugin.activate,
            let find = plugin.extension
        else { throw RehearsalError("the plugin's table has an empty entry") }
        self.id = String(cString: id)
        self.version = String(cString: version)
        lines = LogLines()
        let status = activate(lines.makeHost())
        guard status == COMMLINE_OK else {
            throw RehearsalError("the plugin's activate answered \(status)")
        }
        tables = Tables(
            plugin: pointer,
            driver: try SessionTable(driver: find(COMMLINE_EXT_DRIVER)),
            simulator: try SessionTable(simulator: find(COMMLINE_EXT_SIMULATOR)))
    }
}

/// Why a rehearsal cannot take place.
public struct RehearsalError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, in words.
    public let description: String

    /// Makes an error.
    ///
    /// - Parameter description: What is wrong, in words.
    public init(_ description: String) {
        self.description = description
    }
}

/// The three functions that a driver's and a simulator's table have in common.
struct SessionTable {
    let open:
        @convention(c) (
            UnsafePointer<commline_request>?, UnsafePointer<commline_link>?,
            UnsafeMutablePointer<commline_error>?
        ) -> OpaquePointer?
    let handle: @convention(c) (OpaquePointer?, UnsafePointer<commline_event>?) -> Void
    let close: @convention(c) (OpaquePointer?) -> Void

    /// Reads a driver's table; nil where the plugin has none.
    init?(driver table: UnsafeRawPointer?) throws(RehearsalError) {
        guard let table else { return nil }
        let size = sizeOfStruct(table)
        guard size >= MemoryLayout<commline_driver>.size else {
            throw RehearsalError("the driver's table has \(size) bytes")
        }
        let driver = table.assumingMemoryBound(to: commline_driver.self).pointee
        guard let open = driver.open, let handle = driver.handle, let close = driver.close else {
            throw RehearsalError("the driver's table has an empty entry")
        }
        (self.open, self.handle, self.close) = (open, handle, close)
    }

    /// Reads a simulator's table; nil where the plugin has none.
    init?(simulator table: UnsafeRawPointer?) throws(RehearsalError) {
        guard let table else { return nil }
        let size = sizeOfStruct(table)
        guard size >= MemoryLayout<commline_simulator>.size else {
            throw RehearsalError("the simulator's table has \(size) bytes")
        }
        let simulator = table.assumingMemoryBound(to: commline_simulator.self).pointee
        guard let open = simulator.open, let handle = simulator.handle,
            let close = simulator.close
        else { throw RehearsalError("the simulator's table has an empty entry") }
        (self.open, self.handle, self.close) = (open, handle, close)
    }
}

/// What a rehearsed plugin wrote to its service log.
private final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    func append(_ line: String) {
        lines.withLock { $0.append(line) }
    }

    /// Makes the host's table; like a real host's it lives as long as the process.
    func makeHost() -> UnsafePointer<commline_host> {
        let host = UnsafeMutablePointer<commline_host>.allocate(capacity: 1)
        let name: StaticString = "commline rehearsal"
        let version: StaticString = "1.0"
        host.initialize(
            to: commline_host(
                size: UInt32(MemoryLayout<commline_host>.size),
                abi_major: UInt32(COMMLINE_ABI_MAJOR), abi_minor: UInt32(COMMLINE_ABI_MINOR),
                reserved: 0, host: Unmanaged.passRetained(self).toOpaque(),
                name: Self.text(name), version: Self.text(version),
                log: { host, level, text in
                    guard let lines = host?.pointee.host, let text else { return }
                    Unmanaged<LogLines>.fromOpaque(lines).takeUnretainedValue()
                        .append(text.pointee.string ?? "")
                },
                extension: { _, _ in nil }))
        return UnsafePointer(host)
    }

    private static func text(_ literal: StaticString) -> commline_text {
        commline_text(
            data: UnsafeRawPointer(literal.utf8Start).assumingMemoryBound(to: CChar.self),
            size: UInt32(literal.utf8CodeUnitCount), reserved: 0)
    }
}
