import Testing

@testable import DriverKit

@Suite struct Base64Tests {
    // RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
    func equalsTheStandard(_ plain: String, _ encoded: String) {
        #expect(Base64.text(Array(plain.utf8)) == encoded)
        #expect(Base64.bytes(encoded) == Array(plain.utf8))
    }

    @Test func readsBackWhatItWrote() {
        let all = (0...255).map { UInt8($0) }
        for size in 0...all.count {
            let bytes = Array(all.suffix(size))
            #expect(Base64.bytes(Base64.text(bytes)) == bytes)
        }
    }

    @Test(arguments: [
        "Z", "Zg", "Zg=", "Z===", "====", "Zh==", "Zm9=", "Zg==Zg==", "Zm9v\n", "Zm-v", "Zm8=v",
        " Zg=",
    ])
    func refusesEverythingElse(_ text: String) {
        #expect(Base64.bytes(text) == nil)
    }
}
