import Crypto
import DriverKit
import JSON
import Testing
import Wire

@testable import DLMS

@Suite("Proof of the key")
struct ChallengeTests {
    @Test("answers the challenge of the published vector")
    func vector() throws {
        let vector = try #require(try GoldenFile.json("crypto-vectors")["hls2"])
        let cipher = ChallengeCipher(key: try vector.text("secret"))
        #expect(try cipher.answer(to: vector.hex("challenge")) == vector.hex("reply"))
        // A challenge of eight bytes is padded with zeros to the same block.
        #expect(
            try cipher.answer(to: Array(vector.hex("challenge").prefix(8))) == vector.hex("reply"))
    }

    @Test("answers the challenges of the captured session")
    func capture() throws {
        let session = try GoldenFile.json("captured-session")
        let frames = try #require(session["frames"]?.array).map { try $0.hex("hex") }
        let messages = try frames.map {
            Array(try HDLCFrame(decoding: $0[...]).information.dropFirst(3))
        }
        let cipher = ChallengeCipher(key: try session.text("secret"))
        let request = try AssociationRequest(decoding: messages[2])
        let response = try AssociationResponse(decoding: messages[3])
        guard case .action(let proof) = try ClientMessage(decoding: messages[4]),
            case .action(let counterproof) = try ServerMessage(decoding: messages[5]),
            case .data(let data) = counterproof.returned
        else {
            Issue.record("no ACTION")
            return
        }
        let theirs = try #require(response.authentication)
        let ours = try #require(request.authentication)
        #expect(try cipher.answer(to: theirs) == proof.parameter?.bytes)
        #expect(try cipher.answer(to: ours) == data.bytes)
    }

    @Test("agrees with the published vectors of suite 0, on which later security stands")
    func suiteZero() throws {
        let vectors = try GoldenFile.json("crypto-vectors")
        let key = try vectors.hex("encryptionKey")
        let authentication = try vectors.hex("authenticationKey")
        let counter = try vectors.hex("invocationCounter")
        let nonce = try vectors.hex("systemTitle") + counter
        let apdu = try vectors.hex("apdu")
        let gcm = try AES(key: key)

        // Authenticated and enciphered: security control 0x30.
        let both = try gcm.seal(
            apdu, nonce: nonce, authenticating: [0x30] + authentication, tagLength: 12)
        let sealed = try vectors.hex("authenticatedEncrypted")
        #expect([0xC8, 0x1E, 0x30] + counter + both.combined == sealed)

        // Authenticated only: 0x10, nothing is enciphered.
        let tag = try gcm.seal(
            [], nonce: nonce, authenticating: [0x10] + authentication + apdu, tagLength: 12)
        #expect(
            [0xC8, 0x1E, 0x10] + counter + apdu + tag.combined
                == (try vectors.hex("authenticated")))

        // Enciphered only: 0x20.
        let hidden = try gcm.seal(apdu, nonce: nonce, authenticating: [], tagLength: 12)
        #expect(
            [0xC8, 0x12, 0x20] + counter + hidden.ciphertext == (try vectors.hex("encrypted")))

        // The client's proof with mechanism 5.
        let hls = try #require(vectors["hls5"])
        let first: [UInt8] = [0, 0, 0, 1]
        let proof = try gcm.seal(
            [], nonce: hls.hex("clientTitle") + first,
            authenticating: [0x10] + authentication + hls.text("serverChallenge"), tagLength: 12)
        #expect([0x10] + first + proof.combined == (try hls.hex("clientReply")))
    }
}
