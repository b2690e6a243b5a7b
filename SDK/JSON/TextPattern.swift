/// A regular expression that is matched in time proportional to the text, whatever the expression.
///
/// It is the part of ECMA-262 that schemas need, over code points and case-sensitive:
/// - characters for themselves, and `.` for all but line ends;
/// - the escapes `\t \n \r \f \v \0 \xHH \uHHHH`, and `\` before a character that is not a letter
///   or a digit;
/// - the classes `[a-z_]`, `[^0-9]`, and `\d \D \w \W \s \S` inside and outside of them;
/// - the anchors `^` and `$` for the ends of the text;
/// - groups `( )` and `(?: )`, alternatives `|`, and the repetitions `* + ? {n} {n,} {n,m}`.
///
/// Without anchors it may match anywhere in the text. Look-around, references to groups, word
/// boundaries, flags and Unicode properties are refused.
struct TextPattern: Hashable, Sendable {
    /// The expression as it was written.
    let text: String
    private let program: [Instruction]

    enum Instruction: Hashable, Sendable {
        case match(CharacterSet)
        case split(Int, Int)
        case jump(Int)
        case textStart
        case textEnd
        case accept
    }

    /// Compiles an expression.
    ///
    /// - Parameter text: At most 1000 characters; repetitions written out may give 2000 steps.
    /// - Throws: `TextPatternError` with a reason for people.
    init(_ text: String) throws(TextPatternError) {
        var parser = PatternParser(text)
        var compiler = PatternCompiler()
        try compiler.emit(parser.parse())
        self.text = text
        program = compiler.program + [.accept]
    }

    /// Whether the expression matches somewhere in a text.
    ///
    /// - Parameter text: Any text.
    /// - Returns: True where it does.
    func matches(_ text: String) -> Bool {
        var states = StateSet(count: program.count)
        var next = StateSet(count: program.count)
        var isStart = true
        var scalars = text.unicodeScalars.makeIterator()
        var current = scalars.next()
        while true {
            // A match may start at each place.
            if follow(0, into: &states, isStart: isStart, isEnd: current == nil) { return true }
            guard let scalar = current else { return false }
            current = scalars.next()
            isStart = false
            next.removeAll()
            for state in states.members {
                if case .match(let set) = program[state], set.contains(scalar),
                    follow(state + 1, into: &next, isStart: false, isEnd: current == nil)
                {
                    return true
                }
            }
            swap(&states, &next)
        }
    }

    /// Adds a state and all that are reached from it without a character; true where the expression
    /// is satisfied.
    private func follow(
        _ first: Int, into states: inout StateSet, isStart: Bool, isEnd: Bool
    ) -> Bool {
        // An array made anew for each character would cost more than all the rest.
        states.pending.append(first)
        while let state = states.pending.popLast() {
            guard states.insert(state) else { continue }
            switch program[state] {
            case .match: break
            case .split(let one, let other):
                states.pending.append(other)
                states.pending.append(one)
            case .jump(let target): states.pending.append(target)
            case .textStart: if isStart { states.pending.append(state + 1) }
            case .textEnd: if isEnd { states.pending.append(state + 1) }
            case .accept: return true
            }
        }
        return false
    }

    /// States, each once, with a constant time for every operation.
    private struct StateSet {
        private(set) var members: [Int] = []
        private var isMember: [Bool]
        /// States that are still to be followed.
        var pending: [Int] = []

        init(count: Int) {
            isMember = [Bool](repeating: false, count: count)
        }

        mutating func insert(_ state: Int) -> Bool {
            guard !isMember[state] else { return false }
            isMember[state] = true
            members.append(state)
            return true
        }

        mutating func removeAll() {
            for state in members { isMember[state] = false }
            members.removeAll(keepingCapacity: true)
        }
    }
}

/// Why a regular expression is refused.
struct TextPatternError: Error, Hashable {
    /// The reason for people.
    let reason: String
    /// Where, zero-based, in characters.
    let offset: Int
}

/// A set of code points.
struct CharacterSet: Hashable, Sendable {
    private(set) var ranges: [ClosedRange<UInt32>] = []
    var isInverted = false

    mutating func insert(_ range: ClosedRange<UInt32>) {
        ranges.append(range)
    }

    mutating func insert(_ other: CharacterSet) {
        ranges += other.isInverted ? Self.complement(of: other.ranges) : other.ranges
    }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        ranges.contains { $0.contains(scalar.value) } != isInverted
    }

    private static func complement(of ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
        var result: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > next { result.append(next...range.lowerBound - 1) }
            next = max(next, range.upperBound + 1)
        }
        if next <= 0x10FFFF { result.append(next...0x10FFFF) }
        return result
    }

    init(_ ranges: ClosedRange<Unicode.Scalar>..., isInverted: Bool = false) {
        self.ranges = ranges.map { $0.lowerBound.value...$0.upperBound.value }
        self.isInverted = isInverted
    }

    static let digits = CharacterSet("0"..."9")
    static let words = CharacterSet("0"..."9", "A"..."Z", "a"..."z", "_"..."_")
    /// White space and line ends of ECMA-262.
    static let spaces = CharacterSet(
        "\t"..."\r", " "..." ", "\u{A0}"..."\u{A0}", "\u{1680}"..."\u{1680}",
        "\u{2000}"..."\u{200A}", "\u{2028}"..."\u{2029}", "\u{202F}"..."\u{202F}",
        "\u{205F}"..."\u{205F}", "\u{3000}"..."\u{3000}", "\u{FEFF}"..."\u{FEFF}")
    static let notLineEnds = CharacterSet(
        "\n"..."\n", "\r"..."\r", "\u{2028}"..."\u{2029}", isInverted: true)
}
