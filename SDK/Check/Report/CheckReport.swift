import JSON

/// The results of a check, for machines.
package struct CheckReport: Sendable {
    package let plugin: String
    package let library: String
    package let results: [CaseResult]
    package let seconds: Double

    package init(plugin: String, library: String, results: [CaseResult], seconds: Double) {
        self.plugin = plugin
        self.library = library
        self.results = results
        self.seconds = seconds
    }

    /// How many cases went so.
    package func count(_ verdict: Verdict) -> Int {
        results.count { $0.verdict == verdict }
    }

    /// Whether nothing failed.
    package var isGood: Bool { count(.failed) == 0 }

    /// The report as JSON.
    package var json: JSONValue {
        [
            "plugin": .string(plugin), "library": .string(library),
            "passed": .bool(isGood),
            "counts": .object(
                JSONObject(
                    Verdict.allCases.map { ($0.rawValue, JSONValue(count($0))) })),
            "milliseconds": JSONValue(Int((seconds * 1000).rounded())),
            "cases": JSONValue(results.map(\.json)),
        ]
    }

    /// The report as JUnit reads it; warnings are output of their case.
    package var junit: String {
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        text +=
            "<testsuite name=\"\(Self.escaped("commline plugin check \(plugin)"))\" "
            + "tests=\"\(results.count)\" failures=\"\(count(.failed))\" errors=\"0\" "
            + "skipped=\"\(count(.skipped))\" time=\"\(Self.time(seconds))\">\n"
        for result in results {
            text +=
                "  <testcase classname=\"\(Self.escaped(plugin))\" "
                + "name=\"\(Self.escaped(result.name))\" time=\"\(Self.time(result.seconds))\""
            let details = Self.escaped(result.details.joined(separator: "\n"))
            let first = Self.escaped(result.details.first ?? "")
            switch result.verdict {
            case .failed:
                text += ">\n    <failure message=\"\(first)\">\(details)</failure>\n  </testcase>\n"
            case .skipped: text += ">\n    <skipped message=\"\(first)\"/>\n  </testcase>\n"
            case .warning:
                text += ">\n    <system-out>warning: \(details)</system-out>\n  </testcase>\n"
            case .passed: text += "/>\n"
            }
        }
        return text + "</testsuite>\n"
    }

    private static func time(_ seconds: Double) -> String {
        let milliseconds = Int((seconds * 1000).rounded())
        let fraction = String(milliseconds % 1000)
        return "\(milliseconds / 1000)."
            + String(repeating: "0", count: 3 - fraction.count) + fraction
    }

    /// A text within XML; what XML 1.0 cannot say becomes a question mark.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\t": result += "&#9;"
            case "\n": result += "&#10;"
            case "\r": result += "&#13;"
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
                result += "?"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
