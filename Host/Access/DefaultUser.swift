/// The accounts of the first start.
///
/// Source: ceHES, table 7 (logins and passwords) and figure 71 (addresses). They are published, so
/// the host warns about each of them until its password is changed.
package enum DefaultUser: String, Hashable, Sendable, CaseIterable {
    case user
    case `operator`
    case admin

    package var name: String { rawValue }
    package var email: String { rawValue + "@cehes.com" }
    package var password: String { "hes" + rawValue }

    package var role: BuiltInRole {
        switch self {
        case .user: .user
        case .operator: .operator
        case .admin: .administrator
        }
    }
}
