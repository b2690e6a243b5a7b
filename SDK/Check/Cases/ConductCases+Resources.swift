import DriverKit
import Glibc

// Time, threads and memory.
extension ConductCases {
    // MARK: - Time

    static func callbacks(
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

    static func threads(
        _ context: CaseContext, _ findings: inout Findings
    ) throws(CaseFailure) {
        let before = ProcessFacts.threads
        try DisturbanceCases.each(context, &findings) { (baseline, findings) throws(CaseFailure) in
            context.step("\(baseline.subject.name): waiting for calls after close")
            let rehearsal = try baseline.meet(Line())
            _ = baseline.run(rehearsal)
            // Threads that the session left behind are given time to misbehave.
            let end = monotonicNanoseconds() + 2_000_000_000
            while ProcessFacts.threads > before, monotonicNanoseconds() < end { usleep(5_000) }
            for one in [baseline.first, rehearsal] {
                one.driver.noteLateCalls()
                one.device.noteLateCalls()
                if let violation = one.violations.first {
                    findings.fail("after close: \(violation)")
                }
            }
            if waitpid(-1, nil, WNOHANG) >= 0 {
                findings.fail("the plugin started a process")
            }
        }
    }

    // MARK: - Leaks

    static func leaks(
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
            if least > rounds * 512 {
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
}
