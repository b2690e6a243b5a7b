import Manifests
import Dispatching
import HTTP
import Plugins
import Store

/// Makes text for one reader of what was stored as templates with parameters.
struct MessageTexts {
    private let catalogue: Catalogue
    private let language: Manifests.Language

    init(_ call: Call) {
        catalogue = call.services.catalogue()
        language = call.language == .russian ? .ru : .en
    }

    /// The text of a message; empty for none.
    func text(_ message: StoredMessage?) -> String {
        message.map { $0.text(in: language, catalogue) } ?? ""
    }
}
