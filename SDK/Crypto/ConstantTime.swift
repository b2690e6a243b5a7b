/// Comparisons whose time tells nothing about the contents.
public enum ConstantTime {
    /// Compares tags, digests or passwords; only whether their lengths differ can be timed.
    ///
    /// - Parameters:
    ///   - left: Bytes.
    ///   - right: Other bytes.
    /// - Returns: True where they are the same.
    @inline(never)
    public static func areEqual(
        _ left: some Collection<UInt8>, _ right: some Collection<UInt8>
    ) -> Bool {
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for (a, b) in zip(left, right) { difference |= a ^ b }
        return difference == 0
    }
}
