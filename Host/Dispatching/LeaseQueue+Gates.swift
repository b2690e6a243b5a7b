import Values

extension LeaseQueue {
    /// Parks a line at the first full gate of its head.
    ///
    /// - Returns: False where every gate has room.
    mutating func park(_ head: Entry, of line: String) -> Bool {
        for gate in head.claim.gates {
            var state = gates[gate.name] ?? GateState(limit: gate.limit)
            state.limit = gate.limit
            let isFull = state.used >= state.limit
            if isFull {
                state.parked.push(Candidate(line: line, rank: head.rank, gate: gate.name))
            }
            gates[gate.name] = state
            if isFull { return true }
        }
        return false
    }

    mutating func enter(_ claimed: [SessionGate]) {
        for gate in claimed { gates[gate.name, default: GateState(limit: gate.limit)].used += 1 }
    }

    mutating func leave(_ claimed: [SessionGate]) {
        for gate in claimed {
            gates[gate.name]?.used -= 1
            unpark(gate.name)
        }
    }

    /// Lets as many parked lines try again as the gate has room for.
    mutating func unpark(_ name: String?) {
        guard let name, var state = gates[name] else { return }
        var room = state.limit - state.used
        while room > 0, let candidate = state.parked.pop() {
            candidates.push(candidate)
            room -= 1
        }
        gates[name] = state.used == 0 && state.parked.isEmpty ? nil : state
    }
}

extension LeaseQueue {
    /// Holds a line to one session at a time, or lets it go again.
    package mutating func restrict(_ line: String, _ isRestricted: Bool) {
        if isRestricted {
            restricted.insert(line)
        } else if restricted.remove(line) != nil {
            offer(line)
        }
    }

    /// Takes everything that waits for a line out of the queue.
    ///
    /// - Parameters:
    ///   - line: The line.
    ///   - priority: Entries of this priority or a higher one stay.
    /// - Returns: The entries, the first one in their order first.
    package mutating func drain(_ line: String, below priority: Int) -> [UUID] {
        guard let slots = lines[line]?.slots else { return [] }
        var drained: [(id: UUID, rank: Rank)] = []
        for slot in slots.values {
            for entry in slot.waiting.elements
            where entry.rank.priority < priority
                && waiting[entry.id]?.sequence == entry.rank.sequence
            {
                drained.append((entry.id, entry.rank))
            }
        }
        for entry in drained { waiting.removeValue(forKey: entry.id) }
        return drained.sorted { Rank.precedes($0.rank, $1.rank) }.map(\.id)
    }

    /// How many hold a line now.
    package func holders(of line: String) -> Int { lines[line]?.holders ?? 0 }

    /// Finds who must let go before a claim can be granted.
    package func blockers(of claim: Claim) -> [UUID] {
        guard let line = lines[claim.line] else { return [] }
        if claim.isExclusive || line.isHeldExclusively || restricted.contains(claim.line) {
            return line.slots.values.compactMap(\.holder)
        }
        return [line.slots[claim.bus]?.holder].compactMap { $0 }
    }
}
