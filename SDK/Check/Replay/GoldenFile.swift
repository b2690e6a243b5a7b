import JSON
import Values
import Wire

extension Exchange {
    /// Reads a golden exchange: the request as JSON, then lines that begin with `>` (the driver sends), `<`
    /// (it receives), `?` (random bytes that it draws), `!` (the connection is lost), `=` (what has to come
    /// of it) or `#` (a remark).
    init(golden bytes: [UInt8]) throws(Defect) {
        let lines = String(decoding: bytes, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
        var requestText = ""
        var isInRequest = true
        var steps: [(line: Int, step: Step)] = []
        var random: [UInt8] = []
        for (index, line) in lines.enumerated() {
            let number = index + 1
            if line.hasPrefix("#") { continue }
            if isInRequest, line.first.map({ !"><?!=".contains($0) }) ?? true {
                requestText += line + "\n"
                continue
            }
            isInRequest = false
            let rest = line.dropFirst()
            switch line.first {
            case nil: break
            case ">": steps.append((number, .sent(try Self.bytes(rest, number))))
            case "<": steps.append((number, .received(try Self.bytes(rest, number))))
            case "?": random += try Self.bytes(rest, number).map { $0 ?? 0 }
            case "!": steps.append((number, .disconnected))
            case "=": steps.append((number, try Self.expectation(rest, number)))
            default:
                guard line.allSatisfy(\.isWhitespace) else {
                    throw Defect(
                        description: "line \(number) begins with none of > < ? ! = #")
                }
            }
        }
        do throws(JSONError) {
            request = try JSONValue(parsing: requestText)
        } catch {
            throw Defect(description: "the request before the first frame is no JSON: \(error)")
        }
        self.steps = steps
        self.random = random
    }

    private static func bytes(_ text: Substring, _ line: Int) throws(Defect) -> Pattern {
        guard let pattern = pattern(text) else {
            throw Defect(description: "line \(line) has no hexadecimal bytes")
        }
        return pattern
    }

    private static func expectation(_ text: Substring, _ line: Int) throws(Defect) -> Step {
        let words = text.split(separator: " ").map(String.init)
        if words.count == 2, words[0] == "finish", let code = ErrorCode(symbol: words[1]) {
            return .finish(code)
        }
        if words.count == 5, words[0] == "record" { return .record(Array(words.dropFirst())) }
        throw Defect(
            description: "line \(line) is neither \"= finish CODE\" nor "
                + "\"= record ARCHIVE QUANTITY TAG VALUE\"")
    }
}
