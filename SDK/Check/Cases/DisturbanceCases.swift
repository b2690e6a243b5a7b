import DriverKit
import Manifests
import Synchronization

/// A line that does to the bytes what lines do.
enum DisturbanceCases {
    static let all: [CheckCase] = [
        CheckCase("split", "Deliveries in pieces, down to one byte at a time.", split),
        CheckCase("merged", "Everything that arrives at one moment in one delivery.", merged),
        CheckCase("disconnect", "The connection is lost after every byte.", disconnect),
        CheckCase("truncated", "Each answer is cut short.", truncated),
        CheckCase("duplicated", "Each send arrives twice.", duplicated),
        CheckCase("reordered", "Each answer arrives in the wrong order.", reordered),
        CheckCase("flipped", "A bit of each byte is flipped.", flipped),
        CheckCase("lost", "Each send is lost once.", lost),
        CheckCase("silence", "The device falls silent after each of its answers.", silence),
        CheckCase("late", "Each answer comes after its time-out.", late),
        CheckCase("noise", "Everything at once, by chance.", noise),
    ]

    /// Runs something for the first device type of each protocol.
    static func each(
        _ context: CaseContext, _ findings: inout Findings,
        _ body: (Baseline, inout Findings) throws(CaseFailure) -> Void
    ) throws(CaseFailure) {
        let subjects = Subject.representatives(of: try context.manifest())
        guard !subjects.isEmpty else {
            return findings.skip("the manifest has no device types")
        }
        let plugin = try context.plugin()
        for subject in subjects where !findings.isFull {
            let baseline = try Baseline(
                context, plugin, subject, RequestedItem.few(of: subject.type))
            if let uselessness = baseline.uselessness {
                findings.fail(uselessness)
            } else {
                try body(baseline, &findings)
            }
        }
    }

    /// Lets driver and device meet on a line, and judges.
    static func attempt(
        _ what: String, _ line: Line, _ baseline: Baseline, _ context: CaseContext,
        _ findings: inout Findings, seed: UInt64 = 1, judgesValues: Bool = true
    ) throws(CaseFailure) {
        guard !findings.isFull else { return }
        context.step("\(baseline.subject.name): \(what)")
        let rehearsal = try baseline.meet(line, seed: seed)
        let ending = baseline.run(rehearsal)
        if let problem = baseline.problem(of: ending, rehearsal, judgesValues: judgesValues) {
            findings.fail("\(what): \(problem)")
        }
    }

    /// Chooses among so many places, so that a case of a long session comes to its end as well.
    static func places(
        _ count: Int, _ baseline: Baseline, _ findings: inout Findings, budget: Int = 400_000
    ) -> [Int] {
        let step = max(1, count * max(1, baseline.events) / budget)
        findings.note(
            "\(baseline.subject.name): \((count + step - 1) / step) of \(count) places")
        return Array(stride(from: 0, to: count, by: step))
    }

    // MARK: - Nothing is lost

    private static func split(
        _ context: CaseContext, _ findings: inout Findings
    ) throws(CaseFailure) {
        try each(context, &findings) { (baseline, findings) throws(CaseFailure) in
            for size in [1, 2, 3, 5, 8, 13, 64] {
                try same(
                    "in pieces of \(size)", Line.splitting(into: size), baseline, context,
                    &findings)
                var hasty = Line.splitting(into: size)
                hasty.spacing = .zero
                try same(
                    "in pieces of \(size) at one moment", hasty, baseline, context, &findings)
            }
        }
    }

    private static func merged(
        _ context: CaseContext, _ findings: inout Findings
    ) throws(CaseFailure) {
        try each(context, &findings) { (baseline, findings) throws(CaseFailure) in
            for delay in [0, 10, 100] {
                var line = Line(delay: .milliseconds(delay))
                line.merges = true
                try same("merged, delay \(delay) ms", line, baseline, context, &findings)
                var pieces = Line.splitting(into: 3)
                pieces.spacing = .zero
                pieces.merges = true
                try same("split and merged again", pieces, baseline, context, &findings)
            }
        }
    }

    /// A line that only changes when bytes arrive must change nothing else.
    static func same(
        _ what: String, _ line: Line, _ baseline: Baseline, _ context: CaseContext,
        _ findings: inout Findings
    ) throws(CaseFailure) {
        context.step("\(baseline.subject.name): \(what)")
        let rehearsal = try baseline.meet(line)
        let ending = baseline.run(rehearsal)
        if let problem = baseline.problem(of: ending, rehearsal) {
            return findings.fail("\(what): \(problem)")
        }
        if let problem = baseline.difference(of: rehearsal.driver) {
            findings.fail("\(what): \(problem)")
        }
    }
}

extension Baseline {
    /// What the device sends, one array for each send.
    var answers: [[UInt8]] {
        transcript.filter { $0.direction == .toDriver }.map(\.bytes)
    }
}
