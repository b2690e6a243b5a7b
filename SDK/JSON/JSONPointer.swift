/// The place of a value in a document (RFC 6901).
public struct JSONPointer: Hashable, Sendable {
    /// The names and numbers from the document's root to the value, not escaped.
    public var tokens: [String]

    /// Makes a pointer from its tokens.
    ///
    /// - Parameter tokens: Names and numbers, not escaped; none point to the whole document.
    public init(_ tokens: [String] = []) {
        self.tokens = tokens
    }

    /// The pointer to a member.
    ///
    /// - Parameter key: The member's name.
    /// - Returns: This pointer with one more token.
    public func appending(_ key: String) -> JSONPointer {
        JSONPointer(tokens + [key])
    }

    /// The pointer to an element.
    ///
    /// - Parameter index: Zero-based.
    /// - Returns: This pointer with one more token.
    public func appending(_ index: Int) -> JSONPointer {
        appending(String(index))
    }

    /// Whether this is a place in the value to which another pointer points, or that value itself.
    ///
    /// - Parameter other: A pointer.
    /// - Returns: True where the other's tokens are the first of this one's.
    public func isWithin(_ other: JSONPointer) -> Bool {
        tokens.starts(with: other.tokens)
    }
}

extension JSONPointer: LosslessStringConvertible {
    /// The pointer as text, such as `/settings/0/name`; empty for the whole document.
    public var description: String {
        var result = ""
        for token in tokens {
            result += "/"
            for character in token.unicodeScalars {
                switch character {
                case "~": result += "~0"
                case "/": result += "~1"
                default: result.unicodeScalars.append(character)
                }
            }
        }
        return result
    }

    /// Reads a pointer from text.
    ///
    /// - Parameter text: Empty, or a slash before each token, with `~0` for a tilde and `~1` for a
    ///   slash; nil is returned for anything else.
    public init?(_ text: String) {
        guard !text.isEmpty else {
            self.init()
            return
        }
        guard text.utf8.first == UInt8(ascii: "/") else { return nil }
        var tokens: [String] = []
        for part in text.unicodeScalars.split(separator: "/", omittingEmptySubsequences: false)
            .dropFirst()
        {
            var token = ""
            var isEscaped = false
            for character in part {
                switch (isEscaped, character) {
                case (true, "0"): token += "~"
                case (true, "1"): token += "/"
                case (true, _): return nil
                case (false, "~"): break
                case (false, _): token.unicodeScalars.append(character)
                }
                isEscaped = !isEscaped && character == "~"
            }
            guard !isEscaped else { return nil }
            tokens.append(token)
        }
        self.init(tokens)
    }
}

extension JSONValue {
    /// The value at a place in this one, or nil where there is none.
    ///
    /// - Parameter pointer: The place; elements are numbered without superfluous zeros.
    public subscript(pointer: JSONPointer) -> JSONValue? {
        var current = self
        for token in pointer.tokens {
            switch current {
            case .object(let object):
                guard let next = object[token] else { return nil }
                current = next
            case .array(let elements):
                guard let index = Int(token), String(index) == token,
                    elements.indices.contains(index)
                else { return nil }
                current = elements[index]
            default:
                return nil
            }
        }
        return current
    }
}
