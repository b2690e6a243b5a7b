import Testing

@testable import Crypto

@Suite struct LibCryptoTests {
    @Test func namesThePackageOfAMissingLibrary() {
        let error = #expect(throws: CryptoError.self) {
            try LibCrypto(library: "libcrypto-that-is-not-there.so.3")
        }
        #expect(error?.description.contains("install the Debian package libssl3") == true)
    }

    @Test func namesAMissingFunction() {
        #expect(throws: CryptoError.functionMissing("EVP_CIPHER_CTX_new")) {
            try LibCrypto(library: "libc.so.6")
        }
    }

    @Test func clearsTheErrorsThatItReports() throws {
        let library = try LibCrypto.loaded()
        _ = library.publicKeyNew(1087, nil, [1, 2, 3], 3)
        guard case .operationFailed(let operation, let code) = library.failure(of: "test") else {
            Issue.record("another error")
            return
        }
        #expect(operation == "test")
        #expect(code != 0)
        #expect(library.peekLastError() == 0)
    }

    @Test func makesRandomBytes() throws {
        let first = try SecureRandom.bytes(32)
        #expect(first.count == 32)
        #expect(try SecureRandom.bytes(32) != first)
        #expect(try SecureRandom.bytes(0).isEmpty)
        #expect(throws: CryptoError.self) { try SecureRandom.bytes(-1) }
        #expect(throws: CryptoError.self) { try SecureRandom.bytes(.max) }
    }

    @Test func wipesBytes() {
        var bytes: [UInt8] = [1, 2, 3]
        bytes.wipe()
        #expect(bytes.isEmpty)
        var none: [UInt8] = []
        none.wipe()
        let secret = SecretBytes([4, 5, 6])
        #expect(secret.count == 3)
        #expect(secret.withBytes { Array($0) } == [4, 5, 6])
    }
}
