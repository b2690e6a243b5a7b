import JSON
import Testing

/// Nobody listens where the meters should be: what is tried again and again leaves nothing behind.
///
/// `COMMLINE_FAILED_CONNECTS` says how many connections fail: `make soak` takes 100,000.
@Suite struct FailedConnectTests {
    static let connects = Workplace.number("COMMLINE_FAILED_CONNECTS", default: 4_000)
    private static let meters = 20
    private static let retries = 99

    /// What the host holds of the system.
    private struct Holding {
        var descriptors: Int
        var threads: Int
        var residentBytes: Int

        init(_ host: HostUnderTest) throws {
            let text = try host.call("GET", "/metrics").text
            func number(_ name: String) throws -> Int {
                let line = try #require(
                    text.split(separator: "\n").first { $0.hasPrefix(name + " ") })
                return Int(try #require(Double(line.split(separator: " ")[1])))
            }
            descriptors = try number("process_open_fds")
            threads = try number("process_threads")
            residentBytes = try number("process_resident_memory_bytes")
        }
    }

    @Test func theyLeaveNoDescriptorNoThreadAndNoMemory() throws {
        let scratch = try Scratch()
        let simulated = try SimulatedMeters(count: Self.meters, in: scratch)
        let lines = simulated.lines
        simulated.end()
        let host = try HostUnderTest(in: scratch)
        try host.importing(Configuration(lines))
        let devices = lines.indices.map(Configuration.device)

        func round() throws {
            let run = try host.order(
                devices: devices, read: [["archive": "CURRENT"]],
                with: ["retries": JSONValue(Self.retries)])
            let end = try host.end(of: run, within: .seconds(300))
            #expect(end.statistic("error") == Self.meters)
            #expect(end.tasks.allSatisfy { $0["attempts"]?.int == Self.retries + 1 })
        }
        // What is made once (threads, statements, caches) is there after the first round.
        try round()
        let before = try Holding(host)
        var failed = 0
        while failed < Self.connects {
            try round()
            failed += Self.meters * (Self.retries + 1)
        }
        let after = try Holding(host)
        #expect(after.descriptors <= before.descriptors)
        // The language's shared pool has a thread for each core at most, which come and go.
        #expect(after.threads <= before.threads + 2)
        let grown = after.residentBytes - before.residentBytes
        // The caches of the database may fill; what grows with each connection would be far above.
        #expect(grown < 16 << 20)
        print("\(failed) failed connections: resident memory grew by \(grown / 1024) KiB")
    }
}
