import CCommline
import Values

/// Why a call of the link has no effect.
package struct LinkRefusal: Error, Hashable, Sendable {
    /// What the plugin is told: `COMMLINE_INVALID`, `COMMLINE_TOO_MUCH`, `COMMLINE_UNSUPPORTED`.
    package let status: Int32
    /// For the plugin's log.
    package let reason: String
    /// A defect of the plugin, and not what may happen to a good one as well.
    package var isBreach = true

    static func invalid(_ reason: String) -> LinkRefusal {
        LinkRefusal(status: COMMLINE_INVALID, reason: reason)
    }

    static func tooMuch(_ reason: String) -> LinkRefusal {
        LinkRefusal(status: COMMLINE_TOO_MUCH, reason: reason, isBreach: false)
    }

    static func unsupported(_ reason: String) -> LinkRefusal {
        LinkRefusal(status: COMMLINE_UNSUPPORTED, reason: reason)
    }

    static let notConnected = LinkRefusal(
        status: COMMLINE_INVALID, reason: "not connected", isBreach: false)
    static let noLine = LinkRefusal(
        status: COMMLINE_UNSUPPORTED, reason: "this channel is not a serial line", isBreach: false)
}

/// Decides what a session may ask of its link now; knows nothing of memory, sockets or time.
///
/// These are the rules of `commline.h`: what is legal inside which callback, each limit, each item closed
/// once, and finish exactly once.
struct LinkRules {
    private struct ItemKey: Hashable {
        var requestID: UInt64
        var item: UInt32
    }

    let role: SessionRole
    private let mode: SessionMode
    private(set) var isConnected = false
    /// True from `finish` or `yielded` on.
    private(set) var hasEnded = false
    /// The size of the bytes being handled, where the event is RECEIVED.
    private var receivedCount = 0
    private var sendBudget = 0
    private var isOpening = false
    private var recordCount = 0
    private var noteCount = 0
    private let items: Set<UInt32>
    private var openItems: Set<ItemKey>
    private var commands: [UInt64: [UInt32]] = [:]
    private var memory: [String: Int]
    private var memoryCount: Int
    private var counters: [String: CounterBlock]
    /// What the callback ran out of.
    private(set) var shortages: Turn.Shortages = []

    init(_ opening: SessionOpening) {
        role = opening.role
        mode = opening.mode
        items = Set(opening.items)
        openItems = Set(opening.items.map { ItemKey(requestID: 0, item: $0) })
        memory = opening.memory
        memoryCount = opening.memory.reduce(0) { $0 + $1.key.utf8.count + $1.value }
        counters = opening.counters
    }

    // MARK: Callbacks

    /// A callback begins: `open`, where `event` is nil, or `handle`.
    mutating func begin(_ event: SessionEvent?, _ standing: SessionStanding) {
        isConnected = standing.isConnected
        sendBudget = standing.sendBudget
        isOpening = event == nil
        recordCount = 0
        noteCount = 0
        receivedCount = 0
        shortages = []
        for (counter, block) in standing.grants { counters[counter] = block }
        switch event {
        case .received(let bytes):
            receivedCount = bytes.count
        case .command(let requestID, _, let items):
            commands[requestID] = items
            for item in items { openItems.insert(ItemKey(requestID: requestID, item: item)) }
        default:
            break
        }
    }

    // MARK: The wire

    mutating func send(byteCount: Int) throws(LinkRefusal) {
        try alive()
        guard !isOpening else { throw .invalid("nothing can be sent inside open") }
        guard isConnected else { throw .notConnected }
        guard byteCount <= Int(COMMLINE_LIMIT_SEND_BYTES) else {
            throw .tooMuch("\(byteCount) bytes in one send; split them")
        }
        guard byteCount <= sendBudget else {
            shortages.insert(.sendBytes)
            throw .tooMuch("\(COMMLINE_LIMIT_SEND_BYTES) bytes are queued and unsent")
        }
        sendBudget -= byteCount
    }

    func redact(_ range: Range<Int>) throws(LinkRefusal) {
        guard receivedCount > 0 else { throw .invalid("no bytes are being handled") }
        guard range.upperBound <= receivedCount else {
            throw .invalid("\(range) is not within the \(receivedCount) bytes being handled")
        }
    }

    func deadline() throws(LinkRefusal) {
        try alive()
    }

    mutating func reconnect() throws(LinkRefusal) {
        try alive()
        try driverOnly("reconnect")
        isConnected = false
    }

    // MARK: Reports

