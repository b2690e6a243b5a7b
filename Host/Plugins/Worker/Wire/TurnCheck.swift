import Values
import CCommline

/// Applies the link's rules again to what a worker says: its memory may be damaged, and then nothing that it
/// sends can be trusted to have been checked there.
extension LinkRules {
    /// Checks a turn's actions in order, as the calls they were.
    ///
    /// - Parameters:
    ///   - turn: What came of an event.
    ///   - event: What was handled; nil for `open`.
    /// - Throws: A `WireError` that names the first action which the link would have refused.
    mutating func check(_ turn: Turn, after event: SessionEvent?) throws(WireError) {
        for action in turn.actions {
            do throws(LinkRefusal) {
                try check(action)
            } catch {
                throw WireError("an action that cannot be: \(error.reason)")
            }
        }
    }

    private mutating func check(_ action: SessionAction) throws(LinkRefusal) {
        switch action {
        case .send(let bytes):
            guard !bytes.bytes.isEmpty else { throw .invalid("nothing is sent") }
            for range in bytes.secrets where range.upperBound > bytes.bytes.count {
                throw .invalid("a secret range ends behind the bytes")
            }
            try send(byteCount: bytes.bytes.count)
        case .redact(let range): try redact(range)
        case .deadline: try deadline()
        case .record(let record):
            guard !record.archive.isEmpty else { throw .invalid("a record of no archive") }
            try emit(item: record.item, requestID: record.requestID)
        case .outcome(let outcome):
            try Self.check(outcome.code)
            try self.outcome(outcome)
        case .note: try note()
        case .progress(let progress):
            guard progress.done <= progress.total else { throw .invalid("more than all is done") }
            try self.progress(requestID: progress.requestID)
        case .child: try inventory()
        case .remember(let write): try remember(key: write.key, byteCount: write.bytes.count)
        case .needsCounter(let counter, _):
            guard !counter.isEmpty, counter.utf8.count <= Int(COMMLINE_LIMIT_KEY) else {
                throw .invalid("a counter without a name")
            }
        case .reconnect: try reconnect()
        case .complete(let requestID, let code, _):
            try Self.check(code)
            try complete(requestID: requestID)
        case .finish(let code, _, _):
            try Self.check(code)
            try finish()
        case .yielded(let checkpoint):
            guard checkpoint.count <= Int(COMMLINE_LIMIT_MEMORY) else {
                throw .tooMuch("the checkpoint is too large")
            }
            try yielded()
        }
    }

    private static func check(_ code: ErrorCode) throws(LinkRefusal) {
        guard code != .pluginCrashed else { throw .invalid("plugin_crashed is the host's code") }
    }
}
