import Access
import Log
import Store

/// What the handlers stand on.
struct Services: Sendable {
    let store: Store
    let gate: Gate
    let log = Log("api")
}
