import Plugins
import Store
import Values

/// Items of a task as a session numbers them: one with several ranges to fill is several of the session's.
struct ItemParts: Sendable {
    /// What the driver is asked for.
    let requests: [SessionRequest.Item]
    /// The task's item by the session's, where the two numbers differ or the item has several parts.
    private let owners: [Int: Int]
    /// Parts of an item that have no answer yet.
    private var open: [Int: Int] = [:]
    /// The most telling answer of an item's parts so far.
    private var worst: [Int: ErrorCode] = [:]

    init(_ plan: AttemptPlan) {
        var requests: [SessionRequest.Item] = []
        var owners: [Int: Int] = [:]
        var next = (plan.items.map(\.number).max() ?? 0) + 1
        for item in plan.items {
            guard let ranges = plan.ranges[item.number], let first = ranges.first else {
                if let request = item.request(number: item.number, period: item.period) {
                    requests.append(request)
                }
                continue
            }
            var numbers = [item.number]
            for _ in ranges.dropFirst() {
                numbers.append(next)
                next += 1
            }
            for (number, range) in zip(numbers, [first] + ranges.dropFirst()) {
                if let request = item.request(number: number, period: range) {
                    requests.append(request)
                }
                if numbers.count > 1 { owners[number] = item.number }
            }
            if numbers.count > 1 { open[item.number] = numbers.count }
        }
        self.requests = requests
        self.owners = owners
    }

    /// Takes the outcome of a session's item.
    ///
    /// - Returns: The outcome of the task's item; nil while parts of it are open.
    mutating func fold(_ outcome: StoredItemOutcome) -> StoredItemOutcome? {
        guard let owner = owners[outcome.item] else { return outcome }
        var folded = outcome
        folded.item = owner
        guard outcome.stage == .final, let left = open[owner] else { return folded }
        let code = ErrorCode(rawValue: outcome.code) ?? .internalError
        let codes = [worst[owner], code].compactMap { $0 }
        worst[owner] = Verdict(of: codes).sharedCode
        open[owner] = left - 1
        guard left == 1 else { return nil }
        open[owner] = nil
        folded.code = (worst[owner] ?? code).rawValue
        return folded
    }

    /// The task's item that an item of the session belongs to.
    func owner(of item: Int) -> Int { owners[item] ?? item }
}

extension Verdict {
    /// The code of an item whose parts ended so: a part of the period that the device does not have is no
    /// failure of the others.
    fileprivate var sharedCode: ErrorCode {
        switch self {
        case .success, .partial: .ok
        case .error(let code): code
        }
    }
}

extension TaskItem {
    /// The item as a session's request wants it.
    fileprivate func request(number: Int, period: Range<Int64>?) -> SessionRequest.Item? {
        let kind: SessionRequest.ItemKind
        switch self.kind {
        case .archive: kind = .archive(symbol)
        case .journal: kind = .journal(symbol)
        case .state: kind = .state(symbol)
        case .command: kind = .command(symbol)
        }
        guard let number = UInt32(exactly: number) else { return nil }
        return SessionRequest.Item(
            number: number, kind: kind, quantity: quantity, tags: tags, period: period,
            parameters: parameters.object ?? [:])
    }
}
