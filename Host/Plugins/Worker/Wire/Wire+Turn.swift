import JSON
import Reactor
import Values

// What comes from the worker: what a callback did. The plugin's name and the moment of the event are not
// sent: the host knows them better than a worker whose memory may be damaged.

private enum ActionTag: UInt8 {
    case send, redact, deadline, clearDeadline, record, outcome, note, progress, child, remember,
        needsCounter
    case reconnect, complete, finish, yielded
}

extension WireBuffer {
    func put(_ turn: Turn) {
        put(turn.nanoseconds)
        put(turn.shortages.rawValue)
        put(turn.breaches) { put($0) }
        put(turn.actions) { put($0) }
    }

    private func put(_ tag: ActionTag) {
        put(tag.rawValue)
    }

    private func put(_ range: Range<Int>) {
        put(UInt32(range.lowerBound))
        put(UInt32(range.upperBound))
    }

    func put(_ object: JSONObject) {
        put(object.isEmpty ? "" : JSONValue.object(object).text())
    }

    func put(_ message: Message?) {
        put(message != nil)
        guard let message else { return }
        put(message.id)
        put(message.parameters)
        put(message.detail)
    }

    func put(_ outcome: ItemOutcome) {
        put(outcome.item)
        put(outcome.requestID)
        put(outcome.stage.rawValue)
        put(outcome.code.rawValue)
        put(outcome.detail)
        put(outcome.message)
    }

    private func put(_ action: SessionAction) {
        switch action {
        case .send(let bytes):
            put(ActionTag.send)
            put(bytes.isAfterStored)
            put(bytes.isBulk)
            put(bytes.secrets) { put($0) }
            put(bytes.bytes)
        case .redact(let range):
            put(ActionTag.redact)
            put(range)
        case .deadline(let milliseconds?):
            put(ActionTag.deadline)
            put(milliseconds)
        case .deadline(nil): put(ActionTag.clearDeadline)
        case .record(let record):
            put(ActionTag.record)
            put(record)
        case .outcome(let outcome):
            put(ActionTag.outcome)
            put(outcome)
        case .note(let note):
            put(ActionTag.note)
            put(note.level.rawValue)
            put(note.message)
        case .progress(let progress):
            put(ActionTag.progress)
            put(progress.requestID)
            put(progress.done)
            put(progress.total)
        default: putRest(action)
        }
    }

    private func putRest(_ action: SessionAction) {
        switch action {
        case .child(let child):
            put(ActionTag.child)
            put(child.number)
            for text in [child.serial, child.type, child.address] { put(text) }
            put(child.facts)
        case .remember(let write):
            put(ActionTag.remember)
            put(write.key)
            put(write.bytes)
        case .needsCounter(let counter, let count):
            put(ActionTag.needsCounter)
            put(counter)
            put(count)
        case .reconnect(let milliseconds):
            put(ActionTag.reconnect)
            put(milliseconds)
        case .complete(let requestID, let code, let message):
            put(ActionTag.complete)
            put(requestID)
            put(code.rawValue)
            put(message)
        case .finish(let code, let detail, let message):
            put(ActionTag.finish)
            put(code.rawValue)
            put(detail)
            put(message)
        case .yielded(let checkpoint):
            put(ActionTag.yielded)
            put(checkpoint)
        case .send, .redact, .deadline, .record, .outcome, .note, .progress: break
        }
    }
}

/// Reads turns of one plugin.
struct TurnReader {
    let plugin: String
    let stamp: TimeStamp
    private static let mostBreaches = 64

    func turn(_ reader: inout WireReader) throws(WireError) -> Turn {
        var turn = Turn()
        turn.nanoseconds = try reader.number()
        turn.shortages = Turn.Shortages(rawValue: try reader.number())
        turn.breaches = try reader.elements(size: 4) { (reader) throws(WireError) in
            try reader.text()
        }
        guard turn.breaches.count <= Self.mostBreaches else {
            throw WireError("a flood of breaches")
        }
        turn.actions = try reader.elements { (reader) throws(WireError) in try action(&reader) }
        guard reader.isAtEnd else { throw WireError("a turn has bytes behind its end") }
        return turn
    }

