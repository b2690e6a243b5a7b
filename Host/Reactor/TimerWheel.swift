/// Names one scheduled timer; a handle outlives its timer without harm.
package struct TimerHandle: Hashable, Sendable {
    fileprivate let index: UInt32
    /// Differs for each timer that used the same place, so a stale handle cancels nothing.
    fileprivate let generation: UInt32
}

/// A hierarchical timer wheel with O(1) schedule and cancel.
///
/// It knows no clock: the caller feeds it with ticks, whose unit is the caller's (the reactor uses
/// milliseconds). Level 0 has one slot a tick, each level above has slots 64 times as wide; eleven levels
/// cover every `UInt64`, so nothing wraps. A timer lies at the level of the highest bit group in which its
/// deadline differs from the wheel's position, and moves down when the wheel reaches its slot. Hence the
/// first occupied slot of the lowest occupied level is always the next thing to happen.
///
/// Timers fire in the order of their deadlines, and those of one tick in the order of their scheduling.
package struct TimerWheel<Payload> {
    /// The position: no timer before or at this tick is left in a slot.
    package private(set) var position: UInt64
    /// How many timers are scheduled or due and not yet taken.
    package private(set) var count = 0

    private static var levels: Int { 11 }
    private static var none: Int32 { -1 }
    /// The list of timers whose tick was reached but which were not taken yet.
    private static var due: Int { 64 * levels }

    private struct Entry {
        var deadline: UInt64
        var payload: Payload?
        var list: Int
        var generation: UInt32 = 0
        var next: Int32 = -1
        var previous: Int32 = -1
    }

    private var entries: [Entry] = []
    private var firstFree = Self.none
    private var heads = [Int32](repeating: Self.none, count: Self.due + 1)
    private var tails = [Int32](repeating: Self.none, count: Self.due + 1)
    /// One bit a slot, one word a level: set where the slot's list is not empty.
    private var occupied = [UInt64](repeating: 0, count: Self.levels)

    package init(position: UInt64) {
        self.position = position
    }

    /// Schedules a timer.
    ///
    /// - Parameters:
    ///   - deadline: The tick at which it is due; a tick that has passed counts as the next one.
    ///   - payload: What `popExpired` gives back.
    /// - Returns: The handle to cancel it with.
    package mutating func schedule(at deadline: UInt64, _ payload: Payload) -> TimerHandle {
        let earliest = position == .max ? position : position + 1
        let index = takeEntry(deadline: max(deadline, earliest), payload: payload)
        link(index)
        count += 1
        return TimerHandle(index: UInt32(index), generation: entries[Int(index)].generation)
    }

    /// Cancels a timer that was not taken yet.
    ///
    /// - Parameter handle: A handle of this wheel.
    /// - Returns: The payload, or nil when the timer has fired or was cancelled before.
    @discardableResult
    package mutating func cancel(_ handle: TimerHandle) -> Payload? {
        let index = Int(handle.index)
        guard entries.indices.contains(index), entries[index].generation == handle.generation,
            let payload = entries[index].payload
        else { return nil }
        unlink(Int32(index))
        release(Int32(index))
        return payload
    }

    /// The tick at which the wheel needs to be looked at again, or nil when no timer is scheduled.
    ///
    /// Never later than the first deadline. It may be earlier, where far timers have to move down a level.
    package var nextTick: UInt64? {
        if heads[Self.due] != Self.none { return position }
        return nextSlot()?.start
    }

    /// Takes the next timer that is due.
    ///
    /// Timers scheduled or cancelled between two calls count: a due timer that is cancelled is not taken.
    ///
    /// - Parameter now: The present tick; one that is behind the position changes nothing.
    /// - Returns: The payload, or nil when nothing more is due at `now`.
    package mutating func popExpired(at now: UInt64) -> Payload? {
        while heads[Self.due] == Self.none {
            guard let slot = nextSlot(), slot.start <= now else {
                position = max(position, now)
                return nil
            }
            position = slot.start
            empty(slot.level, slot.number)
        }
        let index = heads[Self.due]
        let payload = entries[Int(index)].payload
        unlink(index)
        release(index)
        return payload
    }

    // MARK: Slots

    private func nextSlot() -> (level: Int, number: Int, start: UInt64)? {
        guard let level = occupied.firstIndex(where: { $0 != 0 }) else { return nil }
        let number = occupied[level].trailingZeroBitCount
        let shift = UInt64(6 * level)
        // Smart shifts: at the top level the prefix is empty, and a shift by 66 gives 0.
        let prefix = (position >> (shift + 6)) << (shift + 6)
        return (level, number, prefix | UInt64(number) << shift)
    }

    /// Moves a slot's timers down by their deadline: those of level 0 are due.
    private mutating func empty(_ level: Int, _ number: Int) {
        let list = level * 64 + number
        while heads[list] != Self.none {
            let index = heads[list]
            unlink(index)
            if level == 0 { append(index, to: Self.due) } else { link(index) }
        }
    }

    private mutating func link(_ index: Int32) {
        let deadline = entries[Int(index)].deadline
        let difference = (deadline ^ position) | 63
        let level = (63 - difference.leadingZeroBitCount) / 6
        let number = Int((deadline >> UInt64(6 * level)) & 63)
        occupied[level] |= 1 << UInt64(number)
        append(index, to: level * 64 + number)
    }

    private mutating func append(_ index: Int32, to list: Int) {
        let last = tails[list]
        entries[Int(index)].list = list
        entries[Int(index)].previous = last
        entries[Int(index)].next = Self.none
        if last == Self.none { heads[list] = index } else { entries[Int(last)].next = index }
        tails[list] = index
    }

    private mutating func unlink(_ index: Int32) {
        let entry = entries[Int(index)]
        if entry.previous == Self.none {
            heads[entry.list] = entry.next
        } else {
            entries[Int(entry.previous)].next = entry.next
        }
        if entry.next == Self.none {
            tails[entry.list] = entry.previous
        } else {
            entries[Int(entry.next)].previous = entry.previous
        }
        if heads[entry.list] == Self.none, entry.list != Self.due {
            occupied[entry.list / 64] &= ~(1 << UInt64(entry.list % 64))
        }
    }

    // MARK: Entries

    private mutating func takeEntry(deadline: UInt64, payload: Payload) -> Int32 {
        guard firstFree != Self.none else {
            entries.append(Entry(deadline: deadline, payload: payload, list: 0))
            return Int32(entries.count - 1)
        }
        let index = firstFree
        firstFree = entries[Int(index)].next
        entries[Int(index)].deadline = deadline
        entries[Int(index)].payload = payload
        return index
    }

    private mutating func release(_ index: Int32) {
        entries[Int(index)].payload = nil
        entries[Int(index)].generation &+= 1  // wraps after 2^32 timers in one place
        entries[Int(index)].next = firstFree
        firstFree = index
        count -= 1
    }
}
