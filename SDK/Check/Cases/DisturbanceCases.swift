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

    // MARK: - Something is lost

    private static func disconnect(
        _ context: CaseContext, _ findings: inout Findings
    ) throws(CaseFailure) {
        try each(context, &findings) { (baseline, findings) throws(CaseFailure) in
            let total = baseline.transcript.reduce(0) { $0 + $1.bytes.count }
            for place in places(total + 1, baseline, &findings, budget: 1_500_000) {
                var line = Line()
                line.cut = place
                try attempt(
                    "disconnected after \(place) of \(total) bytes", line, baseline, context,
                    &findings)
            }
        }
    }

    private static func truncated(
        _ context: CaseContext, _ findings: inout Findings
    ) throws(CaseFailure) {
        try each(context, &findings) { (baseline, findings) throws(CaseFailure) in
            let answers = baseline.answers
            let all = answers.indices.flatMap { index in
                answers[index].indices.map { (index, $0) }
            }
            for place in places(all.count, baseline, &findings) {
                let (index, length) = all[place]
                let line = Line { passage, _ in
                    passage.direction == .toDriver && passage.index == index
                        ? [Array(passage.bytes.prefix(length))] : [passage.bytes]
                }
                try attempt(
                    "answer \(index) cut to \(length) bytes", line, baseline, context, &findings)
            }
        }
    }

    private static func duplicated(
        _ context: CaseContext, _ findings: inout Findings
    ) throws(CaseFailure) {
        try each(context, &findings) { (baseline, findings) throws(CaseFailure) in
            for direction in [Line.Direction.toDriver, .toDevice] {
                let count = direction == .toDriver ? baseline.sends.toDriver : baseline.sends.toDevice
                for index in 0..<count {
                    let line = Line { passage, _ in
                        passage.direction == direction && passage.index == index
                            ? [passage.bytes, passage.bytes] : [passage.bytes]
                    }
                    try attempt(
                        "send \(index) \(words(direction)) twice", line, baseline, context,
                        &findings)
                }
            }
        }
    }

    private static func reordered(
        _ context: CaseContext, _ findings: inout Findings
    ) throws(CaseFailure) {
        try each(context, &findings) { (baseline, findings) throws(CaseFailure) in
            for index in 0..<baseline.sends.toDriver {
                let halves = Line { passage, _ in
                    guard passage.direction == .toDriver, passage.index == index else {
                        return [passage.bytes]
                    }
                    let middle = passage.bytes.count / 2
                    return [Array(passage.bytes[middle...]), Array(passage.bytes[..<middle])]
                }
                try attempt(
                    "the halves of answer \(index) exchanged", halves, baseline, context,
                    &findings)
                let held = HeldAnswer()
                let behind = Line { passage, _ in
                    guard passage.direction == .toDriver else { return [passage.bytes] }
                    if passage.index == index {
                        held.keep(passage.bytes)
                        return []
                    }
                    return [passage.bytes] + held.take()
                }
                try attempt(
                    "answer \(index) behind the next one", behind, baseline, context, &findings)
            }
        }
    }

    /// An answer that waits for the one after it.
    private final class HeldAnswer: Sendable {
        private let bytes = Mutex<[[UInt8]]>([])

        func keep(_ answer: [UInt8]) { bytes.withLock { $0 = [answer] } }

        func take() -> [[UInt8]] {
            bytes.withLock { bytes in
                defer { bytes = [] }
                return bytes
            }
        }
    }

    private static func flipped(
        _ context: CaseContext, _ findings: inout Findings
    ) throws(CaseFailure) {
        try each(context, &findings) { (baseline, findings) throws(CaseFailure) in
            noteIntegrity(baseline, &findings)
            var dice = Dice(seed: context.job.seed)
            let answers = baseline.answers
            let all = answers.indices.flatMap { index in
                answers[index].indices.map { (index, $0, UInt8(dice.next() % 8)) }
            }
            for place in places(all.count, baseline, &findings) {
                let (index, offset, bit) = all[place]
                let line = Line { passage, _ in
                    var bytes = passage.bytes
                    if passage.direction == .toDriver, passage.index == index,
                        offset < bytes.count
                    {
                        bytes[offset] ^= 1 << bit
                    }
                    return [bytes]
                }
                try attempt(
                    "bit \(bit) of byte \(offset) of answer \(index) flipped", line, baseline,
                    context, &findings, judgesValues: baseline.subject.noticesDamage)
            }
        }
    }

    private static func noteIntegrity(_ baseline: Baseline, _ findings: inout Findings) {
        guard !baseline.subject.noticesDamage else { return }
        findings.note(
            "\(baseline.subject.map.protocolType) has no checksum (x-integrity): values are not "
                + "compared")
    }

    private static func lost(
        _ context: CaseContext, _ findings: inout Findings
    ) throws(CaseFailure) {
        try each(context, &findings) { (baseline, findings) throws(CaseFailure) in
            for index in 0..<baseline.sends.toDevice {
                try attempt(
                    "send \(index) to the device lost", .dropping([index], .toDevice), baseline,
                    context, &findings)
            }
            for index in 0..<baseline.sends.toDriver {
                try attempt(
                    "answer \(index) lost", .dropping([index], .toDriver), baseline, context,
                    &findings)
            }
        }
    }

    private static func silence(
        _ context: CaseContext, _ findings: inout Findings
    ) throws(CaseFailure) {
        try each(context, &findings) { (baseline, findings) throws(CaseFailure) in
            for index in 0...baseline.sends.toDriver {
                let line = Line { passage, _ in
                    passage.direction == .toDriver && passage.index >= index ? [] : [passage.bytes]
                }
                try attempt(
                    "silence from answer \(index) on", line, baseline, context, &findings)
            }
        }
    }

    private static func late(
        _ context: CaseContext, _ findings: inout Findings
    ) throws(CaseFailure) {
        try each(context, &findings) { (baseline, findings) throws(CaseFailure) in
            for index in 0..<baseline.sends.toDriver {
                var line = Line()
                line.lateReply = index
                try attempt(
                    "answer \(index) after its time-out", line, baseline, context, &findings)
            }
        }
    }

    private static func noise(
        _ context: CaseContext, _ findings: inout Findings
    ) throws(CaseFailure) {
        try each(context, &findings) { (baseline, findings) throws(CaseFailure) in
            noteIntegrity(baseline, &findings)
            for perMille in [20, 100, 400] {
                for round in 0..<20 {
                    let seed = context.job.seed &+ UInt64(round)
                    try attempt(
                        "noise of \(perMille) in a thousand, seed \(seed)",
                        .noisy(perMille: perMille), baseline, context, &findings, seed: seed,
                        judgesValues: baseline.subject.noticesDamage)
                }
            }
        }
    }

    private static func words(_ direction: Line.Direction) -> String {
        direction == .toDriver ? "to the driver" : "to the device"
    }
}

extension Baseline {
    /// What the device sends, one array for each send.
    var answers: [[UInt8]] {
        transcript.filter { $0.direction == .toDriver }.map(\.bytes)
    }
}
