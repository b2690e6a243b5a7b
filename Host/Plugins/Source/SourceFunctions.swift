import CCommline

/// The functions of a plugin's `commline.source/1`, checked.
struct SourceFunctions: Sendable {
    /// What is wrong with the table, as the continuation of "the plugin …".
    struct Failure: Error, Hashable {
        let problem: String
    }

    typealias Function =
        @convention(c) (
            UnsafePointer<commline_request>?, UnsafePointer<commline_sink>?,
            UnsafeMutablePointer<commline_error>?
        ) -> commline_code

    let `import`: Function
    let command: Function

    /// Reads the table that the plugin's `extension` gave for `COMMLINE_EXT_SOURCE`.
    ///
    /// - Parameter pointer: The table; its size is checked before anything else of it is touched.
    /// - Throws: A `Failure` where the table is too small or incomplete.
    init(_ pointer: UnsafeRawPointer) throws(Failure) {
        let size = pointer.load(as: UInt32.self)
        guard Int(size) >= MemoryLayout<commline_source>.size else {
            throw Failure(
                problem: "gave a \(COMMLINE_EXT_SOURCE) table of \(size) bytes, but it has "
                    + "\(MemoryLayout<commline_source>.size)")
        }
        let table = pointer.load(as: commline_source.self)
        guard let `import` = table.import, let command = table.command else {
            throw Failure(
                problem: "gave a \(COMMLINE_EXT_SOURCE) table without all of its functions")
        }
        self.import = `import`
        self.command = command
    }
}
