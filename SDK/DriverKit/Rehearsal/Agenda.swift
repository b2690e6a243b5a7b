import Values

/// What is under way in a rehearsal, in the order in which it happens.
struct Agenda {
    /// What can be under way.
    enum What {
        case connect
        case arrival(Line.Direction, [UInt8])
        case drained(Line.Direction)
        case credit
        case lost(ErrorCode)
    }

    /// One thing that is under way.
    struct Entry {
        let moment: UInt64
        let what: What
        /// The connection that it belongs to: with that it is forgotten.
        let generation: Int
    }

    private var entries: [Entry] = []

    /// The moment of the first entry.
    var first: UInt64? { entries.first?.moment }

    /// Adds an entry behind those of the same moment.
    mutating func add(_ what: What, at moment: UInt64, _ generation: Int) {
        let index = entries.lastIndex { $0.moment <= moment }.map { $0 + 1 } ?? 0
        entries.insert(Entry(moment: moment, what: what, generation: generation), at: index)
    }

    /// Takes the bytes that arrive next in the same direction and moment, as far as nothing else
    /// stands before them.
    mutating func takeArrivals(
        _ direction: Line.Direction, until moment: UInt64, _ generation: Int
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        var index = 0
        while index < entries.count, entries[index].moment <= moment {
            if case .arrival(direction, let more) = entries[index].what {
                if entries[index].generation == generation { bytes += more }
                entries.remove(at: index)
            } else {
                index += 1
            }
        }
        return bytes
    }

    /// Takes the first entry if it is due.
    mutating func take(until moment: UInt64) -> Entry? {
        guard let entry = entries.first, entry.moment <= moment else { return nil }
        return entries.removeFirst()
    }
}
