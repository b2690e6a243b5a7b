import DriverKit
import JSON
import Manifests
import Values

/// The manifest against behaviour: everything that it declares is asked of the driver.
enum BehaviourCases {
    static func all(for manifest: Manifest) -> [CheckCase] {
        Subject.all(of: manifest).map { subject in
            let name = subject.name
            return CheckCase(
                "behaviour:" + name, "What the manifest declares of \(name) can be read."
            ) { (context, findings) throws(CaseFailure) in
                try check(name, context, &findings)
            }
        }
    }

    /// What a driver may say of what the simulated device does not have.
    private static let honest: Set<ErrorCode> = [.objectUndefined, .accessDenied]

    private static func check(
        _ name: String, _ context: CaseContext, _ findings: inout Findings
    ) throws(CaseFailure) {
        let manifest = try context.manifest()
        guard let subject = Subject.all(of: manifest).first(where: { $0.name == name }) else {
            throw CaseFailure("the manifest has no \(name)")
        }
        let baseline = try Baseline(
            context, try context.plugin(), subject, RequestedItem.all(of: subject.type))
        let session = baseline.first.driver
        var absent: [String] = []
        var served = 0
        for item in baseline.items {
            guard let code = Baseline.code(of: item.number, session) else {
                findings.fail("item \(item.name) has no outcome")
                continue
            }
            if code == .ok {
                served += 1
                checkStages(item, session, &findings)
            } else if honest.contains(code) {
                absent.append(item.name)
            } else {
                let message = session.outcomes.last { $0.item == item.number }?.message
                findings.fail(
                    "item \(item.name) ended with \(code.symbol) "
                        + "\((message ?? session.finish?.message)?.description ?? "")")
            }
        }
        if served == 0 { findings.fail("nothing that the manifest declares was served") }
        for record in session.records {
            if let problem = problem(of: record, baseline) { findings.fail(problem) }
        }
        checkMessages(session, manifest, &findings)
        if session.records.isEmpty, !subject.type.archives.isEmpty {
            findings.fail("no record came, although the manifest declares archives")
        }
        findings.note(
            "\(baseline.items.count) items, \(session.records.count) records, \(baseline.events) "
                + "events")
        if !absent.isEmpty {
            findings.note(
                "\(absent.count) items the simulated device does not have, such as \(absent[0])")
        }
        if let folder = context.job.recordFolder {
            try Recording.write(baseline, to: folder)
        }
    }

    /// Whether a record is of what the manifest declares, and of what its item asked for.
    private static func problem(of record: Record, _ baseline: Baseline) -> String? {
        let type = baseline.subject.type
        let isDeclared =
            switch record.content {
            case .measurement(let archive, let quantity, let tag, _, _):
                type.archives.contains {
                    $0.archive == archive && $0.quantities.contains(quantity)
                        && $0.tags.contains(tag)
                }
            case .event(let journal, _, _, _, _): type.journals.contains(journal)
            case .state(let archive, let state, _):
                type.states.contains { $0.archive == archive && $0.types.contains(state) }
            }
        if !isDeclared { return "not in the manifest: \(Baseline.words(record))" }
        guard let item = baseline.items.first(where: { $0.number == record.item }) else {
            return nil
        }
        let isAsked =
            switch (item.kind, record.content) {
            case (.archive(let archive, let quantity, let tag), .measurement(let a, let q, let t, _, _)):
                archive == a && quantity == q && (tag == nil || tag == t)
            case (.journal(let journal), .event(let found, _, _, _, _)): journal == found
            case (.state(let archive), .state(let found, _, _)): archive == found
            case (.command, _): true
            default: false
            }
        return isAsked ? nil : "item \(item.name) was answered with \(Baseline.words(record))"
    }

    /// A command that must not be repeated blindly says that it is about to act, and acts only once that
    /// is on disk.
    private static func checkStages(
        _ item: RequestedItem, _ session: RehearsedSession, _ findings: inout Findings
    ) {
        guard case .command(_, isRepeatable: false) = item.kind else { return }
        let sent = session.actions.firstIndex {
            if case .outcome(let outcome) = $0 {
                outcome.item == item.number && outcome.stage == .sent
            } else {
                false
            }
        }
        guard let sent else {
            return findings.fail(
                "\(item.name) acts without the stage SENT, and is not declared repeatable")
        }
        let isGuarded = session.actions[sent...].contains {
            if case .sent(let sending) = $0 { sending.flags.contains(.afterStored) } else { false }
        }
        if !isGuarded {
            findings.fail("\(item.name) acts in a send without COMMLINE_SEND_AFTER_STORED")
        }
    }

    /// Messages are templates of the manifest.
    private static func checkMessages(
        _ session: RehearsedSession, _ manifest: Manifest, _ findings: inout Findings
    ) {
        let messages =
            session.notes + session.outcomes.compactMap(\.message)
            + (session.finish?.message.map { [$0] } ?? [])
        for message in messages
        where !message.id.isEmpty && manifest.messages[message.id] == nil {
            findings.fail("the message \"\(message.id)\" is not in the manifest")
        }
    }
}
