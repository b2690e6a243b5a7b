/// A language of the product.
package enum Language: String, Hashable, Sendable, CaseIterable {
    case english = "en"
    case russian = "ru"

    /// Chooses by `Accept-Language` (RFC 9110, section 12.5.4): the highest weight, then the first named.
    ///
    /// English where the field is missing or names neither language.
    package init(accepting field: String?) {
        var best = (weight: 0, language: Language.english)
        for range in (field ?? "").split(separator: ",").prefix(32) {
            let parts = range.split(separator: ";")
            guard let tag = parts.first, let language = Self.named(tag.trimmingBlanks) else {
                continue
            }
            let weight = parts.count > 1 ? Self.weight(parts[1].trimmingBlanks) : 1000
            if weight > best.weight { best = (weight, language) }
        }
        self = best.language
    }

    private static func named(_ tag: Substring) -> Language? {
        if tag == "*" { return .english }
        return tag.split(separator: "-").first.flatMap { Language(rawValue: $0.lowercased()) }
    }

    /// Reads `q=0.8` in thousandths; anything else does not count.
    private static func weight(_ text: Substring) -> Int {
        guard text.lowercased().hasPrefix("q=") else { return 0 }
        let parts = text.dropFirst(2).split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = parts.first, whole == "0" || whole == "1" else {
            return 0
        }
        let fraction = parts.count == 2 ? parts[1] : ""
        guard fraction.count <= 3, fraction.utf8.allSatisfy(\.isDigit) else { return 0 }
        let thousandths = Int(fraction + String(repeating: "0", count: 3 - fraction.count)) ?? 0
        return whole == "1" ? 1000 : thousandths
    }
}

/// A text for people in each language of the product.
package struct LocalizedText: Hashable, Sendable {
    package let english: String
    package let russian: String

    package init(_ english: String, ru russian: String) {
        self.english = english
        self.russian = russian
    }

    package func text(in language: Language) -> String {
        switch language {
        case .english: english
        case .russian: russian
        }
    }
}
