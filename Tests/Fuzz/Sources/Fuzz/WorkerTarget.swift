import Reactor

@testable import Plugins

/// What a worker process says: turns of a driver.
enum WorkerTarget {
    private static let stamp = TimeStamp(monotonicNanoseconds: 1, wallMilliseconds: 2)

    static func run(_ input: [UInt8]) {
        input.withUnsafeBytes { bytes in
            do throws(WireError) {
                var reader = WireReader(bytes)
                let turn = try TurnReader(plugin: "fuzz", stamp: stamp).turn(&reader)
                var rules = LinkRules(
                    SessionOpening(role: .driver, mode: .task, json: "{}", items: [0, 1]))
                rules.begin(
                    .received([0, 1, 2]), SessionStanding(isConnected: true, sendBudget: 4096))
                try rules.check(turn)
                let buffer = WireBuffer()
                buffer.put(turn)
                var again: Turn?
                buffer.takePackets(limit: .max) { packet in
                    var reader = WireReader(
                        UnsafeRawBufferPointer(rebasing: packet[WireBuffer.packetHeaderSize...]))
                    again = try? TurnReader(plugin: "fuzz", stamp: stamp).turn(&reader)
                }
                Fuzz.insist(again?.actions == turn.actions, "a turn does not survive writing")
            } catch {
                Fuzz.insist(!error.description.isEmpty, "an error says nothing")
            }
        }
    }
}
