import JSON

/// Simulated meters of the product itself.
final class SimulatedMeters {
    /// How the host reaches each of them.
    private(set) var lines: [Configuration.Line] = []
    /// What is wrong with each of them.
    private(set) var ailments: [String] = []
    private let child: Child

    init(
        type: String = "DT_CE307", count: Int, delay: Int = 0, _ arguments: [String] = [],
        in scratch: Scratch
    ) throws {
        child = try Child(
            Workplace.commline,
            [
                "simulate", "dlms", "--json", "--type", type, "--count", String(count), "--delay",
                String(delay), "--manifests", Workplace.manifests, "--plugins", Workplace.binaries,
            ] + arguments, in: scratch)
        for _ in 0..<count {
            let device = try JSONValue(parsing: Array(try child.line(containing: "port").utf8))
            guard let port = device["port"]?.int, let serial = device["serialNumber"]?.string else {
                throw Trouble.answer(device.text())
            }
            var line = Configuration.Line(port: UInt16(port))
            line.serialNumber = serial
            line.type = device["type"]?.string ?? type
            lines.append(line)
            ailments.append(device["ailment"]?.string ?? "")
        }
        _ = try child.line(containing: "ready")
    }

    /// Ends the meters: nobody listens on their ports any more.
    func end() { child.kill() }
}
