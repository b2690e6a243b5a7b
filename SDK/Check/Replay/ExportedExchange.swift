import JSON
import DriverKit
import Values

extension Exchange {
    /// Reads an exchange as the API exports it: the answer of `…/tasks/{task}/exchange` in either of its forms,
    /// or its items alone.
    init(exported bytes: [UInt8], request: JSONValue) throws(Defect) {
        let first = bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else {
            try self.init(text: String(decoding: bytes, as: UTF8.self), request: request)
            return
        }
        let document: JSONValue
        do throws(JSONError) {
            document = try JSONValue(parsing: bytes)
        } catch {
            throw Defect(description: "the exchange is no JSON: \(error)")
        }
        guard let items = document.array ?? document["items"]?.array else {
            throw Defect(description: "the exchange has no list of items")
        }
        if let cursor = document["nextCursor"], !cursor.isNull {
            throw Defect(
                description:
                    "the exchange is only a part: ask for the rest with its nextCursor, or "
                    + "for all of it with Accept: text/plain")
        }
        self.init(request: request)
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

    /// Reads the form for people: `2026-11-21T09:00:00.123Z > 7E A0 0A` on each line.
    private init(text: String, request: JSONValue) throws(Defect) {
        self.init(request: request)
        for (index, line) in text.split(separator: "\n").enumerated() {
            let words = line.split(separator: " ", maxSplits: 2)
            guard words.count >= 2, let time = Timestamp(rfc3339: words[0]) else {
                throw Defect(description: "line \(index + 1) of the exchange has no time")
            }
            if index == 0 {
                opened = Moment(nanoseconds: 1_000_000_000, wallMilliseconds: time.milliseconds)
            }
            let rest = words.count > 2 ? words[2] : ""
            switch words[1] {
            case ">", "<":
                guard let pattern = Self.pattern(rest) else {
                    throw Defect(description: "line \(index + 1) of the exchange has no bytes")
                }
                steps.append((index + 1, words[1] == ">" ? .sent(pattern) : .received(pattern)))
            case "*":
                if rest.hasPrefix("disconnected") { steps.append((index + 1, .disconnected)) }
            default:
                throw Defect(
                    description: "line \(index + 1) of the exchange is neither > nor < nor *")
            }
        }
    }
}
