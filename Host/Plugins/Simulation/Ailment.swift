import Reactor

/// What is wrong with a simulated device.
package enum Ailment: String, Hashable, Sendable, CaseIterable {
    /// Nothing.
    case healthy
    /// It takes connections and never answers.
    case silent
    /// It resets its connections in the middle of an exchange.
    case resetting
    /// Its answers come too late.
    case late
}

/// How many of a simulation's devices are sick, in percent; which ones is decided by their numbers.
package struct SickFleet: Hashable, Sendable {
    package var silent = 0
    package var resetting = 0
    package var late = 0
    /// How much later than the others a late device answers.
    package var lateness = Duration.seconds(10)

    package init() {}

    /// What is wrong with the shares, or nil.
    var problem: String? {
        let shares = [silent, resetting, late]
        let isPossible = shares.allSatisfy { (0...100).contains($0) } && shares.reduce(0, +) <= 100
        return isPossible
            ? nil : "the shares of sick devices are percents and add up to 100 at most"
    }

    /// What is wrong with a device: of any hundred in a row as many as the shares say, scattered.
    func ailment(of index: Int) -> Ailment {
        // 37 and 100 have no common divisor: every place of a hundred is met once.
        let place = index % 100 * 37 % 100
        if place < silent { return .silent }
        if place < silent + resetting { return .resetting }
        if place < silent + resetting + late { return .late }
        return .healthy
    }
}
