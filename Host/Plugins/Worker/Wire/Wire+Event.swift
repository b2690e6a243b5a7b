import Reactor
import Values

// What goes to the worker: openings, events, and what the link must know to answer at once.

extension WireBuffer {
    func put(_ stamp: TimeStamp) {
        put(stamp.monotonicNanoseconds)
        put(stamp.wallMilliseconds)
    }

    func put(_ counters: [String: CounterBlock]) {
        put(counters) { name, block in
            put(name)
            put(block.next)
            put(block.end)
        }
    }

    func put(_ standing: SessionStanding) {
        put(standing.isConnected)
        put(Int64(standing.sendBudget))
        put(standing.grants)
    }

    func put(_ opening: SessionOpening) {
        put(opening.role == .driver)
        put(opening.mode.rawValue)
        put(opening.json)
        put(opening.items) { put($0) }
        put(opening.memory) { key, size in
            put(key)
            put(Int64(size))
        }
        put(opening.counters)
    }

    func put(_ event: SessionEvent) {
        switch event {
        case .connected(let peer, let flags):
            put(EventTag.connected.rawValue)
            put(peer)
            put(flags.rawValue)
        case .received(let bytes):
            put(EventTag.received.rawValue)
            put(bytes)
        case .writable: put(EventTag.writable.rawValue)
        case .deadline: put(EventTag.deadline.rawValue)
        case .disconnected(let code):
            put(EventTag.disconnected.rawValue)
            put(code.rawValue)
        case .command(let requestID, let json, let items):
            put(EventTag.command.rawValue)
            put(requestID)
            put(json)
            put(items) { put($0) }
        case .cancel(let requestID):
            put(EventTag.cancel.rawValue)
            put(requestID)
        case .yield(let grace):
            put(EventTag.yield.rawValue)
            put(grace)
        case .closing(let grace):
            put(EventTag.closing.rawValue)
            put(grace)
        case .credit: put(EventTag.credit.rawValue)
        }
    }
}

private enum EventTag: UInt8 {
    case connected, received, writable, deadline, disconnected, command, cancel, yield, closing,
        credit
}

extension WireReader {
    mutating func stamp() throws(WireError) -> TimeStamp {
        let monotonic = try number(UInt64.self)
        return TimeStamp(
            monotonicNanoseconds: monotonic, wallMilliseconds: try number(Int64.self))
    }

    mutating func counters() throws(WireError) -> [String: CounterBlock] {
        let pairs = try elements(size: 20) { (reader) throws(WireError) in
            let name = try reader.text()
            let next = try reader.number(UInt64.self)
            return (name, CounterBlock(next: next, end: try reader.number(UInt64.self)))
        }
        return Dictionary(pairs) { first, _ in first }
    }

    mutating func standing() throws(WireError) -> SessionStanding {
        let isConnected = try flag()
        let budget = Int(try number(Int64.self))
        return SessionStanding(
            isConnected: isConnected, sendBudget: budget, grants: try counters())
    }

    mutating func opening() throws(WireError) -> SessionOpening {
        let role: SessionRole = try flag() ? .driver : .simulator
        guard let mode = SessionMode(rawValue: try number()) else {
            throw WireError("there is no such mode")
        }
        let json = try text()
        let items = try elements(size: 4) { (reader) throws(WireError) in
            try reader.number(UInt32.self)
        }
        let memory = try elements(size: 12) { (reader) throws(WireError) in
            let key = try reader.text()
            return (key, Int(try reader.number(Int64.self)))
        }
        return SessionOpening(
            role: role, mode: mode, json: json, items: items,
            memory: Dictionary(memory) { first, _ in first }, counters: try counters())
    }

    mutating func event() throws(WireError) -> SessionEvent {
        guard let tag = EventTag(rawValue: try number()) else {
            throw WireError("there is no such event")
        }
        switch tag {
        case .connected:
            let peer = try text()
            return .connected(peer: peer, flags: ConnectionFlags(rawValue: try number()))
        case .received: return .received(try array())
        case .writable: return .writable
        case .deadline: return .deadline
        case .disconnected: return .disconnected(try code())
        case .command:
            let requestID = try number(UInt64.self)
            let json = try text()
            return .command(
                requestID: requestID, json: json,
                items: try elements(size: 4) { (reader) throws(WireError) in
                    try reader.number(UInt32.self)
                })
        case .cancel: return .cancel(requestID: try number())
        case .yield: return .yield(graceMilliseconds: try number())
        case .closing: return .closing(graceMilliseconds: try number())
        case .credit: return .credit
        }
    }

    mutating func code() throws(WireError) -> ErrorCode {
        let raw = try number(Int32.self)
        guard let code = ErrorCode(rawValue: raw) else {
            throw WireError("there is no code \(raw)")
        }
        return code
    }
}
