import HTTP
import Synchronization

/// The descriptions of the API, each written when it is first asked for.
final class Documents: Sendable {
    private let version: String
    private let openAPI = Mutex<[UInt8]?>(nil)
    private let pages = Mutex<[Language: [UInt8]]>([:])

    init(version: String) {
        self.version = version
    }

    /// The OpenAPI document.
    var openAPIBytes: [UInt8] {
        openAPI.withLock { known in
            if let known { return known }
            let bytes = OpenAPIDocument.make(endpoints: API.endpoints, version: version).bytes()
            known = bytes
            return bytes
        }
    }

    /// The page for people.
    func page(in language: Language) -> [UInt8] {
        pages.withLock { known in
            if let page = known[language] { return page }
            let bytes = DocumentationPage.bytes(API.endpoints, version: version, language)
            known[language] = bytes
            return bytes
        }
    }
}
