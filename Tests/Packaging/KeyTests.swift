import Glibc
import Testing

@testable import Packaging

@Suite("Keys of signers")
struct KeyTests {
    @Test("lie in files of their own, the private one for its owner only")
    func files() throws {
        let bench = try Bench()
        let key = try PrivateKey.generate()
        try key.write(to: bench.path + "/vendor.pem")
        var status = stat()
        #expect(stat(bench.path + "/vendor.pem", &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
        let read = try PrivateKey(file: bench.path + "/vendor.pem")
        #expect(read.publicKey == key.publicKey)
        let trusted = try TrustedKeys(files: [bench.path + "/vendor.pem.pub"])
        #expect(trusted.contains(key.publicKey))
        #expect(trusted.file(of: key.publicKey) == bench.path + "/vendor.pem.pub")
        #expect(key.publicKey.fingerprint.count == 64)
        #expect(!"\(key)".contains("BEGIN"))
        #expect {
            try key.write(to: bench.path + "/vendor.pem")
        } throws: { "\($0)".contains("never overwritten") }
    }

    @Test("are read from a folder, each once")
    func folders() throws {
        let bench = try Bench()
        let (one, two) = (try PrivateKey.generate(), try PrivateKey.generate())
        try bench.write("one.pub", Array(one.publicKey.pem.utf8))
        try bench.write("both.pem", Array((one.publicKey.pem + two.publicKey.pem).utf8))
        try bench.write("notes.txt", Array("no key".utf8))
        let trusted = try TrustedKeys(files: [bench.path])
        #expect(Set(trusted.keys) == [one.publicKey, two.publicKey])
        #expect(trusted.keys.count == 2)
    }

    @Test("that are none are refused with what to do")
    func wrongFiles() throws {
        let bench = try Bench()
        let key = try PrivateKey.generate()
        try key.write(to: bench.path + "/key.pem")
        try bench.write("empty.pub", [])
        try bench.write(
            "rsa.pub",
            Array("-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----\n".utf8))
        let cases = [
            ("key.pem", "needs the public key only"), ("empty.pub", "no public key"),
            ("rsa.pub", "no public Ed25519 key"), ("none.pub", "correct the path"),
        ]
        for (name, words) in cases {
            #expect(
                performing: {
                    try TrustedKeys(files: [bench.path + "/" + name])
                }, throws: { "\($0)".contains(words) })
        }
        try bench.write("open.pub", Array(key.publicKey.pem.utf8))
        chmod(bench.path + "/open.pub", 0o666)
        #expect(
            performing: {
                try TrustedKeys(files: [bench.path + "/open.pub"])
            }, throws: { "\($0)".contains("chmod o-w") })
        #expect(
            performing: {
                try PrivateKey(file: bench.path + "/key.pem.pub")
            }, throws: { "\($0)".contains("no private Ed25519 key") })
    }

    // RFC 8410, section 10.1: an Ed25519 public key.
    @Test("are those of the standard")
    func standard() throws {
        let text = """
            -----BEGIN PUBLIC KEY-----
            MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
            -----END PUBLIC KEY-----
            """
        let block = try #require(PEM.blocks(in: text)?.first)
        let key = try #require(try PublicKey(block: block))
        #expect(key.bytes.prefix(4) == [0x19, 0xBF, 0x44, 0x09])
        #expect(PEM.blocks(in: key.pem) == [block])
        for broken in [
            "-----BEGIN A-----\nMAA=", "-----BEGIN A-----\n-----END B-----",
            "-----BEGIN A-----\nM!A=\n-----END A-----",
        ] {
            #expect(PEM.blocks(in: broken) == nil)
        }
    }
}
