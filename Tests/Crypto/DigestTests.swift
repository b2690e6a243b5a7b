import Crypto
import Testing
import Wire

@Suite struct DigestTests {
    @Test(arguments: [
        // RFC 1321, appendix A.5.
        (Digest.md5, "", "D41D8CD98F00B204E9800998ECF8427E"),
        (.md5, "abc", "900150983CD24FB0D6963F7D28E17F72"),
        // FIPS 180-4 examples (NIST CSRC).
        (.sha1, "abc", "A9993E364706816ABA3E25717850C26C9CD0D89D"),
        (.sha256, "abc", "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"),
        (
            .sha256, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248D6A61D20638B8E5C026930C3E6039A33CE45964FF2167F6ECEDD419DB06C1"
        ),
        (
            .sha384, "abc",
            "CB00753F45A35E8BB5A03D699AC65007272C32AB0EDED1631A8B605A43FF5BED"
                + "8086072BA1E7CC2358BAECA134C825A7"
        ),
        (
            .sha512, "abc",
            "DDAF35A193617ABACC417349AE20413112E6FA4E89A97EA20A9EEEE64B55D39A"
                + "2192992A274FC1A836BA3C23A3FEEBBD454D4423643CE80E2A9AC94FA54CA49F"
        ),
    ])
    func makesTheDigestsOfTheStandards(
        _ digest: Digest, _ text: String, _ expected: String
    ) throws {
        #expect(try digest.of(text.utf8).hex == expected)
        #expect(digest.length * 2 == expected.count)
        var running = try Digest.Running(digest)
        for byte in text.utf8 { try running.update([byte]) }
        try running.update([].reversed())
        let result = try running.finish()
        #expect(result.hex == expected)
    }

    @Test(arguments: [
        // RFC 2202, test case 1.
        (
            Digest.md5, [UInt8](repeating: 0x0B, count: 16), "Hi There",
            "9294727A3638BB1C13F48EF8158BFC9D"
        ),
        (
            .sha1, [UInt8](repeating: 0x0B, count: 20), "Hi There",
            "B617318655057264E28BC0B6FB378C8EF146BE00"
        ),
        // RFC 4231, test cases 1, 2 and 6.
        (
            .sha256, [UInt8](repeating: 0x0B, count: 20), "Hi There",
            "B0344C61D8DB38535CA8AFCEAF0BF12B881DC200C9833DA726E9376C2E32CFF7"
        ),
        (
            .sha256, Array("Jefe".utf8), "what do ya want for nothing?",
            "5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843"
        ),
        (
            .sha256, [UInt8](repeating: 0xAA, count: 131),
            "Test Using Larger Than Block-Size Key - Hash Key First",
            "60E431591EE0B67F0D8A26AACBF5B77F8E0BC6213728C5140546040F0EE37F54"
        ),
    ])
    func makesTheKeyedDigestsOfTheStandards(
        _ digest: Digest, _ key: [UInt8], _ text: String, _ expected: String
    ) throws {
        #expect(try digest.hmac(of: text.utf8, key: key).hex == expected)
    }

    @Test func takesEmptyKeysAndMessages() throws {
        // RFC 2104 with nothing: the well-known HMAC-SHA-256 of an empty key and message.
        #expect(
            try Digest.sha256.hmac(of: [], key: []).hex
                == "B613679A0814D9EC772F95D778C35FC5FF1697C493715653C6C712144292C5AD")
        #expect(try Digest.sha256.hmac(of: [], key: [1]) != Digest.sha256.hmac(of: [], key: [2]))
    }
}

@Suite struct ConstantTimeTests {
    @Test func comparesBytes() {
        #expect(ConstantTime.areEqual([1, 2, 3], [1, 2, 3]))
        #expect(!ConstantTime.areEqual([1, 2, 3], [1, 2, 4]))
        #expect(!ConstantTime.areEqual([9, 2, 3], [1, 2, 3]))
        #expect(!ConstantTime.areEqual([1, 2, 3], [1, 2]))
        #expect(ConstantTime.areEqual([], []))
        #expect(ConstantTime.areEqual("abc".utf8, Array("xabc".utf8)[1...]))
    }
}
