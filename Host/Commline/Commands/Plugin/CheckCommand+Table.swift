import Check
import Glibc

/// A check's results for people.
enum CheckTable {
    private static let longest = 100

    static func text(_ report: CheckReport) -> String {
        var table = TextTable([
            ("case", .left), ("verdict", .left), ("time", .right), ("detail", .left),
        ])
        for result in report.results {
            table.append([
                result.name, result.verdict.rawValue, seconds(result.seconds),
                shortened(result.details.first ?? ""),
            ])
        }
        var text = table.text
        for result in report.results
        where result.verdict == .failed || result.verdict == .warning {
            text += "\n\(result.name): \(result.verdict.rawValue)\n"
            for detail in result.details { text += "  \(detail)\n" }
        }
        let counts = [
            "\(report.count(.passed)) passed", "\(report.count(.warning)) with warnings",
            "\(report.count(.failed)) failed", "\(report.count(.skipped)) skipped",
        ]
        return text
            + "\n\(report.plugin): \(counts.joined(separator: ", ")) in \(seconds(report.seconds))\n"
    }

    private static func seconds(_ seconds: Double) -> String {
        let hundredths = Int((seconds * 100).rounded())
        let fraction = hundredths % 100
        return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction) s"
    }

    private static func shortened(_ text: String) -> String {
        text.count <= longest ? text : String(text.prefix(longest - 1)) + "…"
    }
}

/// One line that tells how far a check has come, where somebody watches.
struct ProgressLine {
    private let total: Int
    private let isShown = isatty(2) != 0
    private let done = Counter()

    private final class Counter { var value = 0 }

    init(total: Int) {
        self.total = total
    }

    func advance(past name: String) {
        done.value += 1
        guard isShown else { return }
        Terminal.writeError("\r\u{1B}[K\(done.value)/\(total) \(name)")
    }

    func clear() {
        if isShown { Terminal.writeError("\r\u{1B}[K") }
    }
}
