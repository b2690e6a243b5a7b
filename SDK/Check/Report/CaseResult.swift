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

    package mutating func fail(_ text: String) {
        if !failures.contains(text) { failures.append(text) }
    }

    package mutating func warn(_ text: String) {
        if !warnings.contains(text) { warnings.append(text) }
    }

    package mutating func note(_ text: String) { notes.append(text) }

    package mutating func skip(_ reason: String) { skipReason = reason }

    /// Whether there is so much to tell that going on tells nothing new.
    var isFull: Bool { failures.count >= 5 }

    func result(of name: String) -> CaseResult {
        if !failures.isEmpty { return CaseResult(name, .failed, failures + warnings) }
        if let skipReason { return CaseResult(name, .skipped, [skipReason]) }
        if !warnings.isEmpty { return CaseResult(name, .warning, warnings + notes) }
        return CaseResult(name, .passed, notes)
    }
}
