import CSystem

/// Something that owns a descriptor and wants to hear when it is ready.
protocol Pollable: AnyObject {
    /// Answers readiness; `events` are the `csys_` bits.
    func ready(_ events: UInt32)
    /// Ends, because the reactor does.
    func reactorStopped()
}

/// An endpoint that gathers what is written during a pass of the loop and sends it at its end.
protocol Flushable: AnyObject {
    /// Sends what is queued.
    func flushNow()
}

/// An epoll instance and the table of what is registered in it; used on one thread only.
struct Poller: ~Copyable {
    /// Names one registration; stale after `remove`.
    struct Registration {
        fileprivate let index: UInt32
        fileprivate let generation: UInt32

        fileprivate var token: UInt64 { UInt64(index) << 32 | UInt64(generation) }
    }

    private struct Slot {
        var target: (any Pollable)?
        var generation: UInt32
    }

    /// The token of the wake-up descriptor: no slot has this index.
    private static var wakeToken: UInt64 { .max }

    private let epoll: Int32
    private let wake: Int32
    private var slots: [Slot] = []
    private var free: [UInt32] = []
    private let events: UnsafeMutableBufferPointer<epoll_event>

    /// Opens the epoll instance and registers `wake`, an eventfd that is cleared when it fires.
    init(wake: Int32) throws(SystemError) {
        let epoll = try SystemError.check(csys_epoll_create(), "epoll_create1")
        let result = csys_epoll_add(epoll, wake, csys_readable, Self.wakeToken)
        if result < 0 {
            _ = csys_close(epoll)
            throw SystemError("epoll_ctl", code: -result)
        }
        self.epoll = epoll
        self.wake = wake
        events = .allocate(capacity: 256)
    }

    deinit {
        _ = csys_close(epoll)
        events.deallocate()
    }

    mutating func add(
        _ descriptor: Int32, _ events: UInt32, _ target: any Pollable
    ) throws(SystemError) -> Registration {
        let index = free.popLast() ?? UInt32(slots.count)
        if index == slots.count { slots.append(Slot(target: nil, generation: 0)) }
        let registration = Registration(index: index, generation: slots[Int(index)].generation)
        let result = csys_epoll_add(epoll, descriptor, events, registration.token)
        guard result >= 0 else {
            free.append(index)
            throw SystemError("epoll_ctl", code: -result)
        }
        slots[Int(index)].target = target
        return registration
    }

    func modify(_ registration: Registration, _ descriptor: Int32, _ events: UInt32) {
        _ = csys_epoll_modify(epoll, descriptor, events, registration.token)
    }

    /// Forgets the registration; what epoll has already reported for it is dropped.
    mutating func remove(_ registration: Registration, _ descriptor: Int32) {
        _ = csys_epoll_remove(epoll, descriptor)
        slots[Int(registration.index)].target = nil
        slots[Int(registration.index)].generation &+= 1
        free.append(registration.index)
    }

    /// Waits for readiness, for ever with a negative timeout, and answers how many events there are.
    func wait(milliseconds: Int32) -> Int {
        let count = csys_epoll_wait(
            epoll, events.baseAddress, Int32(events.count), milliseconds)
        // The only error a correct call can meet is EINTR, and the loop comes round again.
        return max(0, Int(count))
    }

    /// Who is to be told about event `number` of the last `wait`, or nil when it has gone meanwhile.
    func target(ofEvent number: Int) -> (target: any Pollable, events: UInt32)? {
        let event = events[number]
        let token = event.data.u64
        if token == Self.wakeToken {
            _ = csys_eventfd_clear(wake)
            return nil
        }
        let index = Int(token >> 32)
        let generation = UInt32(truncatingIfNeeded: token)
        guard slots.indices.contains(index), slots[index].generation == generation,
            let target = slots[index].target
        else { return nil }
        return (target, event.events)
    }

    /// Everything that is registered.
    var targets: [any Pollable] { slots.compactMap(\.target) }
}
