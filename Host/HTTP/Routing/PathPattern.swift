/// A path with places for parameters: `/api/v1/devices/{id}`.
package struct PathPattern: Hashable, Sendable, CustomStringConvertible,
    ExpressibleByStringLiteral
{
    package enum Segment: Hashable, Sendable {
        case literal(String)
        case parameter(String)
    }

    package let description: String
    package let segments: [Segment]

    /// Reads a pattern; what is wrong with it, the router says when it is made.
    package init(_ text: String) {
        description = text
        segments = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map {
            if $0.hasPrefix("{"), $0.hasSuffix("}") {
                return .parameter(String($0.dropFirst().dropLast()))
            }
            return .literal(String($0))
        }
    }

    package init(stringLiteral value: String) {
        self.init(value)
    }

    /// The names of the parameters, in order.
    package var parameterNames: [String] {
        segments.compactMap {
            if case .parameter(let name) = $0 { return name }
            return nil
        }
    }

    /// Whether it begins with a slash, and its parameters have names that differ.
    var isValid: Bool {
        let names = parameterNames
        return description.hasPrefix("/") && Set(names).count == names.count
            && !names.contains("")
    }

    /// The path with values for its parameters, percent-encoded; a name without a value stays as it is.
    package func path(_ values: [String: String]) -> String {
        let parts = segments.map { segment -> String in
            switch segment {
            case .literal(let text): text
            case .parameter(let name): values[name].map(PercentCoding.encode) ?? "{\(name)}"
            }
        }
        return "/" + parts.joined(separator: "/")
    }
}
