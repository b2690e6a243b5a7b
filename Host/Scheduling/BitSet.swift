/// A set of small numbers, 0...63.
struct BitSet: Hashable, Sendable {
    private(set) var bits: UInt64 = 0

    init() {}

    init(_ numbers: some Sequence<Int>) {
        for number in numbers { insert(number) }
    }

    mutating func insert(_ number: Int) {
        guard (0...63).contains(number) else { return }
        bits |= 1 << UInt64(number)
    }

    func contains(_ number: Int) -> Bool {
        (0...63).contains(number) && bits & (1 << UInt64(number)) != 0
    }

    /// In ascending order.
    var numbers: [Int] { (0...63).filter(contains) }

    /// Whether every number of a range is in the set.
    func covers(_ range: ClosedRange<Int>) -> Bool { range.allSatisfy(contains) }
}
