import Crypto
import Testing
import Wire

/// The worked examples of DLMS UA 1000-2 (Green Book), table 40 and the HLS examples beside it,
/// computed with the ciphers here.
@Suite struct DLMSSecurityTests {
    let encryptionKey = (0x00...0x0F).map { UInt8($0) }
    let authenticationKey = (0xD0...0xDF).map { UInt8($0) }
    let serverTitle: [UInt8] = [0x4D, 0x4D, 0x4D, 0x00, 0x00, 0xBC, 0x61, 0x4E]
    let clientTitle: [UInt8] = [0x4D, 0x4D, 0x4D, 0x00, 0x00, 0x00, 0x00, 0x01]
    let counter: [UInt8] = [0x01, 0x23, 0x45, 0x67]
    /// get-request-normal of the attribute 2 of the clock, class 8, 0.0.1.0.0.255.
    let request: [UInt8] = [
        0xC0, 0x01, 0x00, 0x00, 0x08, 0x00, 0x00, 0x01, 0x00, 0x00, 0xFF, 0x02, 0x00,
    ]

    @Test func authenticatesAndEncryptsARequest() throws {
        let aes = try AES(key: encryptionKey)
        let sealed = try aes.seal(
            request, nonce: serverTitle + counter, authenticating: [0x30] + authenticationKey,
            tagLength: 12)
        let frame = [0xC8, 0x1E, 0x30] + counter + sealed.combined
        #expect(frame.hex == "C81E3001234567411312FF935A47566827C467BC7D825C3BE4A77C3FCC056B6B")
        let opened = try aes.open(
            frame[7..<20], tag: frame[20...], nonce: serverTitle + counter,
            authenticating: [0x30] + authenticationKey, tagLength: 12)
        #expect(opened == request)
    }

    @Test func authenticatesARequestWithoutHidingIt() throws {
        let sealed = try AES(key: encryptionKey).seal(
            [], nonce: serverTitle + counter,
            authenticating: [0x10] + authenticationKey + request, tagLength: 12)
        let frame = [0xC8, 0x1E, 0x10] + counter + request + sealed.tag
        #expect(frame.hex == "C81E1001234567C0010000080000010000FF020006725D910F9221D263877516")
    }

    @Test func encryptsARequestWithoutAuthenticatingIt() throws {
        let sealed = try AES(key: encryptionKey).seal(request, nonce: serverTitle + counter)
        let frame = [0xC8, 0x12, 0x20] + counter + sealed.ciphertext
        #expect(frame.hex == "C8122001234567411312FF935A47566827C467BC")
    }

    @Test func answersTheChallengesOfMechanism5() throws {
        let aes = try AES(key: encryptionKey)
        let first: [UInt8] = [0, 0, 0, 1]
        let ofClient = try aes.seal(
            [], nonce: clientTitle + first,
            authenticating: [0x10] + authenticationKey + "P6wRJ21F".utf8, tagLength: 12)
        #expect(([0x10] + first + ofClient.tag).hex == "10000000011A52FE7DD3E72748973C1E28")
        let ofServer = try aes.seal(
            [], nonce: serverTitle + counter,
            authenticating: [0x10] + authenticationKey + "K56iVagY".utf8, tagLength: 12)
        #expect(([0x10] + counter + ofServer.tag).hex == "1001234567FE1466AFB3DBCD4F9389E2B7")
    }

    @Test func answersTheChallengeOfMechanism2() throws {
        let challenge = "P6wRJ21F".utf8 + [UInt8](repeating: 0, count: 8)
        let answer = try AES(key: "1234567812345678".utf8).encryptBlocks(challenge)
        #expect(answer.hex == "7950A697D185AF7526F79E2CFF12AA95")
    }
}
