import DriverKit
import JSON
import Values

/// Simulated meters of the driver's types, made of the driver's own object tables.
package struct MeterSimulator: Simulator {
    package init() {}

    package func run(
        _ device: SimulatedDevice, on link: Link
    ) async throws(DriverFailure) {
        guard let map = ProtocolMap.find(symbol: "", deviceType: device.type) else {
            throw DriverFailure(
                .configuration, .mapUnknown, ["map": "", "type": .string(device.type)])
        }
        let options: MeterOptions
        do throws(SettingsError) {
            options = try MeterOptions(device.options, settings: device.settings)
        } catch {
            throw DriverFailure(setting: error)
        }
        let meter = SimulatedMeter(
            map: map, serialNumber: device.serialNumber, seed: device.seed, options: options,
            zone: device.clock)
        do throws(LinkError) {
            while true {
                try await link.nextConnection()
                try await serve(SimulatedStation(meter: meter), on: link)
            }
        } catch {
            throw DriverFailure(error)
        }
    }

    /// Serves one connection until the client goes away.
    private func serve(_ station: SimulatedStation, on link: Link) async throws(LinkError) {
        var station = station
        while true {
            let bytes: [UInt8]
            do throws(LinkError) {
                bytes = try await link.receive()
            } catch .disconnected, .notConnected {
                return
            }
            // The host always has random bytes; without them the challenge is merely a poor one.
            let random: (Int) -> [UInt8] = { count in
                (try? link.random(count)) ?? Array(repeating: 0, count: count)
            }
            let now = link.now.wallMilliseconds
            for reply in station.receive(bytes, at: now, random: random) {
                do throws(LinkError) {
                    try link.send(reply)
                } catch .disconnected, .notConnected {
                    return
                }
            }
        }
    }
}
