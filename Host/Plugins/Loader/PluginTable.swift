import CCommline

/// What a library says of itself, checked against its manifest; the tables of its abilities.
struct PluginTable {
    struct Failure: Error {
        let problem: String
        let remedy: String

        init(_ problem: String, _ remedy: String = "ask the plugin's vendor to correct it") {
            self.problem = problem
            self.remedy = remedy
        }
    }

    private let table: commline_plugin

    /// Checks the table that a library's entry gave.
    init(
        _ pointer: UnsafePointer<commline_plugin>?, id: String, version: String
    ) throws(Failure) {
        guard let pointer else { throw Failure("gave no plugin table (NULL)") }
        let raw = UnsafeRawPointer(pointer)
        let size = raw.load(as: UInt32.self)
        // The first three fields are the same in every version; they tell whether the rest may be read.
        let head = 3 * MemoryLayout<UInt32>.size
        guard size >= head else { throw Failure("gave a plugin table of \(size) bytes") }
        let major = raw.load(fromByteOffset: 4, as: UInt32.self)
        let minor = raw.load(fromByteOffset: 8, as: UInt32.self)
        guard major == UInt32(COMMLINE_ABI_MAJOR) else {
            throw Failure(
                "was built for ABI \(major).\(minor), but this host has "
                    + "\(COMMLINE_ABI_MAJOR).\(COMMLINE_ABI_MINOR)",
                "install a version of the plugin for ABI \(COMMLINE_ABI_MAJOR).x")
        }
        guard Int(size) >= MemoryLayout<commline_plugin>.size else {
            throw Failure(
                "gave a plugin table of \(size) bytes, but it has "
                    + "\(MemoryLayout<commline_plugin>.size) in ABI 1.0")
        }
        table = pointer.pointee
        guard table.activate != nil, table.deactivate != nil, table.extension != nil else {
            throw Failure("gave a plugin table without all of its functions")
        }
        try Self.compare("id", table.id, id)
        try Self.compare("version", table.version, version)
    }

    private static func compare(
        _ what: String, _ text: UnsafePointer<CChar>?, _ expected: String
    ) throws(Failure) {
        guard let text else { throw Failure("has no \(what) in its table") }
        guard let found = String(validatingCString: text), found == expected else {
            throw Failure(
                "says that its \(what) is \"\(String(cString: text))\", but its manifest says "
                    + "\"\(expected)\"",
                "install library and manifest again from the same package")
        }
    }

    /// Prepares the plugin, once.
    func activate(_ host: UnsafePointer<commline_host>) throws(Failure) {
        let status = table.activate(host)
        guard status == COMMLINE_OK else {
            throw Failure("refused to be activated (status \(status))", "see the log of the plugin")
        }
    }

    /// Ends the plugin, once, when its last session is closed.
    func deactivate() {
        table.deactivate()
    }

    /// The functions of its driver; nil where it has none.
    func driver() throws(Failure) -> SessionFunctions? {
        guard let pointer = table.extension(COMMLINE_EXT_DRIVER) else { return nil }
        let table = try Self.sized(pointer, commline_driver.self, COMMLINE_EXT_DRIVER)
        guard let open = table.open, let handle = table.handle, let close = table.close else {
            throw Failure("gave a \(COMMLINE_EXT_DRIVER) table without all of its functions")
        }
        return SessionFunctions(open: open, handle: handle, close: close)
    }

    /// The functions of its simulator; nil where it has none.
    func simulator() throws(Failure) -> SessionFunctions? {
        guard let pointer = table.extension(COMMLINE_EXT_SIMULATOR) else { return nil }
        let table = try Self.sized(pointer, commline_simulator.self, COMMLINE_EXT_SIMULATOR)
        guard let open = table.open, let handle = table.handle, let close = table.close else {
            throw Failure("gave a \(COMMLINE_EXT_SIMULATOR) table without all of its functions")
        }
        return SessionFunctions(open: open, handle: handle, close: close)
    }

    /// The functions of its integrator; nil where it has none.
    func source() throws(Failure) -> SourceFunctions? {
        guard let pointer = table.extension(COMMLINE_EXT_SOURCE) else { return nil }
        do throws(SourceFunctions.Failure) {
            return try SourceFunctions(pointer)
        } catch {
            throw Failure(error.problem)
        }
    }

    private static func sized<Table>(
        _ pointer: UnsafeRawPointer, _ type: Table.Type, _ name: String
    ) throws(Failure) -> Table {
        let size = pointer.load(as: UInt32.self)
        guard Int(size) >= MemoryLayout<Table>.size else {
            throw Failure(
                "gave a \(name) table of \(size) bytes, but it has \(MemoryLayout<Table>.size)")
        }
        return pointer.load(as: Table.self)
    }
}
