import CSystem
import Glibc

/// An IPv4 or IPv6 address with a port.
package enum SocketAddress: Hashable, Sendable, CustomStringConvertible {
    /// An IPv4 address, most significant byte first as a number (127.0.0.1 is 0x7F000001).
    case v4(UInt32, port: UInt16)
    /// An IPv6 address as two numbers, and the number of the interface for link-local ones (0 else).
    case v6(high: UInt64, low: UInt64, port: UInt16, scope: UInt32)

    /// Reads a numeric address; nil when `host` is none.
    ///
    /// - Parameters:
    ///   - host: `192.0.2.1`, `2001:db8::1`, with or without brackets. Names are the `Resolver`'s.
    ///   - port: The port, 0...65535.
    package init?(_ host: String, port: UInt16) {
        var text = Substring(host)
        if text.hasPrefix("["), text.hasSuffix("]") { text = text.dropFirst().dropLast() }
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, String(text), &four) == 1 {
            self = .v4(UInt32(bigEndian: four.s_addr), port: port)
        } else if inet_pton(AF_INET6, String(text), &six) == 1 {
            self = Self.v6(six, port: port, scope: 0)
        } else {
            return nil
        }
    }

    /// The port, 0...65535.
    package var port: UInt16 {
        switch self {
        case .v4(_, let port): port
        case .v6(_, _, let port, _): port
        }
    }

    /// The address without its port, for example `192.0.2.1` or `2001:db8::1`.
    package var host: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        switch self {
        case .v4(let address, _):
            var four = in_addr(s_addr: address.bigEndian)
            inet_ntop(AF_INET, &four, &text, socklen_t(text.count))
        case .v6(let high, let low, _, _):
            var six = Self.bytes(high, low)
            inet_ntop(AF_INET6, &six, &text, socklen_t(text.count))
        }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// The address and its port, for example `192.0.2.1:4059` or `[2001:db8::1]:4059`.
    package var description: String {
        switch self {
        case .v4: "\(host):\(port)"
        case .v6: "[\(host)]:\(port)"
        }
    }

    /// The address of all interfaces.
    package static func any(port: UInt16) -> SocketAddress { .v4(0, port: port) }

    /// The IPv4 loopback address.
    package static func loopback(port: UInt16) -> SocketAddress { .v4(0x7F00_0001, port: port) }

    // MARK: For system calls

    var family: Int32 {
        switch self {
        case .v4: AF_INET
        case .v6: AF_INET6
        }
    }

    init?(_ storage: sockaddr_storage) {
        let read = withUnsafeBytes(of: storage) { bytes -> SocketAddress? in
            switch Int32(storage.ss_family) {
            case AF_INET:
                let address = bytes.loadUnaligned(as: sockaddr_in.self)
                return .v4(
                    UInt32(bigEndian: address.sin_addr.s_addr),
                    port: UInt16(bigEndian: address.sin_port))
            case AF_INET6:
                let address = bytes.loadUnaligned(as: sockaddr_in6.self)
                return .v6(
                    address.sin6_addr, port: UInt16(bigEndian: address.sin6_port),
                    scope: address.sin6_scope_id)
            default:
                return nil
            }
        }
        guard let read else { return nil }
        self = read
    }

    /// Calls `body` with the address as the system calls want it.
    func withSockaddr<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        switch self {
        case .v4(let host, let port):
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr = in_addr(s_addr: host.bigEndian)
            return Self.call(body, &address)
        case .v6(let high, let low, let port, let scope):
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            address.sin6_addr = Self.bytes(high, low)
            address.sin6_scope_id = scope
            return Self.call(body, &address)
        }
    }

    private static func call<Address, Result>(
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result, _ address: inout Address
    ) -> Result {
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<Address>.size))
            }
        }
    }

    /// An IPv4 address that comes mapped into IPv6 (RFC 4291, 2.5.5.2) is an IPv4 address.
    private static func v6(_ address: in6_addr, port: UInt16, scope: UInt32) -> SocketAddress {
        let (high, low) = withUnsafeBytes(of: address) { bytes in
            (
                UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
        if high == 0, low >> 32 == 0xFFFF {
            return .v4(UInt32(truncatingIfNeeded: low), port: port)
        }
        return .v6(high: high, low: low, port: port, scope: scope)
    }

    private static func bytes(_ high: UInt64, _ low: UInt64) -> in6_addr {
        var address = in6_addr()
        withUnsafeMutableBytes(of: &address) { bytes in
            bytes.storeBytes(of: high.bigEndian, as: UInt64.self)
            bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
        return address
    }
}
