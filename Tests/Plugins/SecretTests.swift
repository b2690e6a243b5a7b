import JSON
import Reactor
import Testing
import Values

@testable import Plugins

@Suite("Secrets", .timeLimit(.minutes(1)))
struct SecretTests {
    private let password = "0000000011111111"

    @Test("stay out of both journals, whether the driver names them or not")
    func journals() async throws {
        let rig = try await Rig()
        let witness = Witness()
        let secret = Array(password.utf8)
        let (peer, port) = try await Peer.start(on: rig.reactor) { stream, happening, _ in
            // The answer quotes the password, cut in two, and says something that the driver redacts.
            guard case .received = happening else { return }
            stream.write([0x7E] + secret.prefix(7))
        }
        let hex = TextEncoding.hex(secret)
        _ = rig.session(
            "C:send 7e\(hex)7e;C:send 61626364 0 1 2;C:say pass \(password) or \(hex);"
                + "R:redact 0 1;R:finish 4 wrong:\(password)", port: port, witness: witness
        ) { $0.secrets = [password] }
        let end = try await witness.end()
        #expect(end.message.detail == "wrong:***")
        let heard = witness.heard
        #expect(heard.texts == ["pass *** or ***"])
        await rig.settle()
        #expect(peer.received() == [0x7E] + secret + [0x7E] + Array("abcd".utf8))
        let hexes = heard.trace.map(\.hex)
        let stars = Array(repeating: "**", count: 16).joined(separator: " ")
        #expect(hexes[1] == "7E \(stars) 7E")
        #expect(hexes[2] == "61 ** ** 64")
        #expect(hexes[3] == "** " + Array(repeating: "**", count: 7).joined(separator: " "))
        for line in heard.trace {
            #expect(!line.bytes.contains(0x30) && !line.bytes.contains(0x31))
        }
    }

    @Test("are found when a slice's border cuts them")
    func cutInTwo() {
        var blanker = FrameBlanker(SecretFilter(["hunter22"]))
        let frame = Array("xxhunter22yy".utf8)
        for cut in 0...frame.count {
            blanker.reset()
            var first = Array(frame[..<cut])
            var second = Array(frame[cut...])
            _ = blanker.blank(&first, known: [])
            _ = blanker.blank(&second, known: [])
            let shown = (first + second).filter { $0 != 0 }
            // At most three bytes of a secret can stay: what came before the cut was shown already.
            #expect(
                shown.count <= 4 + 3, "cut at \(cut): \(String(decoding: shown, as: UTF8.self))")
            if !(3...5).contains(cut) { #expect(shown == Array("xxyy".utf8)) }
        }
    }

    @Test("are found in texts in every form")
    func texts() {
        let filter = SecretFilter(["hunter22", "00112233445566778899AABBCCDDEEFF", "12", ""])
        #expect(filter.blanked("key 00112233445566778899aabbccddeeff!") == "key ***!")
        #expect(
            filter.blanked("key 00 11 22 33 44 55 66 77 88 99 AA BB CC DD EE FF") == "key ***")
        #expect(filter.blanked("hunter22hunter22") == "******")
        #expect(filter.blanked("68:75:6E:74:65:72:32:32") == "***")
        #expect(filter.blanked("pin 12, time 1234") == "pin ***, time 1234")
        #expect(SecretFilter([]).blanked("hunter22") == "hunter22")
        let message = Message(
            id: "x", parameters: ["a": ["hunter22", 12345], "b": ["c": "is hunter22"]])
        #expect(
            filter.blanked(message).parameters == ["a": ["***", 12345], "b": ["c": "is ***"]])
    }

    @Test("are found in frames as the bytes of a key")
    func keys() {
        let filter = SecretFilter(["00112233445566778899AABBCCDDEEFF"])
        var blanker = FrameBlanker(filter)
        var frame: [UInt8] = [0x7E]
        for byte in stride(from: 0, through: 0xFF, by: 0x11) { frame.append(UInt8(byte)) }
        #expect(blanker.blank(&frame, known: []) == [1..<17])
        #expect(frame == [0x7E] + [UInt8](repeating: 0, count: 16))
    }

    @Test("that were named overlap without harm")
    func overlaps() {
        var blanker = FrameBlanker(SecretFilter([]))
        var frame = [UInt8](1...8)
        #expect(blanker.blank(&frame, known: [4..<6, 1..<3, 2..<5, 7..<90]) == [1..<6, 7..<8])
        #expect(frame == [1, 0, 0, 0, 0, 0, 7, 0])
    }
}