    mutating func emit(item: UInt32?, requestID: UInt64) throws(LinkRefusal) {
        try alive()
        try driverOnly("emit")
        if let item, !isKnown(item, of: requestID) {
            throw .invalid("request \(requestID) has no item \(item)")
        }
        guard recordCount < Int(COMMLINE_LIMIT_RECORDS) else {
            shortages.insert(.perCallback)
            throw .tooMuch("more than \(COMMLINE_LIMIT_RECORDS) records in one callback")
        }
        recordCount += 1
    }

    mutating func outcome(_ outcome: ItemOutcome) throws(LinkRefusal) {
        try alive()
        try driverOnly("outcome")
        let key = ItemKey(requestID: outcome.requestID, item: outcome.item)
        guard openItems.contains(key) else {
            let problem = isKnown(outcome.item, of: outcome.requestID) ? "is closed" : "is unknown"
            throw .invalid("item \(outcome.item) of request \(outcome.requestID) \(problem)")
        }
        if outcome.stage == .final { openItems.remove(key) }
    }

    mutating func note() throws(LinkRefusal) {
        try alive()
        guard noteCount < Int(COMMLINE_LIMIT_NOTES) else {
            shortages.insert(.perCallback)
            throw .tooMuch("more than \(COMMLINE_LIMIT_NOTES) notes in one callback")
        }
        noteCount += 1
    }

    func progress(requestID: UInt64) throws(LinkRefusal) {
        try alive()
        try driverOnly("progress")
        guard requestID == 0 || commands[requestID] != nil else {
            throw .invalid("there is no request \(requestID)")
        }
    }

    func inventory() throws(LinkRefusal) {
        try alive()
        try driverOnly("inventory")
    }

    // MARK: Memory

    mutating func remember(key: String, byteCount: Int) throws(LinkRefusal) {
        try alive()
        try driverOnly("remember")
        guard !key.isEmpty else { throw .invalid("the key is empty") }
        guard key.utf8.count <= Int(COMMLINE_LIMIT_KEY) else {
            throw .tooMuch("a key has more than \(COMMLINE_LIMIT_KEY) bytes")
        }
        let keyCount = key.utf8.count
        let old = memory[key].map { $0 + keyCount } ?? 0
        let new = byteCount == 0 ? 0 : keyCount + byteCount
        guard memoryCount - old + new <= Int(COMMLINE_LIMIT_MEMORY) else {
            throw .tooMuch("the device's memory has more than \(COMMLINE_LIMIT_MEMORY) bytes")
        }
        memoryCount += new - old
        memory[key] = byteCount == 0 ? nil : byteCount
    }

    mutating func reserve(_ counter: String, count: UInt32) throws(LinkRefusal) -> UInt64 {
        try alive()
        try driverOnly("reserve")
        guard !counter.isEmpty, counter.utf8.count <= Int(COMMLINE_LIMIT_KEY) else {
            throw .invalid("the counter's name has 1 to \(COMMLINE_LIMIT_KEY) bytes")
        }
        guard count > 0 else { throw .invalid("nothing is to be reserved") }
        guard let first = counters[counter]?.take(UInt64(count)) else {
            shortages.insert(.counter)
            throw .tooMuch("\(count) numbers of \(counter) are not at hand")
        }
        return first
    }

    // MARK: Ends

    mutating func complete(requestID: UInt64) throws(LinkRefusal) {
        try alive()
        guard mode == .monitor, let items = commands.removeValue(forKey: requestID) else {
            throw .invalid("there is no command \(requestID)")
        }
        for item in items { openItems.remove(ItemKey(requestID: requestID, item: item)) }
    }

    mutating func finish() throws(LinkRefusal) {
        try alive()
        switch role {
        case .driver: hasEnded = true
        // A simulated device hangs up and lives on.
        case .simulator: isConnected = false
        }
    }

    mutating func yielded() throws(LinkRefusal) {
        try driverOnly("yielded")
        try finish()
    }

    // MARK: Common

    private func alive() throws(LinkRefusal) {
        guard !hasEnded else { throw .invalid("the session is finished") }
    }

    private func driverOnly(_ call: String) throws(LinkRefusal) {
        guard role == .driver else { throw .unsupported("a simulated device has no \(call)") }
    }

    /// True for every item that the request or the command has, open or not.
    private func isKnown(_ item: UInt32, of requestID: UInt64) -> Bool {
        requestID == 0 ? items.contains(item) : commands[requestID]?.contains(item) ?? false
    }
}
