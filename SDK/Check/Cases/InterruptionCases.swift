import DriverKit
import JSON
import Values

/// What the host may want of a session at any moment.
enum InterruptionCases {
    static let all: [CheckCase] = [
        CheckCase("cancel", "Cancelled before every event.") {
            (context, findings) throws(CaseFailure) in
            try interrupt(.cancel, "cancelled", .seconds(60), context, &findings)
        },
        CheckCase("closing", "Told to close before every event.") {
            (context, findings) throws(CaseFailure) in
            try interrupt(.close, "told to close", .seconds(5), context, &findings)
        },
        CheckCase("yield", "Asked to yield before every event, and continued.") {
            (context, findings) throws(CaseFailure) in
            try interrupt(.yield, "asked to yield", nil, context, &findings)
        },
    ]

    private static func interrupt(
        _ disturbance: Rehearsal.Disturbance, _ words: String, _ grace: Duration?,
        _ context: CaseContext, _ findings: inout Findings
    ) throws(CaseFailure) {
        try DisturbanceCases.each(context, &findings) { (baseline, findings) throws(CaseFailure) in
            let places = DisturbanceCases.places(baseline.events + 1, baseline, &findings)
            for step in places where !findings.isFull {
                let what = "\(words) before event \(step)"
                context.step("\(baseline.subject.name): \(what)")
                let rehearsal = try baseline.meet(Line())
                let ending = baseline.run(rehearsal, disturbing: disturbance, at: step)
                if let problem = baseline.problem(of: ending, rehearsal) {
                    findings.fail("\(what): \(problem)")
                    continue
                }
                if let grace, let begin = rehearsal.disturbedAt {
                    let taken = Duration.nanoseconds(
                        Int64(rehearsal.clock.now.nanoseconds - begin))
                    if taken > grace {
                        findings.fail("\(what): it took \(taken) to end, \(grace) is the grace")
                    }
                }
                if let checkpoint = rehearsal.driver.checkpoint {
                    try continueSession(
                        rehearsal.driver, checkpoint, what, baseline, &findings)
                }
            }
        }
    }

    /// The session that goes on where one yielded gives what that one owed.
    private static func continueSession(
        _ first: RehearsedSession, _ checkpoint: [UInt8], _ what: String, _ baseline: Baseline,
        _ findings: inout Findings
    ) throws(CaseFailure) {
        let done = Set(first.outcomes.filter { $0.stage == .final }.map(\.item))
        let owed = baseline.items.filter { !done.contains($0.number) }
        var request = baseline.request.object ?? [:]
        request["items"] = JSONValue(owed.map(\.json))
        request["checkpoint"] = .string(TextEncoding.base64(checkpoint))
        let second = try baseline.meet(Line(), request: .object(request))
        let ending = baseline.run(second)
        if let problem = Baseline.problem(of: ending, second) {
            return findings.fail("\(what), continued: \(problem)")
        }
        let found = Set(first.records + second.driver.records)
        if let missing = baseline.missing(from: found) {
            findings.fail("\(what), continued: \(Baseline.words(missing)) is missing")
        }
    }
}

extension Baseline {
    /// A record that the undisturbed session has and these have not, or nil.
    func missing(from found: Set<Record>) -> Record? {
        records.subtracting(found).first { isStable($0) }
    }

    /// How a session that should have gone as the undisturbed one went otherwise, or nil.
    func difference(of session: RehearsedSession) -> String? {
        if let missing = missing(from: Set(session.records)) {
            return "\(Self.words(missing)) is missing"
        }
        for item in items {
            let (own, usual) = (
                Self.code(of: item.number, session), Self.code(of: item.number, first.driver)
            )
            if own != usual {
                return "item \(item.name) ended with \(own?.symbol ?? "nothing"), undisturbed with "
                    + "\(usual?.symbol ?? "nothing")"
            }
        }
        return nil
    }
}
