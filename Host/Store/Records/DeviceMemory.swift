import Values

extension Snapshot {
    /// Reads a device's durable memory.
    package func memory(ofDevice device: UUID) throws(StoreError) -> [String: [UInt8]] {
        let rows = try database.rows(
            """
            SELECT m.key, m.value FROM device_key k JOIN device_memory m ON m.device = k.id
            WHERE k.uuid = ?
            """, device
        ) { (row) throws(StoreError) in (row.text(), row.bytes()) }
        var memory: [String: [UInt8]] = [:]
        for (key, sealed) in rows {
            memory[key] = try vault.open(sealed, binding: Self.binding(device, key)) ?? []
        }
        return memory
    }

    static func binding(_ device: UUID, _ key: String) -> String { "memory:\(device):\(key)" }
}

extension Transaction {
    /// The most that a device's memory holds, keys included, in bytes.
    package static let memoryLimit = 65_536

    /// Takes numbers from a durable counter of a device; none is ever given twice.
    ///
    /// - Parameters:
    ///   - device: The device.
    ///   - counter: The counter's name; a new one begins with 0.
    ///   - count: How many numbers.
    /// - Returns: The first number.
    /// - Throws: `.notFound` for an unknown device, `.invalid` when the counter is used up.
    package func reserve(
        device: UUID, counter: String, count: UInt32
    ) throws(StoreError) -> UInt64 {
        let key = try key(.device, device)
        let found = try database.integer(
            "SELECT next FROM device_counter WHERE device = ? AND name = ?", key, counter)
        let first = UInt64(bitPattern: found ?? 0)
        let (next, overflow) = first.addingReportingOverflow(UInt64(count))
        guard !overflow else {
            throw .invalid(field: "counter", message: "the counter \(counter) is used up")
        }
        try database.run(
            """
            INSERT INTO device_counter VALUES (?, ?, ?)
                ON CONFLICT (device, name) DO UPDATE SET next = excluded.next
            """, key, counter, Int64(bitPattern: next))
        return first
    }

    /// Raises a counter to at least a value, as when a device tells that it has seen higher numbers.
    package func raise(device: UUID, counter: String, to next: UInt64) throws(StoreError) {
        let current = try reserve(device: device, counter: counter, count: 0)
        guard next > current else { return }
        try database.run(
            "UPDATE device_counter SET next = ? WHERE device = ? AND name = ?",
            Int64(bitPattern: next), try key(.device, device), counter)
    }

    /// Writes a device's memory; its values are sealed, because drivers may keep keys in it.
    func write(_ writes: [MemoryWrite], device: UUID, key: Int64) throws(StoreError) {
        guard !writes.isEmpty else { return }
        for write in writes {
            if write.bytes.isEmpty {
                try database.run(
                    "DELETE FROM device_memory WHERE device = ? AND key = ?", key, write.key)
            } else {
                let sealed = try vault.seal(
                    write.bytes, binding: Self.binding(device, write.key))
                try database.run(
                    """
                    INSERT INTO device_memory VALUES (?, ?, ?)
                        ON CONFLICT (device, key) DO UPDATE SET value = excluded.value
                    """, key, write.key, sealed)
            }
        }
        let used = try database.first(
            """
            SELECT coalesce(sum(length(CAST(key AS BLOB)) + length(value) - ?), 0)
            FROM device_memory WHERE device = ?
            """, Vault.overhead, key
        ) { (row) throws(StoreError) in row.int() }
        guard used ?? 0 <= Self.memoryLimit else {
            throw .invalid(
                field: "memory", message: "a device's memory holds \(Self.memoryLimit) bytes")
        }
    }
}
