/// Blanks secrets in the frames of one direction, also where one is cut in two by a slice's border.
struct FrameBlanker {
    /// The first bytes of a secret at the very end of a slice count when there are so many.
    private static let shortestPrefix = 4

    private let patterns: [[UInt8]]
    private let longest: Int
    /// The end of what went before.
    private var tail: [UInt8] = []

    init(_ filter: SecretFilter) {
        patterns = filter.patterns
        longest = patterns.map(\.count).max() ?? 0
    }

    /// Blanks a slice.
    ///
    /// - Parameters:
    ///   - bytes: The next bytes of this direction; blanked ones become zero.
    ///   - known: Stretches that the driver named.
    /// - Returns: All blanked stretches, in order, without overlap.
    mutating func blank(_ bytes: inout [UInt8], known: [Range<Int>]) -> [Range<Int>] {
        var ranges = known.filter { !$0.isEmpty }.map { $0.clamped(to: 0..<bytes.count) }
        if longest > 0 {
            ranges += secrets(in: bytes)
            let joined = tail + bytes
            tail = Array(joined.suffix(longest - 1))
        }
        let merged = Self.merged(ranges)
        for range in merged {
            for index in range { bytes[index] = 0 }
        }
        return merged
    }

    /// A new connection: what went before does not continue.
    mutating func reset() {
        tail = []
    }

    private func secrets(in bytes: [UInt8]) -> [Range<Int>] {
        let joined = tail + bytes
        var ranges: [Range<Int>] = []
        for pattern in patterns {
            var index = 0
            while index < joined.count {
                guard joined[index] == pattern[0] else {
                    index += 1
                    continue
                }
                let rest = joined[index...]
                if rest.starts(with: pattern) {
                    ranges.append(index..<index + pattern.count)
                    index += pattern.count
                } else if rest.count >= Self.shortestPrefix, rest.count < pattern.count,
                    pattern.starts(with: rest)
                {
                    ranges.append(index..<joined.count)
                    break
                } else {
                    index += 1
                }
            }
        }
        return ranges.map { range in
            max(0, range.lowerBound - tail.count)..<max(0, range.upperBound - tail.count)
        }
    }

    private static func merged(_ ranges: [Range<Int>]) -> [Range<Int>] {
        var merged: [Range<Int>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) where !range.isEmpty {
            if let last = merged.last, range.lowerBound <= last.upperBound {
                merged[merged.count - 1] =
                    last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        return merged
    }
}
