import JSON

/// A command for a monitor session: items as in a request.
package struct SessionCommand: Sendable {
    package var json: JSONObject

    /// Makes a command of items.
    package init(items: [SessionRequest.Item]) {
        json = ["items": JSONValue(items.map(\.json))]
    }

    var text: String { JSONValue.object(json).text() }
    var itemNumbers: [UInt32] { SessionPlan.items(of: .object(json)) }
}

extension SessionPlan {
    /// The request as the driver reads it.
    var requestText: String { JSONValue.object(request).text() }

    /// The sizes of what the device remembers, by key.
    var memorySizes: [String: Int] {
        var sizes: [String: Int] = [:]
        for (key, value) in request["memory"]?.object ?? [:] {
            let text = value.string ?? ""
            // Four characters of base64 are three bytes, less the padding.
            let padding = text.utf8.suffix(2).count { $0 == UInt8(ascii: "=") }
            sizes[key] = max(0, text.utf8.count / 4 * 3 - padding)
        }
        return sizes
    }
}

extension Duration {
    /// In whole milliseconds, between 0 and the largest `UInt32`.
    var clampedMilliseconds: UInt32 { UInt32(clamping: clampedNanoseconds / 1_000_000) }
}

extension Turn {
    /// The same turn of a session that was not opened: what it asked for does not happen.
    var withoutActions: Turn {
        var turn = self
        turn.actions = []
        turn.shortages = []
        return turn
    }
}
