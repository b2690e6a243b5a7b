/// What a password may be.
///
/// Source: ceHES, 2.2.27. The manual prints the allowed characters as a regular expression; its
/// backslash escapes the hyphen and is no allowed character, and `ё` lies outside `а-я`.
package enum PasswordRules {
    /// How many characters a password has.
    package static let length = 6...32

    /// Why a password is refused.
    package enum Fault: Error, Hashable, Sendable {
        case tooShort
        case tooLong
        case characterNotAllowed
        /// The user has had this password before.
        case usedBefore

        /// The reason in words; nothing of the password is in it.
        package var phrase: Phrase {
            switch self {
            case .tooShort, .tooLong:
                Phrase(
                    "Длина пароля — от 6 до 32 символов.",
                    "A password has 6 to 32 characters.")
            case .characterNotAllowed:
                Phrase(
                    "Пароль может содержать только буквы a-z A-Z а-я А-Я, цифры и знаки _+-!*@().",
                    "A password may hold only letters a-z A-Z а-я А-Я, digits and _+-!*@().")
            case .usedBefore:
                Phrase(
                    "Этот пароль уже использовался; выберите другой.",
                    "This password was used before; choose another one.")
            }
        }
    }

    /// Checks everything but the passwords used before.
    package static func check(_ password: String) throws(Fault) {
        let scalars = password.unicodeScalars
        for scalar in scalars where !isAllowed(scalar) { throw .characterNotAllowed }
        if scalars.count < length.lowerBound { throw .tooShort }
        if scalars.count > length.upperBound { throw .tooLong }
    }

    static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "а"..."я", "А"..."Я", "0"..."9": true
        case "_", "+", "-", "!", "*", "@", "(", ")": true
        default: false
        }
    }
}