    private func range(_ reader: inout WireReader) throws(WireError) -> Range<Int> {
        let start = Int(try reader.number(UInt32.self))
        let end = Int(try reader.number(UInt32.self))
        guard start <= end else { throw WireError("a range ends before it begins") }
        return start..<end
    }

    private func message(_ reader: inout WireReader) throws(WireError) -> Message? {
        guard try reader.flag() else { return nil }
        let id = try reader.text()
        let parameters = try reader.object()
        return Message(plugin: plugin, id: id, parameters: parameters, detail: try reader.text())
    }

    func outcome(_ reader: inout WireReader) throws(WireError) -> ItemOutcome {
        let item = try reader.number(UInt32.self)
        let requestID = try reader.number(UInt64.self)
        guard let stage = ItemStage(rawValue: try reader.number()) else {
            throw WireError("there is no such stage")
        }
        let code = try reader.code()
        let detail = try reader.number(Int32.self)
        return ItemOutcome(
            item: item, requestID: requestID, stage: stage, code: code, detail: detail,
            message: try message(&reader))
    }

    private func action(_ reader: inout WireReader) throws(WireError) -> SessionAction {
        guard let tag = ActionTag(rawValue: try reader.number()) else {
            throw WireError("there is no such action")
        }
        switch tag {
        case .send:
            let isAfterStored = try reader.flag()
            let isBulk = try reader.flag()
            let secrets = try reader.elements(size: 8) { (reader) throws(WireError) in
                try range(&reader)
            }
            return .send(
                OutgoingBytes(
                    try reader.array(), isAfterStored: isAfterStored, isBulk: isBulk,
                    secrets: secrets))
        case .redact: return .redact(try range(&reader))
        case .deadline: return .deadline(milliseconds: try reader.number())
        case .clearDeadline: return .deadline(milliseconds: nil)
        case .record: return .record(try record(&reader))
        case .outcome: return .outcome(try outcome(&reader))
        case .note: return .note(try note(&reader))
        case .progress: return .progress(try progress(&reader))
        default: return try rest(tag, &reader)
        }
    }

    func note(_ reader: inout WireReader) throws(WireError) -> SessionNote {
        guard let level = SessionNote.Level(rawValue: try reader.number()) else {
            throw WireError("there is no such level")
        }
        return SessionNote(level: level, message: try message(&reader) ?? Message(), stamp: stamp)
    }

    func progress(_ reader: inout WireReader) throws(WireError) -> SessionProgress {
        let requestID = try reader.number(UInt64.self)
        let done = try reader.number(UInt32.self)
        return SessionProgress(requestID: requestID, done: done, total: try reader.number())
    }

    private func rest(
        _ tag: ActionTag, _ reader: inout WireReader
    ) throws(WireError) -> SessionAction {
        switch tag {
        case .child:
            let number = try reader.number(UInt32.self)
            let serial = try reader.text()
            let type = try reader.text()
            let address = try reader.text()
            return .child(
                ChildDevice(
                    number: number, serial: serial, type: type, address: address,
                    facts: try reader.object()))
        case .remember:
            let key = try reader.text()
            return .remember(MemoryWrite(key: key, bytes: try reader.array()))
        case .needsCounter:
            let counter = try reader.text()
            return .needsCounter(counter, count: try reader.number())
        case .reconnect: return .reconnect(afterMilliseconds: try reader.number())
        case .complete:
            let requestID = try reader.number(UInt64.self)
            let code = try reader.code()
            return .complete(requestID: requestID, code: code, message: try message(&reader))
        case .finish:
            let code = try reader.code()
            let detail = try reader.number(Int32.self)
            return .finish(code: code, detail: detail, message: try message(&reader))
        case .yielded: return .yielded(checkpoint: try reader.array())
        default: throw WireError("there is no such action")
        }
    }
}
