import Reactor

/// What leaves a simulated device, each answer after its delay.
extension SimulatedDevice {
    func send(_ bytes: [UInt8]) {
        guard stream != nil, ailment != .silent else { return }
        guard delay > .zero else { return write(bytes) }
        delayedByteCount += bytes.count
        depart(.bytes(bytes))
    }

    /// How long every answer of this device waits.
    private var delay: Duration { ailment == .late ? plan.delay + plan.fleet.lateness : plan.delay }

    func hangUp() {
        guard stream != nil else { return }
        if departures.isEmpty { closeByItself() } else { depart(.hangUp) }
    }

    /// Every frame leaves when its own delay has passed; the order stays.
    private func depart(_ departure: Departure) {
        departures.append(departure)
        let generation = self.generation
        reactor.schedule(after: delay, on: self) { session in
            guard session.generation == generation, !session.departures.isEmpty else { return }
            switch session.departures.removeFirst() {
            case .bytes(let bytes):
                session.delayedByteCount -= bytes.count
                session.write(bytes)
            case .hangUp: session.closeByItself()
            }
            if session.awaitsCredit, session.departures.isEmpty {
                session.awaitsCredit = false
                session.awaitCredit()
            }
        }
    }

    private func write(_ bytes: [UInt8]) {
        metrics.sent(bytes.count)
        stream?.write(bytes)
    }

    /// The device has hung up: its last bytes still leave.
    private func closeByItself() {
        stream?.finish(within: .seconds(2))
        stream = nil
        dropStream()
        goOn()
    }
}
