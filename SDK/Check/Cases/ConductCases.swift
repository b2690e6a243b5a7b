import CCommline
import DriverKit
import Glibc
import JSON
import Manifests

/// How a plugin behaves as a guest in a host's process.
enum ConductCases {
    static let all: [CheckCase] = [
        CheckCase("unknown", "Unknown members of the request and unknown events.", unknown),
        CheckCase("pressure", "Refused actions are tried again after CREDIT.", pressure),
        CheckCase("determinism", "The same seed gives the same actions.", determinism),
        CheckCase("callbacks", "No call takes longer than it may.", callbacks),
        CheckCase("threads", "No call of the link from elsewhere, or after close.", threads),
        CheckCase("leaks", "Memory, descriptors and threads do not grow.", leaks),
        CheckCase("fuzz", "Any bytes at all, by chance.", fuzz),
    ]

    // MARK: - Unknown things

    private static func unknown(
        _ context: CaseContext, _ findings: inout Findings
    ) throws(CaseFailure) {
        try DisturbanceCases.each(context, &findings) { (baseline, findings) throws(CaseFailure) in
            try unknownMembers(baseline, context, &findings)
            for step in DisturbanceCases.places(baseline.events, baseline, &findings)
            where !findings.isFull {
                context.step("\(baseline.subject.name): an unknown event before event \(step)")
                let rehearsal = try baseline.meet(Line())
                rehearsal.beforeEvent = { session, index in
                    guard index == step else { return }
                    for kind in [0, 11, 99, UInt32.max] {
                        var event = commline_event()
                        event.kind = kind
                        event.flags = .max
                        event.code = .max
                        session.deliver(event)
                    }
                }
                let ending = baseline.run(rehearsal)
                if let problem = baseline.problem(of: ending, rehearsal)
                    ?? baseline.difference(of: rehearsal.driver)
                {
                    findings.fail("an unknown event before event \(step): \(problem)")
                }
            }
        }
    }

    private static func unknownMembers(
        _ baseline: Baseline, _ context: CaseContext, _ findings: inout Findings
    ) throws(CaseFailure) {
        context.step("\(baseline.subject.name): unknown members in the request")
        func enriched(_ value: JSONValue?) -> JSONValue {
            var object = value?.object ?? [:]
            object["x-unknown"] = ["a": [1, nil, true]]
            object["futureMember"] = "later"
            return .object(object)
        }
        var request = enriched(baseline.request).object ?? [:]
        for key in ["device", "protocol", "channel", "commline"] {
            request[key] = enriched(request[key])
        }
        request["items"] = JSONValue((request["items"]?.array ?? []).map { enriched($0) })
        let rehearsal = try baseline.meet(Line(), request: .object(request))
        let ending = baseline.run(rehearsal)
        if let refusal = rehearsal.driver.refusal {
            return findings.fail(
                "open refused a request with unknown members: "
                    + "\(refusal.message?.description ?? "")")
        }
        if let problem = baseline.problem(of: ending, rehearsal)
            ?? baseline.difference(of: rehearsal.driver)
        {
            findings.fail("unknown members in the request: \(problem)")
        }
    }

    // MARK: - Back-pressure

    private static func pressure(
        _ context: CaseContext, _ findings: inout Findings
    ) throws(CaseFailure) {
        try DisturbanceCases.each(context, &findings) { (baseline, findings) throws(CaseFailure) in
            context.step("\(baseline.subject.name): one record and one note an event")
            var limits = RehearsedSession.Limits()
            limits.records = 1
            limits.notes = 1
            limits.refusedReservations = 3
            let rehearsal: Rehearsal
            do throws(RehearsalError) {
                rehearsal = try Rehearsal(
                    of: baseline.plugin, request: baseline.request,
                    simulation: baseline.subject.simulation, limits: limits,
                    clock: VirtualClock(now: Subject.now, isWallStill: true),
                    oversight: context.oversight)
            } catch {
                throw CaseFailure(error.description)
            }
            let ending = baseline.run(rehearsal)
            if let problem = baseline.problem(of: ending, rehearsal)
                ?? baseline.missing(from: Set(rehearsal.driver.records)).map({
                    "\(Baseline.words($0)) was lost"
                })
            {
                findings.fail("with one record and one note an event: \(problem)")
            }
        }
    }

    // MARK: - Determinism

    private static func determinism(
        _ context: CaseContext, _ findings: inout Findings
    ) throws(CaseFailure) {
        try DisturbanceCases.each(context, &findings) { (baseline, findings) throws(CaseFailure) in
            let lines: [(String, Line)] = [
                ("undisturbed", Line()), ("split", .splitting(into: 5)),
                ("noisy", .noisy(perMille: 80)),
            ]
            for (name, line) in lines {
                context.step("\(baseline.subject.name): twice the same session, \(name)")
                var traces: [[TraceEntry]] = []
                for _ in 0..<3 {
                    let rehearsal = try baseline.meet(line, seed: context.job.seed, tracing: true)
                    _ = baseline.run(rehearsal)
                    traces.append(rehearsal.driver.trace)
                }
                for other in traces.dropFirst() {
                    if let difference = TraceDifference(expected: traces[0], got: other) {
                        findings.fail(
                            "the same session, \(name), went otherwise the second time: "
                                + difference.description)
                    }
                }
            }
        }
    }

    // MARK: - Time

