import JSON

/// Finds the device that a person means: by its id, or by its serial number or the end of it.
enum DeviceSearch {
    /// Gives the devices that match, best matches only.
    ///
    /// - Throws: A `CommandFailure` where nothing matches.
    static func find(_ words: [String], _ client: APIClient) async throws -> [JSONValue] {
        let devices = try await client.list(client.path("devices?limit=1000"))
        if words == ["all"] { return devices }
        var found: [JSONValue] = []
        for word in words {
            let exact = devices.filter {
                $0["id"]?.string == word || $0["serialNumber"]?.string == word
            }
            let matches =
                exact.isEmpty
                ? devices.filter { $0["serialNumber"]?.string?.hasSuffix(word) ?? false } : exact
            guard !matches.isEmpty else {
                throw CommandFailure(
                    "there is no device \"\(word)\"; see commline device list", .usage)
            }
            guard matches.count == 1 || !exact.isEmpty else {
                let serials = matches.prefix(5).compactMap { $0["serialNumber"]?.string }
                throw CommandFailure(
                    "\"\(word)\" fits \(matches.count) devices: "
                        + serials.joined(separator: ", "), .usage)
            }
            found += matches
        }
        return found
    }
}
