import DriverKit
import JSON
import Wire

/// Golden exchanges of a folder.
enum GoldenCases {
    static func all(in folder: String) -> [CheckCase] {
        let names = (try? WholeFile.names(in: folder)) ?? []
        let golden = names.filter { $0.hasSuffix(".golden") }
        guard !golden.isEmpty else {
            return [
                CheckCase("golden", "Golden exchanges of the folder that was named.") {
                    (_, findings) throws(CaseFailure) in
                    throw CaseFailure("there is no *.golden in \(folder)")
                }
            ]
        }
        return golden.map { name in
            CheckCase("golden:\(name)", "The golden exchange \(name).") {
                (context, findings) throws(CaseFailure) in
                try play("\(folder)/\(name)", context, &findings)
            }
        }
    }

    private static func play(
        _ path: String, _ context: CaseContext, _ findings: inout Findings
    ) throws(CaseFailure) {
        let plugin = try context.plugin()
        do {
            let exchange = try Exchange(golden: try WholeFile.read(path))
            var player = try ExchangePlayer(exchange, plugin, context.oversight)
            if let problem = player.play({ context.step("\(path), \($0)") }) {
                findings.fail(problem)
            }
            findings.note("\(exchange.steps.count) steps")
        } catch {
            throw CaseFailure("\(path): \(error)")
        }
    }
}

/// A recording, or an exchange of the extended journal, played again.
package enum ReplayCases {
    /// The name of the case.
    package static let name = "replay"

    static let replay = CheckCase(name, "The recording that was named, played again.") {
        (context, findings) throws(CaseFailure) in
        guard let path = context.job.trace else { throw CaseFailure("no recording was named") }
        let bytes: [UInt8]
        do throws(WholeFile.Failure) {
            bytes = try WholeFile.read(path)
        } catch {
            throw CaseFailure(error.description)
        }
        if Recording.isRecording(bytes) {
            try play(bytes, context, &findings)
        } else {
            try playExchange(bytes, context, &findings)
        }
    }

    private static func playExchange(
        _ bytes: [UInt8], _ context: CaseContext, _ findings: inout Findings
    ) throws(CaseFailure) {
        guard let path = context.job.request else {
            throw CaseFailure(
                "an exchange does not say what was asked for: name the request's JSON with "
                    + "--request FILE")
        }
        let plugin = try context.plugin()
        do {
            let request = try JSONValue(parsing: try WholeFile.read(path))
            let exchange = try Exchange(exported: bytes, request: request)
            var player = try ExchangePlayer(exchange, plugin, context.oversight)
            if let problem = player.play({ context.step($0) }) { findings.fail(problem) }
            findings.note("\(exchange.steps.count) steps of the exchange")
        } catch {
            throw CaseFailure("\(error)")
        }
    }

    private static func play(
        _ bytes: [UInt8], _ context: CaseContext, _ findings: inout Findings
    ) throws(CaseFailure) {
        let plugin = try context.plugin()
        let recording: Recording
        do throws(Recording.Defect) {
            recording = try Recording(bytes)
        } catch {
            throw CaseFailure(error.description)
        }
        guard recording.plugin == plugin.id else {
            throw CaseFailure(
                "the recording is of the plugin \"\(recording.plugin)\", not of \"\(plugin.id)\"")
        }
        if recording.version != plugin.version {
            findings.note(
                "recorded with version \(recording.version), played with \(plugin.version)")
        }
        do throws(RehearsalError) {
            if let difference = try difference(recording, plugin, context) {
                findings.fail(difference)
            }
        } catch {
            throw CaseFailure(error.description)
        }
    }

    private static func difference(
        _ recording: Recording, _ plugin: RehearsedPlugin, _ context: CaseContext
    ) throws(RehearsalError) -> String? {
        context.step("opening the recorded session")
        let session = try RehearsedSession(
            of: plugin, request: recording.request, clock: VirtualClock(now: recording.opened),
            oversight: Oversight(
                witness: context.witness, isTracing: true, answers: recording.answers))
        if let refusal = session.refusal {
            return "open refused the recorded request: \(refusal.message?.description ?? "")"
        }
        var seen = 0
        var events = 0
        var name = ""
        /// What the session did beyond what was compared so far.
        func next() -> JSONValue? {
            while seen < session.trace.count {
                seen += 1
                if case .event = session.trace[seen - 1] { continue }
                return Recording.json(session.trace[seen - 1])
            }
            return nil
        }
        for line in recording.lines {
            switch line {
            case .event(let event):
                if let extra = next() {
                    return TraceDifference(events, name, nil, extra).description
                }
                events += 1
                name = event.name
                context.step("event \(events) of the recording, \(name)")
                session.replay(event)
            case .random(let bytes):
                let (expected, got) = (JSONValue.object(["random": .string(bytes.hex)]), next())
                if got != expected {
                    return TraceDifference(events, name, expected, got).description
                }
            case .action(let expected):
                let got = next()
                if got != expected {
                    return TraceDifference(events, name, expected, got).description
                }
            }
        }
        if let extra = next() { return TraceDifference(events, name, nil, extra).description }
        session.close()
        return session.violations.first
    }
}
