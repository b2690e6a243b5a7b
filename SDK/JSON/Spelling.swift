/// Finds the name that was probably meant.
package enum Spelling {
    /// The known name that is nearest to one, where it is near enough to be a slip of the pen.
    ///
    /// - Parameters:
    ///   - name: A name that is not known.
    ///   - names: The names that are.
    /// - Returns: The nearest one, or nil.
    package static func nearest(to name: String, in names: [String]) -> String? {
        let wanted = Array(name.lowercased().unicodeScalars)
        guard (3...64).contains(wanted.count) else { return nil }
        let allowed = max(1, wanted.count / 4)
        var best: (name: String, distance: Int)?
        for candidate in names {
            let letters = Array(candidate.lowercased().unicodeScalars)
            guard abs(letters.count - wanted.count) <= allowed else { continue }
            let distance = distance(wanted, letters)
            if distance <= allowed, distance < best?.distance ?? .max {
                best = (candidate, distance)
            }
        }
        return best?.name
    }

    /// How many letters must be changed, added, left out or swapped with their neighbour (optimal string
    /// alignment).
    private static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
        var rows = [Array(0...b.count)]
        for (row, letter) in a.enumerated() {
            var current = [row + 1]
            for (column, other) in b.enumerated() {
                let change = rows[row][column] + (letter == other ? 0 : 1)
                var least = min(change, rows[row][column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, letter == b[column - 1], other == a[row - 1] {
                    least = min(least, rows[row - 1][column - 1] + 1)
                }
                current.append(least)
            }
            rows.append(current)
        }
        return rows[a.count][b.count]
    }
}
