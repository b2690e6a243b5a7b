import CCommline
import Glibc

/// What the system says of this process.
enum ProcessFacts {
    /// How many descriptors are open.
    static var descriptors: Int { count("/proc/self/fd") }

    /// How many threads there are.
    static var threads: Int { count("/proc/self/task") }

    /// How many bytes are in memory.
    static var residentBytes: Int {
        guard let bytes = try? WholeFile.read("/proc/self/statm") else { return 0 }
        let fields = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        let pages = fields.count > 1 ? Int(fields[1]) ?? 0 : 0
        return pages * LentMemory.pageSize
    }

    private static func count(_ folder: String) -> Int {
        (try? WholeFile.names(in: folder))?.count ?? 0
    }
}

/// A host's table for a plugin that is activated and no more.
enum CheckHost {
    /// Makes the table; it lives as long as the process.
    static func make() -> UnsafePointer<commline_host> {
        let table = UnsafeMutablePointer<commline_host>.allocate(capacity: 1)
        var host = commline_host()
        host.size = UInt32(MemoryLayout<commline_host>.size)
        host.abi_major = UInt32(COMMLINE_ABI_MAJOR)
        host.abi_minor = UInt32(COMMLINE_ABI_MINOR)
        host.name = text("commline check")
        host.version = text("1.0")
        host.log = { _, _, _ in }
        host.extension = { _, _ in nil }
        table.initialize(to: host)
        return UnsafePointer(table)
    }

    private static func text(_ literal: StaticString) -> commline_text {
        commline_text(
            data: UnsafeRawPointer(literal.utf8Start).assumingMemoryBound(to: CChar.self),
            size: UInt32(literal.utf8CodeUnitCount), reserved: 0)
    }
}
