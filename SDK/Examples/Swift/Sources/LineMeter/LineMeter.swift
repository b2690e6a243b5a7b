import DriverKit
import Values

/// Reads a meter that answers one question with one line: the smallest useful driver.
///
///     we send     READ <CR><LF>
///     it answers  A+ 1234.56 kWh <CR><LF>      or      ERR 7 <CR><LF>
struct LineMeter: Driver {
    func run(_ request: Request, on link: Link) async throws(DriverFailure) {
        do {
            let timeout = try request.settings.duration("EXAMPLE_TIMEOUT", default: .seconds(5))
            let attempts = try request.settings.integer(
                "EXAMPLE_ATTEMPTS", in: 1...10, default: 3)
            try await link.waitForConnection()
            let value = try reading(try await ask(link, timeout, attempts))
            for item in request.items {
                // The meter tells no time: the host takes its own and says so.
                try await link.emit(
                    .measurement(
                        archive: "CURRENT", quantity: "A+", tag: "TOTAL",
                        value: .decimal(value), time: nil, item: item.number))
                try link.outcome(item: item.number)
            }
        } catch {
            throw DriverFailure(error)
        }
    }

    /// Asks until an answer comes, at most so many times.
    private func ask(
        _ link: Link, _ timeout: Duration, _ attempts: Int
    ) async throws(LinkError) -> String {
        for attempt in 1..<attempts {
            do throws(LinkError) {
                return try await askOnce(link, timeout)
            } catch .timedOut {
                link.note(.warning, "example.again", ["attempt": .init(attempt + 1)])
            }
        }
        return try await askOnce(link, timeout)
    }

    private func askOnce(_ link: Link, _ timeout: Duration) async throws(LinkError) -> String {
        link.discardUnread()
        let line = try await link.exchange(Array("READ\r\n".utf8), timeout: timeout) { unread in
            unread.firstIndex(of: UInt8(ascii: "\n"))
                .map { .complete($0 - unread.startIndex + 1) } ?? .incomplete
        }
        return String(decoding: line.filter { $0 >= 0x20 }, as: UTF8.self)
    }

    private func reading(_ line: String) throws(DriverFailure) -> Decimal {
        let words = line.split(separator: " ")
        if words.count == 2, words[0] == "ERR", let number = Int32(words[1]) {
            throw DriverFailure(
                code: .objectUndefined, detail: number, message: Message("example.no-reading"))
        }
        guard words.count == 3, words[0] == "A+", words[2] == "kWh",
            let value = Decimal(String(words[1]))
        else {
            throw DriverFailure(
                code: .decode, message: Message("example.unreadable", ["line": .string(line)]))
        }
        return value
    }
}
