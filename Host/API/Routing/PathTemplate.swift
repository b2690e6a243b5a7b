/// The path of a route: fixed segments and named parameters, as `/api/v1/devices/{device}`.
struct PathTemplate: Hashable, Sendable {
    /// One part between slashes.
    enum Segment: Hashable, Sendable {
        case fixed(String)
        case parameter(String)
    }

    let segments: [Segment]

    init(_ text: String) {
        segments = text.split(separator: "/").map { part in
            part.hasPrefix("{") && part.hasSuffix("}")
                ? .parameter(String(part.dropFirst().dropLast())) : .fixed(String(part))
        }
    }

    /// The names in braces, in order.
    var parameters: [String] {
        segments.compactMap { if case .parameter(let name) = $0 { name } else { nil } }
    }

    /// The template as OpenAPI writes it.
    var text: String {
        segments.reduce(into: "") { text, segment in
            switch segment {
            case .fixed(let part): text += "/" + part
            case .parameter(let name): text += "/{" + name + "}"
            }
        }
    }
}
