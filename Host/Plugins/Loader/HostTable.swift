import CCommline
import Log

/// The table that the host gives a plugin; it stays for the life of the process.
enum HostTable {
    /// What `host` points to.
    private final class Context: Sendable {
        let log: Log

        init(plugin: String) {
            log = Log("plugin.\(plugin)")
        }
    }

    private static let longestLine = 4096

    /// Makes the table of a plugin; it is never freed, since the plugin may keep it.
    static func make(plugin: String, hostVersion: String) -> UnsafePointer<commline_host> {
        let table = UnsafeMutablePointer<commline_host>.allocate(capacity: 1)
        var host = commline_host()
        host.size = UInt32(MemoryLayout<commline_host>.size)
        host.abi_major = UInt32(COMMLINE_ABI_MAJOR)
        host.abi_minor = UInt32(COMMLINE_ABI_MINOR)
        host.host = Unmanaged.passRetained(Context(plugin: plugin)).toOpaque()
        host.name = immortal("commline")
        host.version = immortal(hostVersion)
        host.log = { write($0, $1, $2) }
        host.extension = { _, _ in nil }
        table.initialize(to: host)
        return UnsafePointer(table)
    }

    private static func immortal(_ text: String) -> commline_text {
        let bytes = Array(text.utf8CString)
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
        copy.initialize(from: bytes, count: bytes.count)
        return commline_text(data: copy, size: UInt32(bytes.count - 1), reserved: 0)
    }

    fileprivate static func log(
        _ host: UnsafePointer<commline_host>?, _ level: commline_level,
        _ text: UnsafePointer<commline_text>?
    ) {
        guard let pointer = host?.pointee.host, let text else { return }
        let context = Unmanaged<Context>.fromOpaque(pointer).takeUnretainedValue()
        guard let data = text.pointee.data, text.pointee.size > 0 else { return }
        let count = min(Int(text.pointee.size), longestLine)
        let bytes = UnsafeRawBufferPointer(start: data, count: count)
        // A log line is for people: bytes that are no UTF-8 are replaced, not refused.
        let line = String(decoding: bytes, as: UTF8.self)
        context.log.write(LogLevel(rawValue: Int(level)) ?? .error, line)
    }
}

private func write(
    _ host: UnsafePointer<commline_host>?, _ level: commline_level,
    _ text: UnsafePointer<commline_text>?
) {
    HostTable.log(host, level, text)
}
