import DriverKit
import JSON
import Values

/// What an undisturbed session gives, and with it the judge of disturbed ones.
struct Baseline {
    let plugin: RehearsedPlugin
    let subject: Subject
    let items: [RequestedItem]
    let request: JSONValue
    /// How many events the driver gets.
    let events: Int
    /// How many sends there are, each way.
    let sends: (toDevice: Int, toDriver: Int)
    /// What crosses the line.
    let transcript: [(direction: Line.Direction, bytes: [UInt8])]
    let records: Set<Record>
    private let unstable: Set<String>
    private let context: CaseContext

    /// How much virtual time a session of a check may take.
    static let limit = Duration.seconds(4 * 3600)
    private static let mostEvents = 200_000

    /// Runs the undisturbed session, twice on lines of different speed: what differs depends on time, and
    /// is not compared later.
    init(
        _ context: CaseContext, _ plugin: RehearsedPlugin, _ subject: Subject,
        _ items: [RequestedItem]
    ) throws(CaseFailure) {
        self.context = context
        self.plugin = plugin
        self.subject = subject
        self.items = items
        request = .object(subject.request(items.map(\.json)))
        context.step("\(subject.name): the undisturbed session")
        let first = try Self.meet(
            plugin, request, subject.simulation, Line(), context.oversight)
        if let refusal = first.device.refusal {
            throw CaseFailure(
                "\(subject.name): the simulator refused to open: "
                    + "\(refusal.code.symbol) \(refusal.message?.description ?? "")")
        }
        if let refusal = first.driver.refusal {
            throw CaseFailure(
                "\(subject.name): open refused a request that was made from the manifest: "
                    + "\(refusal.code.symbol) \(refusal.message?.description ?? "")")
        }
        let ending = first.run(within: Self.limit, events: Self.mostEvents)
        let second = try Self.meet(
            plugin, request, subject.simulation, Line(delay: .milliseconds(700)),
            context.oversight)
        second.run(within: Self.limit, events: Self.mostEvents)
        events = first.eventCount
        transcript = first.transcript
        sends = (first.driver.sent.count, first.device.sent.count)
        records = Set(first.driver.records)
        unstable = Set(
            Set(first.driver.records).symmetricDifference(second.driver.records).map(Self.key))
        if let problem = Self.problem(of: ending, first) {
            throw CaseFailure("\(subject.name), undisturbed: \(problem)")
        }
        self.first = first
    }

    /// The undisturbed session.
    let first: Rehearsal

    /// Lets driver and simulated device meet on a line.
    func meet(
        _ line: Line, request: JSONValue? = nil, seed: UInt64 = 1, tracing: Bool = false
    ) throws(CaseFailure) -> Rehearsal {
        var oversight = context.oversight
        oversight.isTracing = tracing
        return try Self.meet(
            plugin, request ?? self.request, subject.simulation, line, oversight, seed: seed)
    }

    private static func meet(
        _ plugin: RehearsedPlugin, _ request: JSONValue, _ simulation: JSONValue, _ line: Line,
        _ oversight: Oversight, seed: UInt64 = 1
    ) throws(CaseFailure) -> Rehearsal {
        do throws(RehearsalError) {
            // The time of day stands still, so that a reading does not depend on when it is taken.
            return try Rehearsal(
                of: plugin, request: request, simulation: simulation, line: line, seed: seed,
                clock: VirtualClock(now: Subject.now, isWallStill: true), oversight: oversight)
        } catch {
            throw CaseFailure(error.description)
        }
    }

    /// Runs a session to its end.
    func run(
        _ rehearsal: Rehearsal, disturbing disturbance: Rehearsal.Disturbance? = nil,
        at step: Int = 0
    ) -> Rehearsal.Ending {
        rehearsal.run(
            within: Self.limit, disturbing: disturbance, at: step, events: Self.mostEvents)
    }

    /// Why disturbing this session would show nothing, or nil.
    var uselessness: String? {
        let session = first.driver
        if items.contains(where: { Self.code(of: $0.number, session) == .ok }) { return nil }
        return "\(subject.name): even the undisturbed session serves nothing: it ended with "
            + "\(session.finish?.code.symbol ?? "a checkpoint") "
            + "\(session.finish?.message?.description ?? "")"
    }

    // MARK: - Judging

    /// What is wrong with a session whatever was done to it.
    static func problem(of ending: Rehearsal.Ending, _ rehearsal: Rehearsal) -> String? {
        if let violation = rehearsal.violations.first { return violation }
        switch ending {
        case .finished: break
        case .stalled:
            return "the driver stalls: it waits for something without a deadline, and ends never"
        case .overlong:
            return "the driver goes on for more than \(Self.limit.components.seconds / 3600) hours"
        case .endless: return "the driver goes on for more than \(mostEvents) events"
        }
        if rehearsal.driver.finish == nil, rehearsal.driver.checkpoint == nil {
            return "the driver never called finish"
        }
        return nil
    }

    /// What is wrong with a disturbed session: a breach, a false reading, or values that are missing
    /// although their item is said to be fine.
    func problem(
        of ending: Rehearsal.Ending, _ rehearsal: Rehearsal, judgesValues: Bool = true
    ) -> String? {
        if let problem = Self.problem(of: ending, rehearsal) { return problem }
        guard judgesValues else { return nil }
        let found = Set(rehearsal.driver.records)
        let strange = found.subtracting(records).first { !unstable.contains(Self.key($0)) }
        if let strange {
            return "a false reading: \(Self.words(strange)), which the device does not have"
        }
        for item in items where Self.code(of: item.number, rehearsal.driver) == .ok {
            let missing = records.subtracting(found).first {
                $0.item == item.number && !unstable.contains(Self.key($0))
            }
            if let missing {
                return "item \(item.name) ended OK without \(Self.words(missing)), which the device "
                    + "has"
            }
        }
        return nil
    }

    /// Whether a record does not depend on how long the session took.
    func isStable(_ record: Record) -> Bool { !unstable.contains(Self.key(record)) }

    /// How an item ended: by its own outcome, or by that of the session.
    static func code(of item: UInt32, _ session: RehearsedSession) -> ErrorCode? {
        session.outcomes.last { $0.item == item && $0.stage == .final && $0.command == 0 }?.code
            ?? session.finish?.code
    }

    /// A record without its value and its time.
    private static func key(_ record: Record) -> String {
        switch record.content {
        case .measurement(let archive, let quantity, let tag, _, _):
            "\(archive) \(quantity) \(tag) \(record.intervalEnd ?? 0) \(record.child)"
        case .event(let journal, let type, _, _, let index):
            "\(journal) \(type) \(index ?? 0) \(record.child)"
        case .state(let archive, let type, _): "\(archive) \(type) \(record.child)"
        }
    }

    static func words(_ record: Record) -> String {
        let end = record.intervalEnd.map { " until \(Timestamp(milliseconds: $0))" } ?? ""
        switch record.content {
        case .measurement(let archive, let quantity, let tag, let value, let status):
            return "\(archive) \(quantity) \(tag)\(end) = \(value?.description ?? "absent")"
                + (status == .valid ? "" : " (status \(status.rawValue))")
        case .event(let journal, let type, let code, _, _):
            return "event \(code) \(type) of \(journal)"
        case .state(let archive, let type, let value):
            return "\(archive) \(type) = \(value?.text() ?? "absent")"
        }
    }
}
