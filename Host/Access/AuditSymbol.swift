import Store

/// What the audit tells of, as the manual's tables of events name it.
///
/// Source: ceHES, 2.2.20, tables 4 (general) and 5 (security). The last ones are ours.
package enum AuditSymbol: String, Hashable, Sendable, CaseIterable {
    case deviceAdded = "SET_DEVICE_ADD"
    case deviceUpdated = "SET_DEVICE_UPDATE"
    case deviceRemoved = "SET_DEVICE_REMOVE"
    case groupAdded = "SET_DEVICE_GROUP_ADD"
    case groupUpdated = "SET_DEVICE_GROUP_UPDATE"
    case groupRemoved = "SET_DEVICE_GROUP_REMOVE"
    case archiveUpdated = "SET_MEASUREMENT_ARCHIVE_UPDATE"

    case login = "SSET_LOGIN"
    case logout = "SSET_LOGOUT"
    case passwordChanged = "SSET_PASSWORD_CHANGE"
    case configurationChanged = "SSET_CONFIGURATION_CHANGE"
    case userAdded = "SSET_USER_ADD"
    case userRolesUpdated = "SSET_USER_UPDATE_ROLE"
    case userEnabledUpdated = "SSET_USER_UPDATE_ENABLED"
    case userRemoved = "SSET_USER_REMOVE"
    case roleAdded = "SSET_ROLE_ADD"
    case roleUpdated = "SSET_ROLE_UPDATE"
    case roleRemoved = "SSET_ROLE_REMOVE"

    /// Ours: figure 58 shows the event, table 5 has no symbol for it.
    case loginFailed = "SSET_LOGIN_FAILED"
    /// Ours: names, addresses or memberships of a user.
    case userUpdated = "SSET_USER_UPDATE"
    /// Ours: the sessions of a user were ended by somebody else.
    case sessionsEnded = "SSET_SESSIONS_END"
    /// Ours.
    case tokenAdded = "SSET_TOKEN_ADD"
    /// Ours.
    case tokenRemoved = "SSET_TOKEN_REMOVE"
    /// Ours: the host has made the default administrator again.
    case administratorRecreated = "SSET_ADMINISTRATOR_RECREATE"
    /// Ours.
    case projectAdded = "SSET_PROJECT_ADD"
    /// Ours.
    case projectUpdated = "SSET_PROJECT_UPDATE"
    /// Ours.
    case projectRemoved = "SSET_PROJECT_REMOVE"
    /// Ours: settings with their passwords left the host.
    case exported = "SSET_EXPORT"
    /// Ours.
    case imported = "SET_IMPORT"

    /// The book that the event belongs to.
    package var category: AuditCategory { rawValue.hasPrefix("SSET_") ? .security : .general }
}
