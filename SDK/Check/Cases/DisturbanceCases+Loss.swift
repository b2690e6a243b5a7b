import DriverKit
import Synchronization

// Lines on which something is lost, damaged or late.
extension DisturbanceCases {
    static func disconnect(
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

    static func truncated(
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

    static func duplicated(
        _ context: CaseContext, _ findings: inout Findings
    ) throws(CaseFailure) {
        try each(context, &findings) { (baseline, findings) throws(CaseFailure) in
            for direction in [Line.Direction.toDriver, .toDevice] {
                let count =
                    direction == .toDriver ? baseline.sends.toDriver : baseline.sends.toDevice
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

    static func reordered(
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

    static func flipped(
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

    static func lost(
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

    static func silence(
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

    static func late(
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

    static func noise(
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
