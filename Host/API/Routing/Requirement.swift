import Access

/// Who may call a route.
enum Requirement: Hashable, Sendable {
    /// Anybody, without a token.
    case open
    /// Whoever is logged in.
    case signedIn
    /// Who has every one of the permissions.
    case all([Permission])
    /// Who has at least one of them.
    case any([Permission])

    /// Who has the permission.
    static func permission(_ permission: Permission) -> Requirement { .all([permission]) }

    /// Whether a caller with these permissions may go on.
    func isMet(by permissions: Set<Permission>) -> Bool {
        switch self {
        case .open, .signedIn: true
        case .all(let needed): needed.allSatisfy(permissions.contains)
        case .any(let enough): enough.contains(where: permissions.contains)
        }
    }

    /// The permissions that are named.
    var permissions: [Permission] {
        switch self {
        case .open, .signedIn: []
        case .all(let permissions), .any(let permissions): permissions
        }
    }

    /// What a caller who may not go on is told.
    var phrase: Phrase {
        let names = permissions.map(\.symbol).joined(separator: ", ")
        return switch self {
        case .open: Phrase("Доступно всем.", "Open to everybody.")
        case .signedIn: Phrase("Нужен вход в систему.", "Needs a login.")
        case .all: Phrase("Нужны разрешения: \(names).", "Needs the permissions: \(names).")
        case .any:
            Phrase("Нужно одно из разрешений: \(names).", "Needs one of the permissions: \(names).")
        }
    }
}
