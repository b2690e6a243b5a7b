import Testing

@testable import JSON

@Suite struct TextPatternTests {
    @Test(arguments: [
        ("", ["", "x"], []),
        ("^$", [""], ["x"]),
        ("b", ["b", "abc", "cb"], ["", "ac", "B"]),
        ("^[0-9]+$", ["0", "123"], ["", "12x", "x12", "1 2", "１"]),
        ("^(on|off)$", ["on", "off"], ["onoff", "o", "of"]),
        ("^on|off$", ["one", "takeoff"], ["non", "offer"]),
        ("^[a-z0-9][a-z0-9.-]*$", ["a", "ce.dlms-1"], ["", ".a", "A"]),
        ("^[^-]*$", ["", "abc"], ["a-b"]),
        ("^[]x]$", [], ["]", "x"]),
        ("^[a\\]]$", ["a", "]"], ["\\"]),
        ("^[a-]$", ["a", "-"], ["b"]),
        ("^[-a]$", ["a", "-"], ["b"]),
        ("^a{2}$", ["aa"], ["a", "aaa"]),
        ("^a{2,}$", ["aa", "aaaaa"], ["a"]),
        ("^a{1,3}$", ["a", "aa", "aaa"], ["", "aaaa"]),
        ("^a{0}$", [""], ["a"]),
        ("^(ab)?c*?$", ["", "ab", "abccc", "c"], ["a", "abab"]),
        ("^(?:a|b)+$", ["abba"], ["", "abc"]),
        ("^(a*)*$", ["", "aaa"], ["b"]),
        ("^(|a)+$", ["", "aaa"], ["b"]),
        ("^.$", ["x", "Ж", "😀"], ["", "xx", "\n"]),
        ("^\\d\\w\\s$", ["1_ ", "0Z\u{A0}"], ["a_ ", "1- ", "1_x"]),
        ("^\\D\\W\\S$", ["a-x"], ["1-x", "aax", "a- "]),
        ("^[\\d.]+$", ["1.5"], ["1,5"]),
        ("^[\\D]$", ["x"], ["1"]),
        ("^[^\\D5]$", ["4"], ["5", "x"]),
        ("^\\x41\\u0416\\t\\.\\/$", ["AЖ\t./"], ["AЖ\tx/"]),
        ("^\\0$", ["\0"], ["0"]),
        ("(^a)|(b$)", ["ax", "xb"], ["xa", "bx"]),
        ("a^b", [], ["ab", "a^b"]),
        ("^[А-Яа-я]+$", ["Привет"], ["Hello"]),
    ])
    func matchesAsECMAScriptDoes(
        _ expression: String, _ matching: [String], _ others: [String]
    ) throws {
        guard expression != "^[]x]$" else {
            // An empty class matches nothing, and what follows it is a stray bracket.
            #expect(throws: TextPatternError.self) { try TextPattern(expression) }
            return
        }
        let pattern = try TextPattern(expression)
        for text in matching { #expect(pattern.matches(text), "\(text)") }
        for text in others { #expect(!pattern.matches(text), "\(text)") }
    }

    @Test(arguments: [
        "(", ")", "a)", "(a", "[", "[a", "[b-a]", "[a-\\d]", "*", "a**", "a{2}{3}", "+a", "?",
        "{1}",
        "a{", "a{x}", "a{2,1}", "a{1001}", "a{99999999999999999999}", "}", "]", "\\", "\\b", "\\1",
        "\\p{L}", "\\x4", "\\uD800", "(?=a)", "(?!a)", "(?<n>a)", "^*", "(?", "(?:",
    ])
    func refusesWhatItDoesNotSupport(_ expression: String) {
        let error = #expect(throws: TextPatternError.self) { try TextPattern(expression) }
        #expect(error.map { $0.offset <= expression.count } == true)
    }

    @Test func boundsTheSizeOfExpressions() {
        #expect(throws: TextPatternError.self) {
            try TextPattern(String(repeating: "a", count: 1001))
        }
        #expect(throws: TextPatternError.self) { try TextPattern("((a{1000}){1000}){1000}") }
        #expect(throws: TextPatternError.self) { try TextPattern("(((){1000}){1000}){1000}") }
        #expect(throws: TextPatternError.self) {
            try TextPattern(String(repeating: "(", count: 500) + String(repeating: ")", count: 500))
        }
        #expect(throws: Never.self) { try TextPattern("^[0-9a-f]{64}$") }
    }

    @Test(.timeLimit(.minutes(1)))
    func takesTimeInProportionToTheText() throws {
        // Each of these takes exponential time where a matcher goes back.
        let text = String(repeating: "a", count: 2000) + "!"
        for expression in ["^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "^(a*)*b$", "(x+x+)+y"] {
            #expect(try !TextPattern(expression).matches(text))
        }
    }

    @Test func survivesMutations() throws {
        let alphabet = Array("ab01^$.*+?{}[]()|\\dDwsx-,:Ж".unicodeScalars)
        var random = SeededRandom(seed: 3)
        var accepted = 0
        for _ in 0..<5000 {
            var expression = ""
            for _ in 0..<Int.random(in: 0...14, using: &random) {
                expression.unicodeScalars.append(alphabet.randomElement(using: &random) ?? "a")
            }
            guard let pattern = try? TextPattern(expression) else { continue }
            accepted += 1
            for text in ["", "a", "ab01", "Ж\nx"] { _ = pattern.matches(text) }
        }
        #expect(accepted > 200)
    }
}
