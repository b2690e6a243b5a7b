/// A small generator of numbers that only look random: equal seeds give equal rehearsals.
///
/// The algorithm is SplitMix64 (Steele, Lea and Flood, 2014).
public struct Dice: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Makes a generator.
    ///
    /// - Parameter seed: What all its numbers follow from.
    public init(seed: UInt64) {
        state = seed
    }

    /// Gives the next number.
    ///
    /// - Returns: 64 bits.
    public mutating func next() -> UInt64 {
        // Modulo 2^64 by definition of the algorithm.
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Whether something happens that happens so many times in a thousand.
    ///
    /// - Parameter perMille: How many times in a thousand.
    /// - Returns: True that often.
    public mutating func happens(_ perMille: Int) -> Bool {
        perMille > 0 && Int(next() % 1000) < perMille
    }
}
