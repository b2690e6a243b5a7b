import Testing
import Values

@testable import Dispatching

@Suite struct VerdictTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var codes: [ErrorCode]
        var verdict: Verdict
        var testDescription: String { codes.map(\.symbol).joined(separator: " ") }
    }

    static let cases: [Case] = [
        Case(codes: [.ok], verdict: .success),
        Case(codes: [.ok, .ok, .ok], verdict: .success),
        Case(codes: [.ok, .objectUndefined], verdict: .partial),
        Case(codes: [.objectUndefined, .objectUndefined], verdict: .error(.objectUndefined)),
        Case(codes: [.ok, .timeout], verdict: .error(.timeout)),
        Case(codes: [.ok, .objectUndefined, .decode], verdict: .error(.decode)),
        Case(codes: [.timeout, .authentication], verdict: .error(.authentication)),
        Case(codes: [.timeout, .indeterminate], verdict: .error(.indeterminate)),
    ]

    @Test(arguments: cases)
    func followsTheItems(_ one: Case) {
        #expect(Verdict(of: one.codes) == one.verdict)
        #expect(Verdict(of: one.codes.reversed()) == one.verdict)
    }
}
