import DriverKit
import JSON

/// Where two runs of a session part.
struct TraceDifference: Hashable, CustomStringConvertible {
    let description: String

    /// Finds the first difference; nil where there is none.
    init?(expected: [TraceEntry], got: [TraceEntry]) {
        var events = 0
        for index in 0..<max(expected.count, got.count) {
            let one = index < expected.count ? expected[index] : nil
            let other = index < got.count ? got[index] : nil
            if one != other {
                self.init(
                    events, "", one.map(Recording.json), other.map(Recording.json))
                return
            }
            if case .event = one { events += 1 }
        }
        return nil
    }

    /// Words a difference.
    ///
    /// - Parameters:
    ///   - event: How many events were delivered before, the one that is being handled included.
    ///   - name: That event's name.
    ///   - expected: What was recorded, or nil for nothing more.
    ///   - got: What came, or nil for nothing more.
    init(_ event: Int, _ name: String, _ expected: JSONValue?, _ got: JSONValue?) {
        let place = event == 0 ? "in open" : "event \(event)" + (name.isEmpty ? "" : " (\(name))")
        description =
            "\(place): expected \(Self.text(expected)), got \(Self.text(got))"
    }

    private static func text(_ value: JSONValue?) -> String {
        guard let value else { return "nothing more" }
        let text = value.text()
        return text.utf8.count <= 400 ? text : String(text.prefix(400)) + "…"
    }
}
