import Values

/// The moments at which jobs are to be looked at, the earliest first.
///
/// A job has one moment at most. What it had before stays in the heap until it comes to the top and is
/// dropped there; the heap is made anew when most of it is such.
struct StartQueue {
    private struct Entry {
        let moment: Int64
        let job: UUID
        let turn: UInt64
    }

    private var heap: [Entry] = []
    private var turns: [UUID: UInt64] = [:]
    private var lastTurn: UInt64 = 0

    /// How many jobs wait.
    var count: Int { turns.count }

    /// Sets a job's moment; nil for none.
    mutating func set(_ job: UUID, to moment: Int64?) {
        guard let moment else {
            turns[job] = nil
            return
        }
        lastTurn += 1
        turns[job] = lastTurn
        push(Entry(moment: moment, job: job, turn: lastTurn))
        if heap.count > 64, heap.count > 4 * turns.count { rebuild() }
    }

    /// The earliest moment.
    mutating func first() -> Int64? {
        dropStale()
        return heap.first?.moment
    }

    /// Takes the job with the earliest moment, where that has come.
    mutating func popDue(at now: Int64) -> UUID? {
        dropStale()
        guard let first = heap.first, first.moment <= now else { return nil }
        pop()
        turns[first.job] = nil
        return first.job
    }

    private mutating func dropStale() {
        while let first = heap.first, turns[first.job] != first.turn { pop() }
    }

    private mutating func rebuild() {
        let live = heap.filter { turns[$0.job] == $0.turn }
        heap = []
        for entry in live { push(entry) }
    }

    private static func isBefore(_ left: Entry, _ right: Entry) -> Bool {
        (left.moment, left.turn) < (right.moment, right.turn)
    }

    private mutating func push(_ entry: Entry) {
        heap.append(entry)
        var child = heap.count - 1
        while child > 0, Self.isBefore(heap[child], heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private mutating func pop() {
        guard let last = heap.popLast(), !heap.isEmpty else { return }
        heap[0] = last
        var parent = 0
        while true {
            let children = [2 * parent + 1, 2 * parent + 2].filter(heap.indices.contains)
            guard let least = children.min(by: { Self.isBefore(heap[$0], heap[$1]) }),
                Self.isBefore(heap[least], heap[parent])
            else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
