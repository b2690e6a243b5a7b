import Crypto
import Testing
import Wire

@Suite struct AESTests {
    /// One key length of FIPS 197, appendix C: the key 00 01 02 …, the text 00 11 22 … FF.
    @Test(arguments: [
        (16, "69C4E0D86A7B0430D8CDB78070B4C55A"),
        (24, "DDA97CA4864CDFE06EAF70A0EC0D7191"),
        (32, "8EA2B7CA516745BFEAFC49904B496089"),
    ])
    func encryptsTheBlocksOfTheStandard(_ keyLength: Int, _ expected: String) throws {
        let aes = try AES(key: (0..<keyLength).map { UInt8($0) })
        let text = (0..<16).map { UInt8($0 * 0x11) }
        #expect(try aes.encryptBlocks(text).hex == expected)
        #expect(try aes.decryptBlocks(Hex.bytes(expected)) == text)
        #expect(try aes.encryptBlocks(text + text).hex == expected + expected)
        #expect(try aes.encryptBlocks([]) == [])
    }

    @Test func refusesOtherLengths() throws {
        #expect(throws: CryptoError.wrongKeyLength(found: 15, allowed: [16, 24, 32])) {
            try AES(key: [UInt8](repeating: 0, count: 15))
        }
        let aes = try AES(key: [UInt8](repeating: 0, count: 16))
        #expect(throws: CryptoError.self) { try aes.encryptBlocks([1]) }
        #expect(throws: CryptoError.self) {
            try aes.decryptBlocks([UInt8](repeating: 0, count: 17))
        }
        #expect(throws: CryptoError.self) { try aes.seal([1], nonce: []) }
        #expect(throws: CryptoError.self) { try aes.seal([1], nonce: [1], tagLength: 17) }
        #expect(throws: CryptoError.self) { try aes.seal([1], nonce: [1], tagLength: 0) }
        #expect(throws: CryptoError.self) { try aes.open([1], tag: [1, 2, 3, 4], nonce: [1]) }
        let long = [UInt8](repeating: 1, count: 129)
        #expect(throws: CryptoError.self) { try aes.seal([1], nonce: long) }
        #expect(try aes.seal([1], nonce: long.dropFirst()).tag.count == 16)
    }

    /// The message of McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B.
    struct GaloisCase: Sendable {
        let key: String
        let nonce: String
        let text: String
        let associated: String
        let ciphertext: String
        let tag: String
    }

    static let galoisText =
        "D9313225F88406E5A55909C5AFF5269A86A7A9531534F7DA2E4C303D8A318A72"
        + "1C3C0C95956809532FCF0E2449A6B525B16AEDF5AA0DE657BA637B39"
    static let associated = "FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2"

    static let galoisCases: [GaloisCase] = [
        // Test case 1.
        .init(
            key: "00000000000000000000000000000000", nonce: "000000000000000000000000", text: "",
            associated: "", ciphertext: "", tag: "58E2FCCEFA7E3061367F1D57A4E7455A"),
        // Test case 4.
        .init(
            key: "FEFFE9928665731C6D6A8F9467308308", nonce: "CAFEBABEFACEDBADDECAF888",
            text: galoisText, associated: associated,
            ciphertext: "42831EC2217774244B7221B784D0D49CE3AA212F2C02A4E035C17E2329ACA12E"
                + "21D514B25466931C7D8F6A5AAC84AA051BA30B396A0AAC973D58E091",
            tag: "5BC94FBC3221A5DB94FAE95AE7121A47"),
        // Test case 5: a nonce of eight bytes.
        .init(
            key: "FEFFE9928665731C6D6A8F9467308308", nonce: "CAFEBABEFACEDBAD", text: galoisText,
            associated: associated,
            ciphertext: "61353B4C2806934A777FF51FA22A4755699B2A714FCDC6F83766E5F97B6C7423"
                + "73806900E49F24B22B097544D4896B424989B5E1EBAC0F07C23F4598",
            tag: "3612D2E79E3B0785561BE14AACA2FCCB"),
    ]

    @Test(arguments: galoisCases)
    func sealsAndOpensTheMessagesOfTheStandard(_ golden: GaloisCase) throws {
        let aes = try AES(key: Hex.bytes(golden.key))
        let nonce = try Hex.bytes(golden.nonce)
        let text = try Hex.bytes(golden.text)
        let associated = try Hex.bytes(golden.associated)
        for length in [4, 8, 12, 13, 14, 15, 16] {
            let sealed = try aes.seal(
                text, nonce: nonce, authenticating: associated, tagLength: length)
            #expect(sealed.ciphertext.hex == golden.ciphertext)
            #expect(golden.tag.hasPrefix(sealed.tag.hex))
            #expect(sealed.combined == sealed.ciphertext + sealed.tag)
            let opened = try aes.open(
                sealed.ciphertext, tag: sealed.tag, nonce: nonce, authenticating: associated,
                tagLength: length)
            #expect(opened == text)
        }
    }

    @Test func opensNothingThatWasChanged() throws {
        let aes = try AES(key: [UInt8](repeating: 7, count: 16))
        let nonce = [UInt8](repeating: 1, count: 12)
        let text = Array("a reading".utf8)
        let sealed = try aes.seal(text, nonce: nonce, authenticating: [1, 2], tagLength: 12)
        func open(_ ciphertext: [UInt8], _ tag: [UInt8], _ nonce: [UInt8], _ extra: [UInt8]) throws
        {
            _ = try aes.open(
                ciphertext, tag: tag, nonce: nonce, authenticating: extra, tagLength: 12)
        }
        try open(sealed.ciphertext, sealed.tag, nonce, [1, 2])
        for bit in 0..<sealed.ciphertext.count * 8 {
            var changed = sealed.ciphertext
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: CryptoError.notAuthentic) {
                try open(changed, sealed.tag, nonce, [1, 2])
            }
        }
        for bit in 0..<96 {
            var changed = sealed.tag
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: CryptoError.notAuthentic) {
                try open(sealed.ciphertext, changed, nonce, [1, 2])
            }
        }
        for length in sealed.ciphertext.indices {
            #expect(throws: CryptoError.notAuthentic) {
                try open(Array(sealed.ciphertext.prefix(length)), sealed.tag, nonce, [1, 2])
            }
        }
        for length in sealed.tag.indices {
            #expect(throws: CryptoError.self) {
                try open(sealed.ciphertext, Array(sealed.tag.prefix(length)), nonce, [1, 2])
            }
        }
        #expect(throws: CryptoError.notAuthentic) {
            try open(sealed.ciphertext, sealed.tag, nonce, [1, 3])
        }
        #expect(throws: CryptoError.notAuthentic) {
            try open(sealed.ciphertext, sealed.tag, nonce.reversed() + [0], [1, 2])
        }
    }

    @Test func worksOnSeveralThreadsAtOnce() async throws {
        let aes = try AES(key: [UInt8](repeating: 7, count: 16))
        let nonce = [UInt8](repeating: 1, count: 12)
        await withTaskGroup(of: Bool.self) { group in
            for task in 0..<8 {
                group.addTask {
                    let text = [UInt8](repeating: UInt8(task), count: 100 + task)
                    return (0..<200).allSatisfy { _ in
                        guard let sealed = try? aes.seal(text, nonce: nonce) else { return false }
                        let opened = try? aes.open(
                            sealed.ciphertext, tag: sealed.tag, nonce: nonce)
                        return opened == text
                    }
                }
            }
            for await isRight in group { #expect(isRight) }
        }
    }
}
