import JSON

/// How a case went.
package enum Verdict: String, Hashable, Sendable, CaseIterable {
    case passed, warning, failed, skipped
}

/// What came out of one case.
package struct CaseResult: Hashable, Sendable {
    package var name: String
    package var verdict: Verdict
    /// What was found; the first line is the most important one.
    package var details: [String]
    package var seconds: Double = 0

    package init(_ name: String, _ verdict: Verdict, _ details: [String] = []) {
        self.name = name
        self.verdict = verdict
        self.details = details
    }

    /// The result as the report and the child's page have it.
    package var json: JSONValue {
        [
            "case": .string(name), "verdict": .string(verdict.rawValue),
            "details": JSONValue(details.map(JSONValue.string)),
            "milliseconds": JSONValue(Int((seconds * 1000).rounded())),
        ]
    }

    /// Reads a result; nil where it is none.
    package init?(_ json: JSONValue) {
        guard let name = json["case"]?.string,
            let verdict = json["verdict"]?.string.flatMap(Verdict.init(rawValue:)),
            let details = json["details"]?.array?.compactMap(\.string)
        else { return nil }
        self.init(name, verdict, details)
        seconds = Double(json["milliseconds"]?.int ?? 0) / 1000
    }
}

/// What a case found, while it runs.
package struct Findings {
    package private(set) var failures: [String] = []
    package private(set) var warnings: [String] = []
    package private(set) var notes: [String] = []
    /// Why the case could not run, or nil.
    package private(set) var skipReason: String?

    /// How many failures and warnings are told; more of them tell nothing new.
    private static let most = 5
    private var untold = 0

    package mutating func fail(_ text: String) {
        guard !failures.contains(text) else { return }
        if failures.count < Self.most { failures.append(text) } else { untold += 1 }
    }

    package mutating func warn(_ text: String) {
        guard !warnings.contains(text) else { return }
        if warnings.count < Self.most { warnings.append(text) } else { untold += 1 }
    }

    package mutating func note(_ text: String) { notes.append(text) }

    package mutating func skip(_ reason: String) { skipReason = reason }

    /// Whether there is so much to tell that going on tells nothing new.
    var isFull: Bool { failures.count >= Self.most }

    func result(of name: String) -> CaseResult {
        let rest = untold > 0 ? ["… and \(untold) more"] : []
        if !failures.isEmpty { return CaseResult(name, .failed, failures + warnings + rest) }
        if let skipReason { return CaseResult(name, .skipped, [skipReason]) }
        if !warnings.isEmpty { return CaseResult(name, .warning, warnings + rest + notes) }
        return CaseResult(name, .passed, notes)
    }
}
