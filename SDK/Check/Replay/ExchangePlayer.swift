import DriverKit
import JSON
import Values
import Wire

/// What crossed a wire once: bytes in both directions, and what became of it.
struct Exchange {
    /// A stretch of bytes; nil where the value is not known and matches anything.
    typealias Pattern = [UInt8?]

    enum Step {
        case sent(Pattern)
        case received(Pattern)
        case disconnected
        /// The code with which the session has to end.
        case finish(ErrorCode)
        /// A measurement that has to come: archive, quantity, tag, value.
        case record([String])
    }

    /// Why a file is no exchange, with the place.
    struct Defect: Error, CustomStringConvertible {
        let description: String
    }

    var request: JSONValue
    /// The steps with the line of the file where they stand.
    var steps: [(line: Int, step: Step)] = []
    /// The random bytes that the driver drew.
    var random: [UInt8] = []
    /// When the session was opened.
    var opened = Subject.now

    /// Reads `7E A0 ** 7E`, with or without spaces.
    static func pattern(_ text: some StringProtocol) -> Pattern? {
        let digits = text.utf8.filter { $0 != 0x20 && $0 != 0x09 }
        guard digits.count % 2 == 0 else { return nil }
        let star = UInt8(ascii: "*")
        var pattern: Pattern = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            if digits[index] == star, digits[index + 1] == star {
                pattern.append(nil)
            } else if let high = Hex.digit(digits[index]), let low = Hex.digit(digits[index + 1]) {
                pattern.append(high << 4 | low)
            } else {
                return nil
            }
        }
        return pattern
    }

    /// Reads an exchange as the API exports it: the answer of `…/tasks/{task}/exchange`, or its items.
    init(exported bytes: [UInt8], request: JSONValue) throws(Defect) {
        let document: JSONValue
        do throws(JSONError) {
            document = try JSONValue(parsing: bytes)
        } catch {
            throw Defect(description: "the exchange is no JSON: \(error)")
        }
        guard let items = document.array ?? document["items"]?.array else {
            throw Defect(description: "the exchange has no list of items")
        }
        self.request = request
        var wall: Int64?
        for (index, item) in items.enumerated() {
            if wall == nil { wall = Self.time(item["time"]) }
            let pattern = Self.pattern(item["bytes"]?.string ?? "")
            switch item["direction"]?.string {
            case "sent", "received":
                guard let pattern else {
                    throw Defect(description: "item \(index) of the exchange has no bytes")
                }
                let isSent = item["direction"]?.string == "sent"
                steps.append((index, isSent ? .sent(pattern) : .received(pattern)))
            case "disconnected": steps.append((index, .disconnected))
            case "connected", "info": break
            default:
                throw Defect(
                    description: "item \(index) of the exchange has no direction that is known")
            }
        }
        if let wall { opened = Moment(nanoseconds: 1_000_000_000, wallMilliseconds: wall) }
    }

    private static func time(_ value: JSONValue?) -> Int64? {
        value?.number?.int64 ?? value?.string.flatMap { Timestamp(rfc3339: $0)?.milliseconds }
    }
}

/// Plays an exchange to a driver: received bytes are given to it, what it sends is compared.
struct ExchangePlayer {
    private let session: RehearsedSession
    private let exchange: Exchange
    private var unmatched: [UInt8] = []
    private static let mostDeadlines = 1000

    init(
        _ exchange: Exchange, _ plugin: RehearsedPlugin, _ oversight: Oversight
    ) throws(RehearsalError) {
        self.exchange = exchange
        var oversight = oversight
        oversight.answers = RecordedAnswers(random: exchange.random)
        session = try RehearsedSession(
            of: plugin, request: exchange.request, clock: VirtualClock(now: exchange.opened),
            oversight: oversight)
    }

    /// Plays all of it.
    ///
    /// - Parameter step: Told before each step.
    /// - Returns: Where the driver did otherwise; nil where it did not.
    mutating func play(_ step: (String) -> Void) -> String? {
        if let refusal = session.refusal {
            return "open refused the request: \(refusal.code.symbol) "
                + "\(refusal.message?.description ?? "")"
        }
        session.connect()
        var problem: String?
        for (line, one) in exchange.steps {
            step("line \(line) of the exchange")
            if let found = take(one) {
                problem = "line \(line): \(found)"
                break
            }
        }
        if session.isRunning, problem == nil { session.askToClose() }
        session.close()
        return problem ?? session.violations.first
    }

    private mutating func take(_ step: Exchange.Step) -> String? {
        switch step {
        case .sent(let pattern): return match(pattern)
        case .received(let pattern):
            if let extra = extraBytes { return extra }
            guard session.isRunning else {
                return "the session has ended (\(ending)), but more was received"
            }
            session.drained()
            session.deliver(pattern.map { $0 ?? 0 })
        case .disconnected:
            if session.isRunning { session.disconnect(.ok) }
        case .finish(let code):
            settle()
            if let extra = extraBytes { return extra }
            guard session.finish?.code == code else {
                return "expected to end with \(code.symbol), got \(ending)"
            }
        case .record(let words):
            settle()
            let has = session.records.contains { record in
                guard case .measurement(let archive, let quantity, let tag, let value, _) =
                    record.content
                else { return false }
                return [archive, quantity, tag, value?.description ?? "absent"] == words
            }
            if !has { return "expected the record \(words.joined(separator: " ")), it did not come" }
        }
        return nil
    }

    private var ending: String {
        session.finish.map { "\($0.code.symbol) \($0.message?.description ?? "")" }
            ?? (session.isRunning ? "no end" : "a checkpoint")
    }

    /// What the driver sent beyond what was recorded.
    private var extraBytes: String? {
        mutating get {
            unmatched += session.takeSent().flatMap { $0 }
            guard !unmatched.isEmpty else { return nil }
            return "expected no bytes, got \(unmatched.hex(separator: " "))"
        }
    }

    /// Lets timers pass until the session has ended or has nothing to wait for.
    private func settle() {
        var passed = 0
        while session.isRunning, passed < Self.mostDeadlines, session.passDeadline() {
            passed += 1
        }
    }

    private mutating func match(_ pattern: Exchange.Pattern) -> String? {
        var passed = 0
        unmatched += session.takeSent().flatMap { $0 }
        while unmatched.count < pattern.count {
            guard session.isRunning, passed < Self.mostDeadlines, session.passDeadline() else {
                let got = unmatched.isEmpty ? "nothing" : unmatched.hex(separator: " ")
                return "expected \(Self.text(pattern)), got \(got) and then \(ending)"
            }
            passed += 1
            unmatched += session.takeSent().flatMap { $0 }
        }
        for (index, byte) in pattern.enumerated() {
            guard let byte, byte != unmatched[index] else { continue }
            return "byte \(index): expected \(Self.text(pattern)), got "
                + Array(unmatched.prefix(pattern.count)).hex(separator: " ")
        }
        unmatched.removeFirst(pattern.count)
        return nil
    }

    private static func text(_ pattern: Exchange.Pattern) -> String {
        pattern.map { $0.map { [$0].hex } ?? "**" }.joined(separator: " ")
    }
}
