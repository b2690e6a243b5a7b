import Testing

@testable import Values

@Suite struct UUIDTests {
    @Test func readsAndWritesText() throws {
        // RFC 9562, appendix A.6.
        let text = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"
        let identifier = try #require(UUID(text))
        #expect(identifier.description == text)
        #expect(UUID(text.uppercased()) == identifier)
        #expect(identifier.version == 7)
        #expect(identifier.milliseconds == 1_645_557_742_000)
        #expect(UUID(bytes: identifier.bytes) == identifier)
        #expect(identifier.bytes.first == 0x01)
        #expect(identifier.bytes.last == 0x8F)
        #expect(
            UUID.v7(milliseconds: 1_645_557_742_000, random: (0xCC3, 0x18C4_DC0C_0C07_398F))
                == identifier)
    }

    @Test(arguments: [
        "", "017f22e279b07cc398c4dc0c0c07398f", "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0", "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
        "{17f22e2-79b0-7cc3-98c4-dc0c0c07398f", "017f22e27-9b0-7cc3-98c4-dc0c0c07398f",
        "017f22e2-79b0-7cc3-98c4-dc0c0c073-8f",
    ])
    func refusesOtherText(_ text: String) {
        #expect(UUID(text) == nil)
    }

    @Test func refusesAnotherNumberOfBytes() {
        #expect(UUID(bytes: [UInt8](repeating: 1, count: 15)) == nil)
        #expect(UUID(bytes: [UInt8](repeating: 1, count: 17)) == nil)
    }

    @Test func readsBackRandomIdentifiers() {
        var random = SeededRandom(seed: 5)
        for _ in 0..<2000 {
            let identifier = UUID(high: random.next(), low: random.next())
            #expect(UUID(identifier.description) == identifier)
            #expect(UUID(bytes: identifier.bytes) == identifier)
        }
    }

    @Test func holdsTheTimeWithinItsBits() {
        #expect(UUID.v7(milliseconds: -5, random: (0, 0)).milliseconds == 0)
        #expect(UUID.v7(milliseconds: .max, random: (.max, .max)).milliseconds == 1 << 48 - 1)
        #expect(UUID.v7(milliseconds: .max, random: (.max, .max)).version == 7)
        #expect(UUID(high: 0x4000, low: 0).milliseconds == nil)
    }

    @Test func generatesAscendingIdentifiers() {
        var random = SeededRandom(seed: 6)
        var generator = UUIDGenerator()
        var latest = generator.next(milliseconds: 1000, using: &random)
        for step in 0..<20_000 {
            // Often the same millisecond, and now and then a clock that goes backwards.
            let time = Int64(1000 + step / 50 - (step % 97 == 0 ? 30 : 0))
            let next = generator.next(milliseconds: time, using: &random)
            #expect(latest < next)
            #expect(latest.description < next.description)
            #expect(next.version == 7)
            #expect(next.low >> 62 == 0b10)
            latest = next
        }
        #expect(latest.milliseconds == 1399)
    }

    @Test func goesToTheNextMillisecondWhenTheBitsAreUsedUp() {
        var random = SeededRandom(seed: 7)
        var generator = UUIDGenerator(time: 5, tail: (0x0FFF, 1 << 62 - 1))
        let latest = UUID.v7(milliseconds: 5, random: (0x0FFF, 1 << 62 - 1))
        let next = generator.next(milliseconds: 5, using: &random)
        #expect(latest < next)
        #expect(next.milliseconds == 6)
        #expect(next < generator.next(milliseconds: 6, using: &random))
    }

    @Test func survivesMutatedText() {
        let text = Array("017f22e2-79b0-7cc3-98c4-dc0c0c07398f".utf8)
        for length in text.indices {
            #expect(UUID(String(decoding: text.prefix(length), as: UTF8.self)) == nil)
        }
        var random = SeededRandom(seed: 8)
        for _ in 0..<5000 {
            var changed = text
            changed[Int.random(in: changed.indices, using: &random)] =
                UInt8.random(in: .min ... .max, using: &random)
            let mutated = String(decoding: changed, as: UTF8.self)
            if let identifier = UUID(mutated) {
                #expect(identifier.description == mutated.lowercased())
            }
        }
    }
}

@Suite struct StatusTests {
    @Test func namesItsBits() {
        let status: Status = [.valid, .notTopical, .derived]
        #expect(status.symbols == ["valid", "not_topical", "derived"])
        #expect(Status(symbols: status.symbols) == status)
        #expect(Status(symbols: ["nonsense"]) == nil)
        #expect(Status.derived.rawValue == 1 << 21)
    }

    @Test func keepsTheDriversBitsApart() {
        let status = Status([.valid, .carry], driverBits: 0xDEAD_BEEF)
        #expect(status.driverBits == 0xDEAD_BEEF)
        #expect(status.intersection(.common) == [.valid, .carry])
        #expect(status.symbols == ["valid", "carry"])
    }
}

@Suite struct ErrorCodeTests {
    @Test func hasOneSymbolForEachCode() {
        let symbols = Set(ErrorCode.allCases.map(\.symbol))
        #expect(symbols.count == ErrorCode.allCases.count)
        for code in ErrorCode.allCases { #expect(ErrorCode(symbol: code.symbol) == code) }
        #expect(ErrorCode(symbol: "access_denied") == .accessDenied)
        #expect(ErrorCode(symbol: "") == nil)
        #expect(ErrorCode.allCases.map(\.rawValue) == Array(0...14))
    }
}
