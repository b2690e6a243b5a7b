import Values

/// What a session must hold while it talks: an endpoint, and the whole line where it is exclusive.
package struct Claim: Hashable, Sendable {
    /// The resolved host and port, or the name of a dialled-in connection.
    package var line: String
    /// The address on that line; two claims of one line and bus never hold at once.
    package var bus: String
    /// Whether nobody else may use the line at the same time.
    package var isExclusive: Bool

    /// Makes a claim.
    package init(line: String, bus: String, isExclusive: Bool) {
        self.line = line
        self.bus = bus
        self.isExclusive = isExclusive
    }
}

/// The right to talk to one endpoint.
///
/// A lease of an older generation is recognised and ignored.
package struct Lease: Hashable, Sendable {
    /// What is held.
    package let claim: Claim
    /// Who holds it.
    package let holder: UUID
    let generation: UInt64
}

/// Waiting work by priority, granted as endpoints and exclusive lines become free.
///
/// Every operation is O(log n) in the entries of its line, so that ten thousand devices behind one
/// exclusive port cost no more than ten thousand ports. Within a line the order is strict: an exclusive
/// claim at the head is not starved by shared ones behind it.
package struct LeaseQueue {
    private struct Rank {
        var priority: Int
        var sequence: UInt64

        static func precedes(_ one: Rank, _ other: Rank) -> Bool {
            one.priority != other.priority
                ? one.priority > other.priority : one.sequence < other.sequence
        }
    }

    private struct Entry {
        var id: UUID
        var claim: Claim
        var rank: Rank
    }

    private struct Slot {
        var waiting = PriorityHeap<Entry> { Rank.precedes($0.rank, $1.rank) }
        var isBusy = false
    }

    private struct Line {
        var slots: [String: Slot] = [:]
        /// Heads of slots; stale ones are dropped when they surface.
        var heads = PriorityHeap<Entry> { Rank.precedes($0.rank, $1.rank) }
        var holders = 0
        var isHeldExclusively = false
        /// The sequence of the one candidate that speaks for the line; all others are stale.
        var offered: UInt64?
    }

    private struct Candidate {
        var line: String
        var rank: Rank
    }

    private var lines: [String: Line] = [:]
    private var waiting: [UUID: Rank] = [:]
    private var held: [UUID: Lease] = [:]
    private var candidates = PriorityHeap<Candidate> { Rank.precedes($0.rank, $1.rank) }
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
    ///   - priority: 0…999; higher goes first, equals in order of arrival.
    package mutating func push(_ id: UUID, claim: Claim, priority: Int) {
        let rank = Rank(priority: priority, sequence: nextSequence)
        nextSequence &+= 1  // 2^64 entries outlive every host
        waiting[id] = rank
        let entry = Entry(id: id, claim: claim, rank: rank)
        var line = lines.removeValue(forKey: claim.line) ?? Line()
        var slot = line.slots.removeValue(forKey: claim.bus) ?? Slot()
        slot.waiting.push(entry)
        if !slot.isBusy, slot.waiting.first?.id == id { line.heads.push(entry) }
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
    /// - Returns: The lease, or nil while nothing can be granted.
    package mutating func grant() -> Lease? {
        while let candidate = candidates.pop() {
            guard var line = lines.removeValue(forKey: candidate.line) else { continue }
            guard candidate.rank.sequence == line.offered else {
                lines[candidate.line] = line
                continue
            }
            line.offered = nil
            guard let head = surface(&line) else {
                keep(line, named: candidate.line)
                continue
            }
            guard head.rank.sequence == candidate.rank.sequence else {
                line.offered = head.rank.sequence
                lines[candidate.line] = line
                candidates.push(Candidate(line: candidate.line, rank: head.rank))
                continue
            }
            guard isFree(line, for: head.claim) else {
                lines[candidate.line] = line
                continue
            }
            let lease = hold(head, in: &line)
            lines[candidate.line] = line
            offer(candidate.line)
            return lease
        }
        return nil
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
            slot.isBusy = false
            dropRemoved(&slot)
            if let head = slot.waiting.first {
                line.heads.push(head)
                line.slots[lease.claim.bus] = slot
            }
        }
        keep(line, named: lease.claim.line)
        offer(lease.claim.line)
    }

    private mutating func hold(_ head: Entry, in line: inout Line) -> Lease {
        _ = line.heads.pop()
        if var slot = line.slots.removeValue(forKey: head.claim.bus) {
            _ = slot.waiting.pop()
            slot.isBusy = true
            line.slots[head.claim.bus] = slot
        }
        line.holders += 1
        if head.claim.isExclusive { line.isHeldExclusively = true }
        waiting.removeValue(forKey: head.id)
        nextGeneration &+= 1  // as above
        let lease = Lease(claim: head.claim, holder: head.id, generation: nextGeneration)
        held[head.id] = lease
        return lease
    }

    private func isFree(_ line: Line, for claim: Claim) -> Bool {
        claim.isExclusive ? line.holders == 0 : !line.isHeldExclusively
    }

    /// Drops what was removed or granted meanwhile and gives the true head of a line.
    private func surface(_ line: inout Line) -> Entry? {
        while let head = line.heads.first {
            guard var slot = line.slots.removeValue(forKey: head.claim.bus) else {
                _ = line.heads.pop()
                continue
            }
            let before = slot.waiting.first?.id
            dropRemoved(&slot)
            let now = slot.waiting.first
            let isTrue = !slot.isBusy && now?.id == head.id
            if !isTrue {
                _ = line.heads.pop()
                if !slot.isBusy, let now, now.id != before { line.heads.push(now) }
            }
            if slot.isBusy || now != nil { line.slots[head.claim.bus] = slot }
            if isTrue { return head }
        }
        return nil
    }

    private func dropRemoved(_ slot: inout Slot) {
        while let first = slot.waiting.first, waiting[first.id] == nil { _ = slot.waiting.pop() }
    }

    private mutating func keep(_ line: Line, named name: String) {
        if line.slots.isEmpty && line.holders == 0 { return }
        lines[name] = line
    }

    /// Puts a line's head among the candidates if it could be granted now.
    private mutating func offer(_ name: String) {
        guard var line = lines.removeValue(forKey: name) else { return }
        let head = surface(&line)
        // Once is enough: with a candidate for each of many entries, each grant would go through all.
        if let head, isFree(line, for: head.claim), line.offered != head.rank.sequence {
            line.offered = head.rank.sequence
            candidates.push(Candidate(line: name, rank: head.rank))
        }
        keep(line, named: name)
    }
}
