import CSystem
import Glibc

/// What the system says about this process.
package struct ProcessFacts: Hashable, Sendable {
    /// Resident memory, in bytes.
    package var residentBytes: UInt64
    /// The highest `residentBytes` so far.
    package var peakResidentBytes: UInt64
    /// Threads now.
    package var threads: Int
    /// Open descriptors now.
    package var openDescriptors: Int
    /// Processor time used so far, in user mode and in the kernel, in microseconds.
    package var cpuMicroseconds: UInt64

    /// Reads the facts from `/proc`; what cannot be read is 0.
    package static func read() -> ProcessFacts {
        let status = statusFields(of: read("/proc/self/status"))
        return ProcessFacts(
            residentBytes: (status["VmRSS"] ?? 0) * 1024,
            peakResidentBytes: (status["VmHWM"] ?? 0) * 1024,
            threads: Int(clamping: status["Threads"] ?? 0),
            openDescriptors: openDescriptorCount(),
            cpuMicroseconds: cpuTime())
    }

    /// The resident memory of another process in bytes; nil where there is none such.
    package static func residentBytes(of process: Int32) -> UInt64? {
        let fields = read("/proc/\(process)/statm").split(separator: UInt8(ascii: " "))
        guard fields.count > 1, let pages = UInt64(String(decoding: fields[1], as: UTF8.self))
        else { return nil }
        return pages * UInt64(sysconf(Int32(_SC_PAGESIZE)))
    }

    /// The cores that the process may run on, at least 1.
    package static var usableCores: Int {
        max(1, Int(csys_usable_cores()))
    }

    /// The numbers of `/proc/self/status`, by field; sizes are in KiB there.
    private static func statusFields(of text: [UInt8]) -> [String: UInt64] {
        var fields: [String: UInt64] = [:]
        for line in text.split(separator: UInt8(ascii: "\n")) {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let digits = line[colon...].drop { !isDigit($0) }.prefix(while: isDigit)
            let name = String(decoding: line[..<colon], as: UTF8.self)
            fields[name] = UInt64(String(decoding: digits, as: UTF8.self))
        }
        return fields
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func openDescriptorCount() -> Int {
        guard let directory = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(directory) }
        var entries = 0
        while readdir(directory) != nil { entries += 1 }
        // Less `.`, `..`, and the descriptor of the directory itself.
        return max(0, entries - 3)
    }

    private static func cpuTime() -> UInt64 {
        var usage = rusage()
        guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
        return [usage.ru_utime, usage.ru_stime].reduce(0) {
            $0 + UInt64(clamping: $1.tv_sec) * 1_000_000 + UInt64(clamping: $1.tv_usec)
        }
    }

    private static func read(_ path: String) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        return [UInt8](unsafeUninitializedCapacity: 16 * 1024) { buffer, count in
            count = max(0, Glibc.read(descriptor, buffer.baseAddress, buffer.count))
        }
    }
}
