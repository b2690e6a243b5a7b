import Crypto
import Testing
import Wire

@Suite struct Ed25519Tests {
    /// A key, a message and its signature.
    struct Golden: Sendable {
        let privateKey: String
        let publicKey: String
        let message: String
        let signature: String
    }

    // RFC 8032, section 7.1, tests 1 and 2.
    static let all: [Golden] = [
        .init(
            privateKey: "9D61B19DEFFD5A60BA844AF492EC2CC44449C5697B326919703BAC031CAE7F60",
            publicKey: "D75A980182B10AB7D54BFED3C964073A0EE172F3DAA62325AF021A68F707511A",
            message: "",
            signature: "E5564300C360AC729086E2CC806E828A84877F1EB8E5D974D873E06522490155"
                + "5FB8821590A33BACC61E39701CF9B46BD25BF5F0595BBE24655141438E7A100B"),
        .init(
            privateKey: "4CCD089B28FF96DA9DB6C346EC114E0F5B8A319F35ABA624DA8CF6ED4FB8A6FB",
            publicKey: "3D4017C3E843895A92B70AA74D1B7EBC9C982CCF2EC4968CC0CD55F12AF4660C",
            message: "72",
            signature: "92A009A9F0D4CAB8720E820B5F642540A2B27B5416503F8FB3762223EBDB69DA"
                + "085AC1E43E15996E458F3613D0F11D8C387B2EAEB4302AEEB00D291612BB0C00"),
    ]

    @Test(arguments: all)
    func signsAndVerifiesTheMessagesOfTheStandard(_ golden: Golden) throws {
        let privateKey = try Hex.bytes(golden.privateKey)
        let publicKey = try Hex.bytes(golden.publicKey)
        let message = try Hex.bytes(golden.message)
        let signature = try Hex.bytes(golden.signature)
        #expect(try Ed25519.publicKey(of: privateKey) == publicKey)
        #expect(try Ed25519.sign(message, privateKey: privateKey) == signature)
        #expect(try Ed25519.isValid(signature: signature, of: message, publicKey: publicKey))
        #expect(try !Ed25519.isValid(signature: signature, of: message + [0], publicKey: publicKey))
        for bit in 0..<signature.count * 8 {
            var changed = signature
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(try !Ed25519.isValid(signature: changed, of: message, publicKey: publicKey))
        }
        for length in signature.indices {
            let part = signature.prefix(length)
            #expect(try !Ed25519.isValid(signature: part, of: message, publicKey: publicKey))
        }
    }

    @Test func refusesKeysOfAnotherLength() {
        let short = [UInt8](repeating: 1, count: 31)
        #expect(throws: CryptoError.wrongKeyLength(found: 31, allowed: [32])) {
            try Ed25519.isValid(signature: short, of: [], publicKey: short)
        }
        #expect(throws: CryptoError.self) { try Ed25519.sign([], privateKey: short) }
        #expect(throws: CryptoError.self) { try Ed25519.publicKey(of: short) }
    }

    @Test func survivesKeysThatAreNotOnTheCurve() throws {
        for byte in [0x00, 0x02, 0x7F, 0xFF] as [UInt8] {
            let key = [UInt8](repeating: byte, count: 32)
            let signature = [UInt8](repeating: byte, count: 64)
            // Small-order keys accept forged signatures by design of the algorithm; the point is
            // that the answer is an answer.
            _ = try Ed25519.isValid(signature: signature, of: [1, 2, 3], publicKey: key)
        }
    }
}
