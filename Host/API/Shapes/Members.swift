import JSON
import Values

/// An object that was compared with its shape.
///
/// What the shape requires is therefore there and of its kind; the values behind `??` stand only
/// where a member may be left out.
struct Members {
    let object: JSONObject

    init(_ object: JSONObject) {
        self.object = object
    }

    init(_ value: JSONValue?) {
        object = value?.object ?? JSONObject()
    }

    /// Whether the caller sent the member.
    func has(_ name: String) -> Bool { object[name] != nil }

    func text(_ name: String, else fallback: String = "") -> String {
        object[name]?.string ?? fallback
    }

    func optionalText(_ name: String) -> String? { object[name]?.string }

    func flag(_ name: String, else fallback: Bool = false) -> Bool {
        object[name]?.bool ?? fallback
    }

    func integer(_ name: String, else fallback: Int = 0) -> Int { object[name]?.int ?? fallback }

    func optionalInteger(_ name: String) -> Int? { object[name]?.int }

    func optionalNumber(_ name: String) -> Double? { object[name]?.double }

    func id(_ name: String) -> UUID { optionalID(name) ?? UUID(high: 0, low: 0) }

    func optionalID(_ name: String) -> UUID? { object[name]?.string.flatMap { UUID($0) } }

    func ids(_ name: String) -> [UUID] {
        (object[name]?.array ?? []).compactMap { $0.string.flatMap { UUID($0) } }
    }

    func texts(_ name: String) -> [String] { (object[name]?.array ?? []).compactMap(\.string) }

    func list(_ name: String) -> [Members] { (object[name]?.array ?? []).map { Members($0) } }

    func members(_ name: String) -> Members { Members(object[name]) }
}
