import JSON

/// A text for people, kept as the identifier of a template and the values for it.
///
/// The API renders it in the reader's language with the templates of the manifest.
package struct StoredMessage: Hashable, Sendable {
    /// The template's identifier; empty when `detail` is all there is.
    package var id: String
    /// The values for the template's names: an object, or null.
    package var parameters: JSONValue
    /// Free text beside or instead of the template; empty for none.
    package var detail: String

    package init(id: String, parameters: JSONValue = .null, detail: String = "") {
        self.id = id
        self.parameters = parameters
        self.detail = detail
    }
}