    private static func callbacks(
        _ context: CaseContext, _ findings: inout Findings
    ) throws(CaseFailure) {
        try DisturbanceCases.each(context, &findings) { (baseline, findings) throws(CaseFailure) in
            // Sessions are deterministic, so the shortest of several measurements is the call's own time and
            // not that of whatever else the machine did.
            var shortest: [CaseWitness.Timing] = []
            context.witness.isTiming = true
            for round in 0..<5 {
                context.step("\(baseline.subject.name): timing, round \(round)")
                _ = context.witness.takeTimings()
                let rehearsal = try baseline.meet(Line())
                _ = baseline.run(rehearsal)
                let timings = context.witness.takeTimings().filter { $0.role == .driver }
                if round == 0 {
                    shortest = timings
                } else {
                    for (index, timing) in timings.enumerated() where index < shortest.count {
                        if timing.nanoseconds < shortest[index].nanoseconds {
                            shortest[index] = timing
                        }
                    }
                }
            }
            context.witness.isTiming = false
            for (index, timing) in shortest.enumerated() where timing.nanoseconds > 1_000_000 {
                let text =
                    "call \(index), \(timing.call), takes \(milliseconds(timing.nanoseconds)) ms"
                if timing.nanoseconds > 100_000_000 {
                    findings.fail(text + ": it blocks; 1 ms is allowed")
                } else {
                    findings.warn(text + "; 1 ms is allowed")
                }
            }
            if let longest = shortest.max(by: { $0.nanoseconds < $1.nanoseconds }) {
                findings.note(
                    "\(shortest.count) calls, the longest \(longest.call) with "
                        + "\(milliseconds(longest.nanoseconds)) ms")
            }
        }
    }

    private static func milliseconds(_ nanoseconds: UInt64) -> String {
        let micros = nanoseconds / 1000
        let fraction = String(micros % 1000)
        return "\(micros / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
    }

    // MARK: - Threads

    private static func threads(
        _ context: CaseContext, _ findings: inout Findings
    ) throws(CaseFailure) {
        try DisturbanceCases.each(context, &findings) { (baseline, findings) throws(CaseFailure) in
            context.step("\(baseline.subject.name): waiting for calls after close")
            let before = ProcessFacts.threads
            let rehearsal = try baseline.meet(Line())
            _ = baseline.run(rehearsal)
            // A thread that the session left behind is given time to misbehave.
            let end = monotonicNanoseconds() + 300_000_000
            while monotonicNanoseconds() < end {
                usleep(10_000)
                if ProcessFacts.threads <= before { break }
            }
            rehearsal.driver.noteLateCalls()
            rehearsal.device.noteLateCalls()
            if let violation = rehearsal.violations.first {
                findings.fail("after close: \(violation)")
            }
            if waitpid(-1, nil, WNOHANG) >= 0 {
                findings.fail("the plugin started a process")
            }
        }
    }

    // MARK: - Leaks

    private static func leaks(
        _ context: CaseContext, _ findings: inout Findings
    ) throws(CaseFailure) {
        try DisturbanceCases.each(context, &findings) { (baseline, findings) throws(CaseFailure) in
            var sizes: [Int] = []
            var before = (descriptors: 0, threads: 0)
            let rounds = 60
            for block in 0..<5 {
                for round in 0..<rounds {
                    context.step("\(baseline.subject.name): session \(block * rounds + round)")
                    let rehearsal = try baseline.meet(Line())
                    // Every other session is closed in the middle.
                    if round % 2 == 0 {
                        _ = baseline.run(rehearsal)
                    } else {
                        rehearsal.run(
                            within: Baseline.limit, events: round % max(1, baseline.events))
                    }
                }
                sizes.append(ProcessFacts.residentBytes)
                if block == 1 { before = (ProcessFacts.descriptors, ProcessFacts.threads) }
            }
            // The first blocks fill caches; a leak goes on in every block.
            let growth = zip(sizes.dropFirst(2), sizes.dropFirst()).map { $0 - $1 }
            let least = growth.min() ?? 0
            if least > rounds * 256 {
                findings.fail(
                    "memory grows by \(least / rounds) bytes or more with every session")
            }
            let descriptors = ProcessFacts.descriptors - before.descriptors
            if descriptors > 2 {
                findings.fail("\(descriptors) descriptors were left open in \(3 * rounds) sessions")
            }
            let threads = ProcessFacts.threads - before.threads
            if threads > 2 {
                findings.fail("\(threads) threads were left behind in \(3 * rounds) sessions")
            }
            findings.note(
                "\(5 * rounds) sessions; \(growth.map { String($0 / 1024) }.joined(separator: ", "))"
                    + " KiB more in each block of \(rounds)")
        }
    }

    // MARK: - Fuzz

    private static func fuzz(
        _ context: CaseContext, _ findings: inout Findings
    ) throws(CaseFailure) {
        try DisturbanceCases.each(context, &findings) { (baseline, findings) throws(CaseFailure) in
            let samples = baseline.answers
            for round in 0..<context.job.fuzzRounds {
                let seed = context.job.seed &+ UInt64(round)
                let line = Line { passage, dice in
                    guard passage.direction == .toDriver, dice.happens(300) else {
                        return [passage.bytes]
                    }
                    return Mutation.mutated(passage.bytes, samples, &dice)
                }
                // Whatever has a right checksum by chance is a reading for anybody.
                try DisturbanceCases.attempt(
                    "fuzz, seed \(seed)", line, baseline, context, &findings, seed: seed,
                    judgesValues: false)
            }
            findings.note("\(context.job.fuzzRounds) rounds from seed \(context.job.seed)")
        }
    }
}
