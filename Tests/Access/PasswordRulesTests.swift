import Testing

@testable import Access

@Suite struct PasswordRulesTests {
    @Test(arguments: [
        "abcdef", "ABCxyz", "пароль", "ПАРОЛЬя", "123456", "a_+-!*@()",
        "Zя9_+-!*@()Zя9_+-!*@()Zя9_+-!*@",
    ])
    func accepts(_ password: String) {
        #expect(throws: Never.self) { try PasswordRules.check(password) }
    }

    @Test(arguments: [
        ("", PasswordRules.Fault.tooShort),
        ("abcde", .tooShort),
        ("abcdefghijabcdefghijabcdefghijabc", .tooLong),
        ("abc def", .characterNotAllowed),
        ("abcdeё", .characterNotAllowed),
        ("abcde\\", .characterNotAllowed),
        ("abcde#", .characterNotAllowed),
        ("abcde\u{0}", .characterNotAllowed),
        ("ａｂｃｄｅｆ", .characterNotAllowed),
        ("abcdeé", .characterNotAllowed),
    ])
    func refuses(_ password: String, _ fault: PasswordRules.Fault) {
        #expect(throws: fault) { try PasswordRules.check(password) }
    }

    @Test func countsCharactersNotBytes() {
        #expect(throws: Never.self) { try PasswordRules.check(String(repeating: "я", count: 32)) }
        #expect(throws: PasswordRules.Fault.tooLong) {
            try PasswordRules.check(String(repeating: "я", count: 33))
        }
    }

    @Test(arguments: [
        PasswordRules.Fault.tooShort, .tooLong, .characterNotAllowed, .usedBefore,
    ])
    func explains(_ fault: PasswordRules.Fault) {
        #expect(!fault.phrase.ru.isEmpty)
        #expect(!fault.phrase.en.isEmpty)
    }
}
