import JSON
import Values

/// Applies the sink's rules again to what a worker says: its memory may be damaged, and then nothing that it
/// sends can be trusted to have been checked there.
struct SourceCheck {
    /// Reports that are breaches are few: `SourceRun` says no more than eight.
    private static let mostBreaches = 64

    private let window: UInt64
    private var rules: SourceRules
    private(set) var lastNumber: UInt64 = 0
    private var confirmed: UInt64 = 0
    private var breaches = 0

    init(_ opening: SourceOpening) {
        window = UInt64(max(1, opening.window))
        rules = SourceRules(opening)
    }

    /// Remembers what the host has confirmed.
    mutating func confirmed(upTo number: UInt64) {
        confirmed = max(confirmed, min(number, lastNumber))
    }

    /// Checks the next report.
    ///
    /// - Throws: A `WireError` that says why it cannot be the sink's.
    mutating func check(_ report: SourceReport) throws(WireError) {
        guard report.number == lastNumber + 1 else {
            throw WireError("report \(report.number) came behind report \(lastNumber)")
        }
        guard lastNumber - confirmed < window else {
            throw WireError("more than \(window) reports are unconfirmed")
        }
        do throws(LinkRefusal) {
            try check(report.content)
        } catch {
            throw WireError("a report that cannot be: \(error.reason)")
        }
        lastNumber = report.number
    }

    private mutating func check(_ content: SourceReport.Content) throws(LinkRefusal) {
        switch content {
        case .device(let device):
            guard device["externalId"]?.string?.isEmpty == false else {
                throw .invalid("a device without \"externalId\"")
            }
        case .record(let externalID, let record):
            guard !externalID.isEmpty else { throw .invalid("a record of no device") }
            guard !record.archive.isEmpty else { throw .invalid("a record of no archive") }
            try rules.record(item: record.item, requestID: record.requestID)
        case .missing(let missing):
            guard !missing.isEmpty else { throw .invalid("nothing is missing") }
        case .outcome(let outcome):
            guard outcome.code != .pluginCrashed else {
                throw .invalid("plugin_crashed is the host's code")
            }
            try rules.outcome(outcome)
        case .note(let note):
            guard !note.message.isEmpty else { throw .invalid("an empty note") }
        case .progress(let done, let total):
            guard done <= total else { throw .invalid("more than all is done") }
        case .remember(let write):
            try rules.remember(key: write.key, byteCount: write.bytes.count)
        case .breach:
            breaches += 1
            guard breaches <= Self.mostBreaches else { throw .invalid("a flood of breaches") }
        }
    }

    /// Checks the end, and adds what becomes of the items.
    ///
    /// - Returns: The end as the host's own rules have it.
    /// - Throws: A `WireError` that says why it cannot be the run's.
    func completed(_ end: SourceEnd) throws(WireError) -> SourceEnd {
        guard end.code != .pluginCrashed else {
            throw WireError("an end that cannot be: plugin_crashed is the host's code")
        }
        guard end.lastNumber == lastNumber else {
            throw WireError("the end names report \(end.lastNumber), the last was \(lastNumber)")
        }
        var end = end
        end.remaining = rules.remaining(end.code)
        return end
    }

    /// The end of a run whose worker is gone.
    func crashed(_ code: ErrorCode, _ message: Message) -> SourceEnd {
        SourceEnd(
            code: code, message: message, remaining: rules.remaining(code), lastNumber: lastNumber)
    }
    /// The end of a run that was cancelled before it had a worker.
    func cancelledBefore() -> SourceEnd {
        SourceEnd(code: .cancelled, remaining: rules.remaining(.cancelled))
    }
}
