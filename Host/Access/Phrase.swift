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
}
