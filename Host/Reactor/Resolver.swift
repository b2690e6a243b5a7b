import CSystem
import Glibc

/// Turns host names into addresses, off the reactors.
package struct Resolver: Sendable {
    /// Why a name has no address.
    package enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
        /// The name does not exist, or has no address.
        case unknownHost(String)
        /// The name servers could not be asked; `detail` is the C library's text. It may be tried again.
        case unavailable(host: String, detail: String)
        /// Too many names are being resolved already.
        case overloaded

        package var description: String {
            switch self {
            case .unknownHost(let host): "there is no host named \(host)"
            case .unavailable(let host, let detail): "cannot resolve \(host): \(detail)"
            case .overloaded: "too many names are being resolved"
            }
        }
    }

    private let work: Work

    /// Makes a resolver that blocks threads of `work` only.
    package init(work: Work) {
        self.work = work
    }

    /// Resolves a host; a numeric address is answered at once, with no thread.
    ///
    /// - Parameters:
    ///   - host: A name or a numeric address.
    ///   - port: The port that the addresses bear.
    /// - Returns: At least one address, in the order in which they should be tried (RFC 6724).
    /// - Throws: A `Failure`.
    package func resolve(
        _ host: String, port: UInt16
    ) async throws(Failure) -> [SocketAddress] {
        if let address = SocketAddress(host, port: port) { return [address] }
        let result: Result<[SocketAddress], Failure>
        do throws(Work.Overloaded) {
            result = try await work.run { Self.lookUp(host, port: port) }
        } catch {
            throw .overloaded
        }
        return try result.get()
    }

    private static func lookUp(
        _ host: String, port: UInt16
    ) -> Result<[SocketAddress], Failure> {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, String(port), &hints, &list)
        guard code == 0 else {
            if csys_is_unknown_host(code) != 0 { return .failure(.unknownHost(host)) }
            return .failure(
                .unavailable(host: host, detail: String(cString: gai_strerror(code))))
        }
        defer { freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var next = list
        while let entry = next?.pointee {
            if let address = address(of: entry), !addresses.contains(address) {
                addresses.append(address)
            }
            next = entry.ai_next
        }
        return addresses.isEmpty ? .failure(.unknownHost(host)) : .success(addresses)
    }

    private static func address(of entry: addrinfo) -> SocketAddress? {
        guard let source = entry.ai_addr else { return nil }
        var storage = sockaddr_storage()
        let length = min(Int(entry.ai_addrlen), MemoryLayout<sockaddr_storage>.size)
        withUnsafeMutableBytes(of: &storage) {
            $0.copyMemory(from: UnsafeRawBufferPointer(start: source, count: length))
        }
        return SocketAddress(storage)
    }
}
