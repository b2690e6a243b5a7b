import Testing

@testable import Packaging

@Suite("Signatures of plugins")
struct SignatureTests {
    private let digest = [UInt8](repeating: 7, count: 32)
    private let manifest = Array("{}".utf8)

    private func verify(
        _ signature: PluginSignature?, _ trusted: TrustedKeys, isRequired: Bool,
        manifest other: [UInt8]? = nil
    ) throws -> PluginSignature.Standing {
        try PluginSignature.verify(
            signature, name: "acme.sig", libraryDigest: digest, manifest: other ?? manifest,
            trusted: trusted, isRequired: isRequired)
    }

    @Test("cover a text that anybody can write down")
    func message() throws {
        let text = try PluginSignature.message(libraryDigest: digest, manifest: manifest)
        let expected = """
            commline plugin signature 1
            library sha256 \(String(repeating: "07", count: 32))
            manifest sha256 44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a

            """
        #expect(String(decoding: text, as: UTF8.self) == expected)
    }

    @Test("hold for those whom the operator trusts, and are told apart for others")
    func standing() throws {
        let (vendor, other) = (try PrivateKey.generate(), try PrivateKey.generate())
        let signature = try PluginSignature(
            libraryDigest: digest, manifest: manifest, key: vendor)
        let trusted = TrustedKeys([vendor.publicKey])
        let strangers = TrustedKeys([other.publicKey])
        #expect(
            try verify(signature, trusted, isRequired: true)
                == .signed(vendor.publicKey, isTrusted: true))
        #expect(
            try verify(signature, strangers, isRequired: false)
                == .signed(vendor.publicKey, isTrusted: false))
        #expect(try verify(nil, trusted, isRequired: false) == .unsigned)
        #expect(
            performing: {
                try verify(signature, strangers, isRequired: true)
            }, throws: { "\($0)".contains(vendor.publicKey.fingerprint) })
        #expect(
            performing: {
                try verify(nil, trusted, isRequired: true)
            }, throws: { "\($0)".contains("not signed") })
        #expect(
            performing: {
                try verify(signature, trusted, isRequired: false, manifest: Array("[]".utf8))
            }, throws: { "\($0)".contains("one of the three was changed") })
        let both = try PluginSignature(libraryDigest: digest, manifest: manifest, key: other)
            .merged(with: signature)
        #expect(
            try verify(both, trusted, isRequired: true)
                == .signed(vendor.publicKey, isTrusted: true))
        #expect(try PluginSignature(parsing: both.bytes, name: "acme.sig") == both)
    }

    @Test("that are anything else are refused")
    func nonsense() throws {
        let key = try PrivateKey.generate()
        let good = try PluginSignature(libraryDigest: digest, manifest: manifest, key: key)
        let trusted = TrustedKeys([key.publicKey])
        for length in 0..<good.bytes.count - 1 {
            #expect(throws: PackagingError.self) {
                try PluginSignature(parsing: Array(good.bytes.prefix(length)), name: "a")
            }
        }
        for place in good.bytes.indices.dropLast() {
            var bytes = good.bytes
            bytes[place] ^= 1
            let read = try? PluginSignature(parsing: bytes, name: "a")
            guard let read else { continue }
            #expect(throws: PackagingError.self) { try verify(read, trusted, isRequired: true) }
        }
        let line = good.bytes.dropFirst(PluginSignature.head.utf8.count + 1)
        let many = Array(PluginSignature.head.utf8) + [10] + (0..<17).flatMap { _ in line }
        #expect(throws: PackagingError.self) { try PluginSignature(parsing: many, name: "a") }
    }
}
