import Values

/// Waiting work by priority, granted as endpoints, exclusive lines and gates become free.
///
/// Every operation is O(log n) in the entries of its line, so that ten thousand devices behind one
/// exclusive port cost no more than ten thousand ports. Within a line the order is strict: an exclusive
/// claim at the head is not starved by shared ones behind it. A line whose head waits for a full gate is
/// parked there, and costs nothing until the gate has room.
package struct LeaseQueue {
    struct Rank {
        var priority: Int
        var sequence: UInt64

        static func precedes(_ one: Rank, _ other: Rank) -> Bool {
            one.priority != other.priority
                ? one.priority > other.priority : one.sequence < other.sequence
        }
    }

    struct Entry {
        var id: UUID
        var claim: Claim
        var rank: Rank
    }

    struct Slot {
        var waiting = PriorityHeap<Entry> { Rank.precedes($0.rank, $1.rank) }
        var holder: UUID?
        var isBusy: Bool { holder != nil }
    }

    struct Line {
        var slots: [String: Slot] = [:]
        /// Heads of slots; stale ones are dropped when they surface.
        var heads = PriorityHeap<Entry> { Rank.precedes($0.rank, $1.rank) }
        var holders = 0
        var isHeldExclusively = false
        /// The sequence of the one candidate that speaks for the line; all others are stale.
        var offered: UInt64?
    }

    struct Candidate {
        var line: String
        var rank: Rank
        /// The gate at which it was parked before.
        var gate: String?
    }

    struct GateState {
        var limit: Int
        var used = 0
        var parked = PriorityHeap<Candidate> { Rank.precedes($0.rank, $1.rank) }
    }

    var lines: [String: Line] = [:]
    var waiting: [UUID: Rank] = [:]
    private var held: [UUID: Lease] = [:]
    var candidates = PriorityHeap<Candidate> { Rank.precedes($0.rank, $1.rank) }
    var gates: [String: GateState] = [:]
    /// Lines on which one session at a time tries whether anybody answers.
    var restricted: Set<String> = []
    private var nextSequence: UInt64 = 0
    private var nextGeneration: UInt64 = 0

    /// Makes an empty queue.
    package init() {}

    /// How many entries wait.
    package var waitingCount: Int { waiting.count }
    /// How many leases are held.
    package var heldCount: Int { held.count }

    /// Adds an entry.
    ///
    /// - Parameters:
    ///   - id: The entry's name, unique among those that wait or hold.
    ///   - claim: What it needs.
    ///   - priority: Higher goes first, equals in order of arrival.
    package mutating func push(_ id: UUID, claim: Claim, priority: Int) {
        let rank = Rank(priority: priority, sequence: nextSequence)
        nextSequence &+= 1  // 2^64 entries outlive every host
        waiting[id] = rank
        let entry = Entry(id: id, claim: claim, rank: rank)
        var line = lines.removeValue(forKey: claim.line) ?? Line()
        var slot = line.slots.removeValue(forKey: claim.bus) ?? Slot()
        slot.waiting.push(entry)
        if !slot.isBusy, slot.waiting.first?.rank.sequence == rank.sequence {
            line.heads.push(entry)
        }
        line.slots[claim.bus] = slot
        lines[claim.line] = line
        offer(claim.line)
    }

    /// Takes an entry that still waits out of the queue.
    ///
    /// - Parameter id: The entry.
    /// - Returns: Whether it was waiting.
    package mutating func remove(_ id: UUID) -> Bool {
        // The entry itself stays in its heap and is dropped when it surfaces.
        waiting.removeValue(forKey: id) != nil
    }

    /// Grants the entry of highest priority whose claim is free.
    ///
    /// - Parameter minimum: Entries of lower priority are not granted.
    /// - Returns: The lease, or nil while nothing can be granted.
    package mutating func grant(from minimum: Int = .min) -> Lease? {
        while let first = candidates.first, first.rank.priority >= minimum {
            guard let candidate = candidates.pop() else { return nil }
            if let lease = grant(candidate) { return lease }
        }
        return nil
    }

    private mutating func grant(_ candidate: Candidate) -> Lease? {
        guard var line = lines.removeValue(forKey: candidate.line) else {
            unpark(candidate.gate)
            return nil
        }
        guard candidate.rank.sequence == line.offered else {
            lines[candidate.line] = line
            unpark(candidate.gate)
            return nil
        }
        line.offered = nil
        guard let head = surface(&line) else {
            keep(line, named: candidate.line)
            unpark(candidate.gate)
            return nil
        }
        guard head.rank.sequence == candidate.rank.sequence else {
            line.offered = head.rank.sequence
            lines[candidate.line] = line
            candidates.push(Candidate(line: candidate.line, rank: head.rank))
            unpark(candidate.gate)
            return nil
        }
        guard isFree(line, named: candidate.line, for: head.claim) else {
            lines[candidate.line] = line
            unpark(candidate.gate)
            return nil
        }
        if park(head, of: candidate.line) {
            line.offered = head.rank.sequence
            lines[candidate.line] = line
            return nil
        }
        let lease = hold(head, in: &line)
        lines[candidate.line] = line
        offer(candidate.line)
        return lease
    }

    /// Gives a lease back.
    ///
    /// - Parameter lease: The lease; one of an older generation changes nothing.
    package mutating func release(_ lease: Lease) {
        guard let current = held[lease.holder], current.generation == lease.generation,
            var line = lines.removeValue(forKey: lease.claim.line)
        else { return }
        held.removeValue(forKey: lease.holder)
        line.holders -= 1
        if lease.claim.isExclusive { line.isHeldExclusively = false }
        if var slot = line.slots.removeValue(forKey: lease.claim.bus) {
            slot.holder = nil
            dropRemoved(&slot)
            if let head = slot.waiting.first {
                line.heads.push(head)
                line.slots[lease.claim.bus] = slot
            }
        }
        keep(line, named: lease.claim.line)
        offer(lease.claim.line)
        leave(lease.claim.gates)
    }

    private mutating func hold(_ head: Entry, in line: inout Line) -> Lease {
        _ = line.heads.pop()
        if var slot = line.slots.removeValue(forKey: head.claim.bus) {
            _ = slot.waiting.pop()
            slot.holder = head.id
            line.slots[head.claim.bus] = slot
        }
        line.holders += 1
        if head.claim.isExclusive { line.isHeldExclusively = true }
        enter(head.claim.gates)
        waiting.removeValue(forKey: head.id)
        nextGeneration &+= 1  // as above
        let lease = Lease(claim: head.claim, holder: head.id, generation: nextGeneration)
        held[head.id] = lease
        return lease
    }

    private func isFree(_ line: Line, named name: String, for claim: Claim) -> Bool {
        claim.isExclusive || restricted.contains(name)
            ? line.holders == 0 : !line.isHeldExclusively
    }

    /// Drops what was removed or granted meanwhile and gives the true head of a line.
    private func surface(_ line: inout Line) -> Entry? {
        while let head = line.heads.first {
            guard var slot = line.slots.removeValue(forKey: head.claim.bus) else {
                _ = line.heads.pop()
                continue
            }
            let before = slot.waiting.first?.rank.sequence
            dropRemoved(&slot)
            let now = slot.waiting.first
            let isTrue = !slot.isBusy && now?.rank.sequence == head.rank.sequence
            if !isTrue {
                _ = line.heads.pop()
                if !slot.isBusy, let now, now.rank.sequence != before { line.heads.push(now) }
            }
            if slot.isBusy || now != nil { line.slots[head.claim.bus] = slot }
            if isTrue { return head }
        }
        return nil
    }

    private func dropRemoved(_ slot: inout Slot) {
        // An entry that was taken out and came back has another sequence.
        while let first = slot.waiting.first, waiting[first.id]?.sequence != first.rank.sequence {
            _ = slot.waiting.pop()
        }
    }

    mutating func keep(_ line: Line, named name: String) {
        if line.slots.isEmpty && line.holders == 0 { return }
        lines[name] = line
    }

    /// Puts a line's head among the candidates if it could be granted now.
    mutating func offer(_ name: String) {
        guard var line = lines.removeValue(forKey: name) else { return }
        let head = surface(&line)
        // Once is enough: with a candidate for each of many entries, each grant would go through all.
        if let head, isFree(line, named: name, for: head.claim), line.offered != head.rank.sequence
        {
            line.offered = head.rank.sequence
            candidates.push(Candidate(line: name, rank: head.rank))
        }
        keep(line, named: name)
    }
}
