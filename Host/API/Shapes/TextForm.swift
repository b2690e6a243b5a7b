import Access
import Dispatching
import Store
import Values

/// Text that has to have a form, with the words for one that has not.
enum TextForm: String, Sendable, CaseIterable {
    case id
    /// An instant with offset, RFC 3339.
    case time
    /// A day, or an instant with offset.
    case date
    /// An exact decimal, as text so that no digit is lost.
    case decimal
    /// A fixed offset, or a name of the IANA time zone database.
    case timeZone
    case email
    /// An international number: a plus sign and 7 to 15 digits.
    case phone
    /// A login name.
    case login
    /// An upper-case symbol of the manuals, as `DT_CE307`.
    case symbol

    /// Whether the text has the form.
    func accepts(_ text: String) -> Bool {
        switch self {
        case .id: UUID(text) != nil
        case .time: Timestamp(rfc3339: text) != nil
        case .date: CardDate(text) != nil
        case .decimal: Decimal(text) != nil
        case .timeZone: TimeZones.find(text) != nil
        case .email: Self.isEmail(text)
        case .phone:
            text.utf8.first == UInt8(ascii: "+") && (8...16).contains(text.utf8.count)
                && text.utf8.dropFirst().allSatisfy(Self.isDigit)
        case .login:
            (1...64).contains(text.count) && text.unicodeScalars.allSatisfy(Self.isLoginScalar)
                && text.unicodeScalars.contains { $0.properties.isAlphabetic }
        case .symbol:
            (1...64).contains(text.utf8.count)
                && text.utf8.allSatisfy { Self.isUpper($0) || Self.isDigit($0) || $0 == 0x5F }
        }
    }

    /// What is wrong with text that does not have the form.
    var complaint: Phrase {
        switch self {
        case .id:
            Phrase(
                "Ожидается идентификатор вида 018fb9c2-6a00-7abc-8def-0123456789ab.",
                "Expected an identifier such as 018fb9c2-6a00-7abc-8def-0123456789ab.")
        case .time:
            Phrase(
                "Ожидается время со смещением, например 2024-05-27T00:00:00+03:00.",
                "Expected a time with offset, such as 2024-05-27T00:00:00+03:00.")
        case .date:
            Phrase(
                "Ожидается дата (2024-05-27) или время со смещением.",
                "Expected a day (2024-05-27) or a time with offset.")
        case .decimal:
            Phrase("Ожидается десятичное число в виде текста.", "Expected a decimal as text.")
        case .timeZone:
            Phrase(
                "Ожидается смещение (UTC+03:00) или часовой пояс IANA (Europe/Moscow).",
                "Expected an offset (UTC+03:00) or an IANA time zone (Europe/Moscow).")
        case .email:
            Phrase("Ожидается адрес электронной почты.", "Expected an e-mail address.")
        case .phone:
            Phrase(
                "Ожидается номер телефона вида +79001234567.",
                "Expected a phone number such as +79001234567.")
        case .login:
            Phrase(
                "Имя для входа: 1–64 буквы, цифры и знаки . _ -, хотя бы одна буква.",
                "A login name has 1 to 64 letters, digits and . _ -, at least one letter.")
        case .symbol:
            Phrase(
                "Ожидается обозначение из заглавных латинских букв, цифр и _.",
                "Expected a symbol of capital letters, digits and _.")
        }
    }

    /// The `format` or, where there is none, the `pattern` of the JSON Schema.
    var schema: (keyword: String, value: String) {
        switch self {
        case .id: ("format", "uuid")
        case .time: ("format", "date-time")
        case .date: ("pattern", "^[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ].+)?$")
        case .decimal: ("pattern", "^-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?$")
        case .timeZone: ("format", "time-zone")
        case .email: ("format", "email")
        case .phone: ("pattern", "^\\+[0-9]{7,15}$")
        case .login: ("format", "login")
        case .symbol: ("pattern", "^[A-Z0-9_]{1,64}$")
        }
    }

    private static func isEmail(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, text.utf8.count <= 254, !parts[0].isEmpty, !parts[1].isEmpty,
            parts[0].utf8.count <= 64
        else { return false }
        let isPlain = text.unicodeScalars.allSatisfy {
            $0.value > 0x20 && $0.value != 0x7F && !$0.properties.isWhitespace
                && !",;:<>()[]\\\"".unicodeScalars.contains($0)
        }
        return isPlain && !parts[1].hasPrefix(".") && !parts[1].hasSuffix(".")
    }

    private static func isLoginScalar(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || (0x30...0x39).contains(scalar.value)
            || scalar == "." || scalar == "_" || scalar == "-"
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isUpper(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }
}

extension CardDate {
    /// Reads a day, taken as its beginning in UTC, or an instant; nil for anything else.
    init?(_ text: String) {
        let full = text.utf8.count == 10 ? text + "T00:00:00Z" : text
        guard let instant = Timestamp(rfc3339: full) else { return nil }
        self.init(text: text, moment: Moment(milliseconds: instant.milliseconds))
    }
}
