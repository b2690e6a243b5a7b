import Crypto
import Store

/// Why access is refused, or a change of users and roles.
package enum AccessError: Error, Hashable, Sendable {
    /// The name is unknown or the password wrong; which of them is not told.
    case wrongCredentials
    /// Too many failed attempts; the next one is looked at after so many seconds.
    case delayed(seconds: Int)
    /// The password is right, but the user is not enabled.
    case disabled
    /// The token is unknown, expired or ended.
    case unauthenticated
    /// A new password breaks a rule.
    case password(PasswordRules.Fault)
    /// The caller would give or use permissions that it does not have itself.
    case exceedsOwnPermissions([Permission])
    /// No enabled administrator would be left.
    case lastAdministrator
    /// What the host made itself keeps its name, and the administrator's role its permissions.
    case builtIn
    /// A symbol that is no permission.
    case unknownPermission(String)
    /// Too much waits for a thread already.
    case overloaded
    case store(StoreError)
    case crypto(CryptoError)
}
