import Glibc
import Store
import Synchronization
import Values

/// The time zones in use, each read once.
package enum TimeZones {
    private static let known = Mutex<[String: TimeZoneRules]>([:])

    /// The host's own zone: `TZ`, or what `/etc/localtime` points to, or UTC.
    package static let host: TimeZoneRules = {
        if let name = getenv("TZ").map({ String(cString: $0) }), let zone = find(name) {
            return zone
        }
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        guard realpath("/etc/localtime", &buffer) != nil else { return .utc }
        let path = String(
            decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard let range = path.split(separator: "/zoneinfo/", maxSplits: 1).last else {
            return .utc
        }
        return find(String(range)) ?? .utc
    }()

    /// Finds a zone.
    ///
    /// - Parameter name: `+03:00`, `UTC+03:00` or an IANA name.
    /// - Returns: The zone, or nil for anything else.
    package static func find(_ name: String) -> TimeZoneRules? {
        if let zone = known.withLock({ $0[name] }) { return zone }
        let text = name.hasPrefix("UTC") && name.count > 3 ? String(name.dropFirst(3)) : name
        guard let zone = try? TimeZoneRules(text) else { return nil }
        known.withLock { $0[name] = zone }
        return zone
    }

    /// The zone in which a device's clock runs; the host's where its card names none.
    package static func zone(of device: Device) -> TimeZoneRules {
        device.timeZone.flatMap(find) ?? host
    }
}
