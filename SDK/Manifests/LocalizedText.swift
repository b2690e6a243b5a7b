import JSON

/// A language in which the host speaks to people.
package enum Language: String, Hashable, Sendable, CaseIterable {
    case ru, en
}

/// One text in both languages.
package struct LocalizedText: Hashable, Sendable {
    package let ru: String
    package let en: String

    package init(ru: String, en: String) {
        self.ru = ru
        self.en = en
    }

    package subscript(language: Language) -> String {
        switch language {
        case .ru: ru
        case .en: en
        }
    }

    /// The texts as the manifest and the API show them.
    package var json: JSONValue { ["ru": .string(ru), "en": .string(en)] }
}
