import DriverKit

/// The other end of ``MeterDriver``: a meter whose reading grows with the power that it draws.
struct SimulatedMeter: Simulator {
    func run(_ device: SimulatedDevice, on link: Link) async throws(DriverFailure) {
        do {
            while true {
                try await link.nextConnection()
                do throws(LinkError) {
                    try await serve(device, link)
                } catch .disconnected {
                    // The client went away; the next one is welcome.
                }
            }
        } catch {
            throw DriverFailure(error)
        }
    }

    private func serve(_ device: SimulatedDevice, _ link: Link) async throws(LinkError) {
        while true {
            let line = try await link.receiveFrame(timeout: nil) { unread in
                unread.firstIndex(of: UInt8(ascii: "\n"))
                    .map { .complete($0 - unread.startIndex + 1) } ?? .incomplete
            }
            let answer = line == Array("READ\r\n".utf8) ? reading(device, link.now) : "ERR 1"
            try link.send(Array((answer + "\r\n").utf8))
        }
    }

    /// The energy since 2020 in hundredths of a kilowatt-hour.
    private func reading(_ device: SimulatedDevice, _ now: Moment) -> String {
        let watts = 100 + Int64((device.seed % 4900 + UInt64(device.index % 4900) * 37) % 4900)
        let seconds = max(now.wallMilliseconds / 1000 - 1_577_836_800, 0)
        let hundredths = watts.multipliedReportingOverflow(by: seconds).partialValue / 36_000
        let cents = hundredths % 100
        return "A+ \(hundredths / 100).\(cents < 10 ? "0" : "")\(cents) kWh"
    }
}
