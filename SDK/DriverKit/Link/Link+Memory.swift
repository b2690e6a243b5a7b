import CCommline
import Values

extension Link {
    /// Sets one key of the device's durable memory; later sessions find it in their request.
    ///
    /// It takes effect together with the records before it: to make sure that it is on disk before
    /// bytes leave, send them with ``SendFlags/afterStored``.
    ///
    /// - Parameters:
    ///   - key: At most 128 bytes.
    ///   - bytes: What to keep; empty deletes the key.
    /// - Throws: `closed`, or `refused`: with `tooMuch` where the device's memory (64 KiB) is full.
    public func remember(_ key: String, _ bytes: [UInt8]) throws(LinkError) {
        try session.requireLife()
        let status = withBorrowed(key) { key in
            withBorrowed(bytes) { session.host.remember(key, $0) }
        }
        try session.check(status, "remember")
    }

    /// Takes numbers from a durable counter of the device; none is ever given twice.
    ///
    /// Waits where the host has none at hand.
    ///
    /// - Parameters:
    ///   - counter: The counter's name.
    ///   - count: How many, at least 1.
    /// - Returns: The first of them.
    /// - Throws: `closed`, `refused`, or an interruption.
    public func reserve(
        _ counter: String, count: UInt32 = 1
    ) async throws(LinkError) -> UInt64 {
        while true {
            try session.requireLife()
            var first: UInt64 = 0
            let status = withBorrowed(counter) { session.host.reserve($0, count, &first) }
            guard status == COMMLINE_TOO_MUCH else {
                try session.check(status, "reserve numbers")
                return first
            }
            _ = try await session.wait(for: .credit, .none)
        }
    }

    /// Takes bytes from the host's random generator; a recorded session replays them.
    ///
    /// - Parameter count: How many.
    /// - Returns: The bytes.
    /// - Throws: `closed` or `refused`.
    public func random(_ count: Int) throws(LinkError) -> [UInt8] {
        try session.requireLife()
        var status = COMMLINE_OK
        let bytes = [UInt8](unsafeUninitializedCapacity: max(count, 0)) { buffer, filled in
            guard let start = buffer.baseAddress else { return }
            while filled < count, status == COMMLINE_OK {
                let part = min(count - filled, 4096)
                // The host may leave bytes alone where it refuses: none is read before it was set.
                (start + filled).initialize(repeating: 0, count: part)
                status = session.host.random(start + filled, UInt32(part))
                filled += part
            }
        }
        try session.check(status, "take random bytes")
        return bytes
    }
}
