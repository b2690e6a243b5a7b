import Store

extension StoreError {
    /// Whether something is not there.
    var isNotFound: Bool {
        if case .notFound = self { return true }
        return false
    }

    /// Whether the same call may succeed later: a full disk is emptied, a lock is released.
    var isTransient: Bool {
        guard case .database(let failure) = self else { return false }
        switch failure.kind {
        case .full, .busy, .inputOutput: return true
        case .corrupt, .constraint, .interrupted, .other: return false
        }
    }
}
