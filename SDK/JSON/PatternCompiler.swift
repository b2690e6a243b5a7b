/// Turns the parts of a regular expression into steps.
struct PatternCompiler {
    private static let mostSteps = 2000

    private(set) var program: [TextPattern.Instruction] = []
    /// Counts parts that give no step, too: nested repetitions of nothing would take for ever.
    private var work = 0

    mutating func emit(_ piece: PatternPiece) throws(TextPatternError) {
        work += 1
        guard work <= Self.mostSteps, program.count <= Self.mostSteps else {
            throw TextPatternError(reason: "it has too many repetitions", offset: 0)
        }
        switch piece {
        case .empty: break
        case .set(let set): program.append(.match(set))
        case .textStart: program.append(.textStart)
        case .textEnd: program.append(.textEnd)
        case .sequence(let pieces):
            for piece in pieces { try emit(piece) }
        case .choice(let branches): try emit(choice: branches)
        case .repeated(let piece, let least, let most):
            for _ in 0..<least { try emit(piece) }
            if let most {
                try emit(piece, optionally: most - least)
            } else {
                try emit(endless: piece)
            }
        }
    }

    private mutating func emit(choice branches: [PatternPiece]) throws(TextPatternError) {
        var exits: [Int] = []
        for (index, branch) in branches.enumerated() {
            if index == branches.count - 1 {
                try emit(branch)
            } else {
                let split = reserve()
                try emit(branch)
                exits.append(reserve())
                program[split] = .split(split + 1, program.count)
            }
        }
        for exit in exits { program[exit] = .jump(program.count) }
    }

    private mutating func emit(
        _ piece: PatternPiece, optionally count: Int
    ) throws(TextPatternError) {
        var splits: [Int] = []
        for _ in 0..<count {
            splits.append(reserve())
            try emit(piece)
        }
        for split in splits { program[split] = .split(split + 1, program.count) }
    }

    private mutating func emit(endless piece: PatternPiece) throws(TextPatternError) {
        let split = reserve()
        try emit(piece)
        program.append(.jump(split))
        program[split] = .split(split + 1, program.count)
    }

    /// Makes room for a step whose target is not known yet.
    private mutating func reserve() -> Int {
        program.append(.jump(0))
        return program.count - 1
    }
}
