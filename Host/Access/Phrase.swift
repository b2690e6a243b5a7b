/// A text for people in both languages of the product.
package struct Phrase: Hashable, Sendable {
    package let ru: String
    package let en: String

    package init(ru: String, en: String) {
        self.ru = ru
        self.en = en
    }

    package init(_ ru: String, _ en: String) {
        self.init(ru: ru, en: en)
    }

    /// The text in one language.
    package subscript(language: Language) -> String {
        switch language {
        case .ru: ru
        case .en: en
        }
    }
}

/// The languages of the product.
package enum Language: String, Hashable, Sendable, CaseIterable {
    case ru, en
}
