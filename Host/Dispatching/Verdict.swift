import Values

/// How a task ended, derived by the host from its items' outcomes; no driver decides it.
package enum Verdict: Hashable, Sendable {
    /// Every item was answered.
    case success
    /// Some of the requested parameters do not exist in the device; the others were answered.
    case partial
    /// Something else failed; the code is that of the most telling failure.
    case error(ErrorCode)

    /// Derives the verdict.
    ///
    /// - Parameter codes: The final code of every item of the task, in any order; at least one.
    package init(of codes: [ErrorCode]) {
        let failures = codes.filter { $0 != .ok }
        guard !failures.isEmpty else {
            self = .success
            return
        }
        let serious = failures.filter { $0 != .objectUndefined }
        if serious.isEmpty, failures.count < codes.count {
            self = .partial
            return
        }
        self = .error(
            (serious.isEmpty ? failures : serious).min { Self.rank($0) < Self.rank($1) }
                ?? .internalError)
    }

    /// The code for the task's own row.
    package var code: ErrorCode {
        switch self {
        case .success: .ok
        case .partial: .objectUndefined
        case .error(let code): code
        }
    }

    /// What a person must hear of first: what they can mend, then what the line did, then the rest.
    private static func rank(_ code: ErrorCode) -> Int {
        let order: [ErrorCode] = [
            .indeterminate, .configuration, .authentication, .accessDenied, .busy, .transport,
            .timeout, .protocolViolation, .decode, .pluginCrashed, .store, .internalError,
            .cancelled, .objectUndefined,
        ]
        return order.firstIndex(of: code) ?? order.count
    }
}
