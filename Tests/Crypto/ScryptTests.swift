import Crypto
import Testing
import Wire

@Suite struct ScryptTests {
    @Test func derivesTheKeysOfTheStandard() throws {
        // RFC 7914, section 12.
        let empty = try Scrypt(cost: 16, blockSize: 1, parallelization: 1)
        #expect(
            try empty.derive(password: [], salt: [], length: 64).hex
                == "77D6576238657B203B19CA42C18A0497F16B4844E3074AE8DFDFFA3FEDE21442"
                + "FCD0069DED0948F8326A753A0FC81F17E8D3E0FB2E0D3628CF35E20C38D18906")
        let second = try Scrypt(cost: 1024, blockSize: 8, parallelization: 16)
        #expect(
            try second.derive(password: "password".utf8, salt: "NaCl".utf8, length: 64).hex
                == "FDBABE1C9D3472007856E7190D01E9FE7C6AD7CBC8237830E77376634B373162"
                + "2EAF30D92E22A3886FF109279D9830DAC727AFB94A83EE6D8360CBDFA2CC0640")
    }

    @Test func refusesOtherParameters() throws {
        for cost in [0, 1, 3, 1000, -16, .min, .max, 1 << 25] {
            #expect(throws: CryptoError.self) {
                try Scrypt(cost: cost, blockSize: 8, parallelization: 1)
            }
        }
        #expect(throws: CryptoError.self) { try Scrypt(cost: 16, blockSize: 0, parallelization: 1) }
        #expect(throws: CryptoError.self) {
            try Scrypt(cost: 16, blockSize: 8, parallelization: 65)
        }
        #expect(throws: CryptoError.self) {
            try Scrypt(cost: 1 << 24, blockSize: 64, parallelization: 1)
        }
        let scrypt = try Scrypt(cost: 16, blockSize: 1, parallelization: 1)
        #expect(throws: CryptoError.self) { try scrypt.derive(password: [], salt: [], length: 0) }
        #expect(throws: CryptoError.self) { try scrypt.derive(password: [], salt: [], length: -1) }
    }

    @Test func needsTheWholeMemoryThatItAsksFor() throws {
        let key = try Scrypt.interactive.derive(password: "secret".utf8, salt: [1, 2, 3])
        #expect(key.count == 32)
        let largest = try Scrypt(cost: 1 << 17, blockSize: 8, parallelization: 64)
        #expect(largest.cost == 1 << 17)
    }
}
