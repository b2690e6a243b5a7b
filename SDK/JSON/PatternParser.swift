/// A part of a regular expression.
indirect enum PatternPiece {
    case empty
    case set(CharacterSet)
    case sequence([PatternPiece])
    case choice([PatternPiece])
    case repeated(PatternPiece, least: Int, most: Int?)
    case textStart
    case textEnd
}

/// Takes a regular expression apart.
struct PatternParser {
    private static let longest = 1000
    private static let deepest = 20
    private static let mostRepetitions = 1000

    private let text: [Unicode.Scalar]
    private var index = 0
    private var depth = 0

    init(_ text: String) {
        self.text = Array(text.unicodeScalars.prefix(Self.longest + 1))
    }

    mutating func parse() throws(TextPatternError) -> PatternPiece {
        guard text.count <= Self.longest else {
            throw failure("it is longer than \(Self.longest) characters")
        }
        let piece = try choice()
        guard index == text.count else { throw failure("a ')' has no '('") }
        return piece
    }

    // MARK: Structure

    private mutating func choice() throws(TextPatternError) -> PatternPiece {
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() throws(TextPatternError) -> PatternPiece {
        var pieces: [PatternPiece] = []
        while let next = peek, next != "|", next != ")" {
            let piece = try atom()
            switch piece {
            case .textStart, .textEnd: pieces.append(piece)
            default: pieces.append(try repeated(piece))
            }
        }
        return pieces.count == 1 ? pieces[0] : .sequence(pieces)
    }

    private mutating func atom() throws(TextPatternError) -> PatternPiece {
        guard let next = peek else { return .empty }
        switch next {
        case "^":
            index += 1
            return .textStart
        case "$":
            index += 1
            return .textEnd
        case "(": return try group()
        case "[": return .set(try characterClass())
        case "\\": return .set(try escape())
        case ".":
            index += 1
            return .set(.notLineEnds)
        case "*", "+", "?", "{": throw failure("'\(next)' has nothing to repeat")
        case "}", "]": throw failure("'\(next)' must be written as '\\\(next)'")
        default:
            index += 1
            return .set(CharacterSet(next...next))
        }
    }

    private mutating func group() throws(TextPatternError) -> PatternPiece {
        guard depth < Self.deepest else { throw failure("groups are nested too deep") }
        index += 1
        depth += 1
        if take("?"), !take(":") {
            throw failure(
                "only groups '( )' and '(?: )' are supported, no look-around and no names")
        }
        let piece = try choice()
        guard take(")") else { throw failure("a '(' has no ')'") }
        depth -= 1
        // A repetition behind the group is one of the whole group.
        return .sequence([piece])
    }

    // MARK: Repetitions

    private mutating func repeated(
        _ piece: PatternPiece
    ) throws(TextPatternError) -> PatternPiece {
        let result: PatternPiece
        switch peek {
        case "*": result = .repeated(piece, least: 0, most: nil)
        case "+": result = .repeated(piece, least: 1, most: nil)
        case "?": result = .repeated(piece, least: 0, most: 1)
        case "{":
            let (least, most) = try bounds()
            // `bounds` stops at the closing brace.
            result = .repeated(piece, least: least, most: most)
        default: return piece
        }
        index += 1
        // Whether as few or as many as possible are taken makes no difference to a match.
        _ = take("?")
        if let next = peek, "*+?{".unicodeScalars.contains(next) {
            throw failure("'\(next)' has nothing to repeat")
        }
        return result
    }

    private mutating func bounds() throws(TextPatternError) -> (least: Int, most: Int?) {
        index += 1
        guard let least = try number() else { throw failure("a number must follow '{'") }
        var most: Int? = least
        if take(",") { most = try number() }
        guard peek == "}" else { throw failure("a repetition must be {n}, {n,} or {n,m}") }
        if let most, most < least { throw failure("a repetition's bounds are the wrong way round") }
        return (least, most)
    }

    private mutating func number() throws(TextPatternError) -> Int? {
        var result: Int?
        while let next = peek, CharacterSet.digits.contains(next) {
            let value = (result ?? 0) * 10 + Int(next.value - 0x30)
            guard value <= Self.mostRepetitions else {
                throw failure("more than \(Self.mostRepetitions) repetitions are not supported")
            }
            result = value
            index += 1
        }
        return result
    }

    // MARK: Characters

    private mutating func characterClass() throws(TextPatternError) -> CharacterSet {
        index += 1
        var result = CharacterSet()
        let isInverted = take("^")
        while !take("]") {
            guard let start = try classMember() else {
                throw failure("a '[' has no ']'")
            }
            guard peek == "-", index + 1 < text.count, text[index + 1] != "]" else {
                result.insert(start)
                continue
            }
            index += 1
            guard let end = try classMember(), let first = start.single, let last = end.single,
                first <= last
            else { throw failure("a range in a class must go from a lower to a higher character") }
            result.insert(first...last)
        }
        result.isInverted = isInverted
        return result
    }

    private mutating func classMember() throws(TextPatternError) -> CharacterSet? {
        guard let next = peek else { return nil }
        if next == "\\" { return try escape() }
        index += 1
        return CharacterSet(next...next)
    }

    private mutating func escape() throws(TextPatternError) -> CharacterSet {
        index += 1
        guard let next = peek else { throw failure("a character must follow '\\'") }
        index += 1
        switch next {
        case "d": return .digits
        case "D": return .digits.inverted
        case "w": return .words
        case "W": return .words.inverted
        case "s": return .spaces
        case "S": return .spaces.inverted
        case "t": return CharacterSet("\t"..."\t")
        case "n": return CharacterSet("\n"..."\n")
        case "r": return CharacterSet("\r"..."\r")
        case "f": return CharacterSet("\u{0C}"..."\u{0C}")
        case "v": return CharacterSet("\u{0B}"..."\u{0B}")
        case "0": return CharacterSet("\0"..."\0")
        case "x": return try hexadecimal(digits: 2)
        case "u": return try hexadecimal(digits: 4)
        default:
            if CharacterSet.words.contains(next), next != "_" {
                index -= 1
                throw failure("'\\\(next)' is not supported")
            }
            return CharacterSet(next...next)
        }
    }

    private mutating func hexadecimal(digits: Int) throws(TextPatternError) -> CharacterSet {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let next = peek, next.isASCII, let digit = Character(next).hexDigitValue else {
                throw failure("\(digits) hexadecimal digits must follow")
            }
            value = value << 4 | UInt32(digit)
            index += 1
        }
        guard let scalar = Unicode.Scalar(value) else {
            throw failure("a surrogate is not a character")
        }
        return CharacterSet(scalar...scalar)
    }

    // MARK: Reading

    private var peek: Unicode.Scalar? { index < text.count ? text[index] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == scalar else { return false }
        index += 1
        return true
    }

    private func failure(_ reason: String) -> TextPatternError {
        TextPatternError(reason: reason, offset: index)
    }
}

extension CharacterSet {
    /// The one character of the set, or nil where it is a class.
    fileprivate var single: UInt32? {
        guard !isInverted, ranges.count == 1, ranges[0].count == 1 else { return nil }
        return ranges[0].lowerBound
    }

    fileprivate var inverted: CharacterSet {
        var result = self
        result.isInverted.toggle()
        return result
    }
}
