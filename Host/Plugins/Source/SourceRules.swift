import CCommline
import Values

/// Decides what an integrator may ask of its sink now; knows nothing of memory, threads or time.
struct SourceRules {
    private let items: Set<UInt32>
    /// How far each item has come; nil while nothing was said about it.
    private var stages: [UInt32: ItemStage] = [:]
    private var memory: [String: Int]
    private var memoryCount: Int

    init(_ opening: SourceOpening) {
        items = Set(opening.items)
        memory = opening.memory
        memoryCount = opening.memory.reduce(0) { $0 + $1.key.utf8.count + $1.value }
    }

    func record(item: UInt32?, requestID: UInt64) throws(LinkRefusal) {
        try noCommand(requestID)
        guard let item, !items.contains(item) else { return }
        throw .invalid("the request has no item \(item)")
    }

    mutating func outcome(_ outcome: ItemOutcome) throws(LinkRefusal) {
        try noCommand(outcome.requestID)
        guard items.contains(outcome.item) else {
            throw .invalid("the request has no item \(outcome.item)")
        }
        let stage = stages[outcome.item]
        guard stage != .final else { throw .invalid("item \(outcome.item) is closed") }
        stages[outcome.item] = max(stage ?? outcome.stage, outcome.stage)
    }

    mutating func remember(key: String, byteCount: Int) throws(LinkRefusal) {
        guard !key.isEmpty else { throw .invalid("the key is empty") }
        let keyCount = key.utf8.count
        guard keyCount <= Int(COMMLINE_LIMIT_KEY) else {
            throw .tooMuch("a key has more than \(COMMLINE_LIMIT_KEY) bytes")
        }
        let old = memory[key].map { $0 + keyCount } ?? 0
        let new = byteCount == 0 ? 0 : keyCount + byteCount
        guard memoryCount - old + new <= Int(COMMLINE_LIMIT_MEMORY) else {
            throw .tooMuch("the source's memory has more than \(COMMLINE_LIMIT_MEMORY) bytes")
        }
        memoryCount += new - old
        memory[key] = byteCount == 0 ? nil : byteCount
    }

    /// What becomes of the items that were left without a final outcome when the run ends with `code`.
    ///
    /// A command that was about to act, and that the source did not confirm, may have acted.
    func remaining(_ code: ErrorCode) -> [ItemOutcome] {
        items.sorted().filter { stages[$0] != .final }.map { item in
            let isOpen = stages[item] == .sent && code != .ok
            return ItemOutcome(item: item, stage: .final, code: isOpen ? .indeterminate : code)
        }
    }

    /// A run is one request: the numbers of commands belong to monitor sessions.
    private func noCommand(_ requestID: UInt64) throws(LinkRefusal) {
        guard requestID == 0 else { throw .invalid("request_id is \(requestID), not 0") }
    }
}
