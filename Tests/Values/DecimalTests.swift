import Testing
import Values

@Suite struct DecimalTests {
    @Test(arguments: [
        "0", "0.00", "0.041", "3724.10", "-7", "-0.5", "1500000", "9223372036854775807",
        "-9223372036854775808", "0.000000000000000001", "-92233720368547758.08", "100.000",
    ])
    func keepsTheDigitsOfText(_ text: String) {
        #expect(Decimal(text)?.description == text)
    }

    @Test(arguments: [
        ("41e-3", "0.041"), ("1e3", "1000"), ("+5", "5"), ("-0", "0"), ("007", "7"),
        ("1.5E+2", "150"), ("0e500", "0"), ("0e-500", "0." + String(repeating: "0", count: 128)),
        ("1000000000000000000000", "1000000000000000000000"),
        ("0.10000000000000000000000", "0.1000000000000000000"),
    ])
    func readsOtherSpellings(_ text: String, _ printed: String) {
        #expect(Decimal(text)?.description == printed)
    }

    @Test(arguments: [
        "", "-", "+", ".", ".5", "5.", "1e", "1e+", "e5", "1,5", " 1", "1 ", "0x10", "nan", "inf",
        "--1", "1.2.3", "1e5.5", "9223372036854775808", "-9223372036854775809", "1e146", "1e-129",
        "12345678901234567890123", "1e99999999999999999999999", "1e-99999999999999999999999", "١",
    ])
    func refusesOtherText(_ text: String) {
        #expect(Decimal(text) == nil)
    }

    @Test func writesLargeAndSmallPowersInFull() {
        let large = Decimal(mantissa: -12, exponent: 127)
        #expect(large.description == "-12" + String(repeating: "0", count: 127))
        let small = Decimal(mantissa: 12, exponent: -128)
        #expect(small.description == "0." + String(repeating: "0", count: 126) + "12")
        #expect(Decimal(large.description) == large)
        #expect(Decimal(small.description) == small)
    }

    @Test func comparesAsNumbers() {
        #expect(Decimal("3724.10") == Decimal("3724.1"))
        #expect(Decimal("3724.10")?.hashValue == Decimal("3724.1")?.hashValue)
        #expect(Decimal("0") == Decimal("0.000"))
        #expect(Decimal("0")?.hashValue == Decimal("0.000")?.hashValue)
        #expect(Decimal("3724.1") != Decimal("3724.11"))
        #expect(Decimal(mantissa: 1, exponent: 127) != Decimal(mantissa: 1, exponent: -128))
        #expect(Decimal(mantissa: 10, exponent: 127) != Decimal(mantissa: 1, exponent: 127))
    }

    @Test func ordersAsNumbers() {
        let ascending = [
            Decimal(mantissa: .min, exponent: 127), Decimal(mantissa: -1, exponent: 127),
            Decimal(mantissa: .min), Decimal(mantissa: -2), Decimal(mantissa: -15, exponent: -1),
            Decimal(mantissa: -1, exponent: -128), Decimal(mantissa: 0, exponent: 5),
            Decimal(mantissa: 1, exponent: -128), Decimal(mantissa: 999, exponent: -3),
            Decimal(mantissa: 1), Decimal(mantissa: 1001, exponent: -3),
            Decimal(mantissa: .max, exponent: -1), Decimal(mantissa: .max),
            Decimal(mantissa: 1, exponent: 19), Decimal(mantissa: .max, exponent: 127),
        ]
        for (i, left) in ascending.enumerated() {
            for (j, right) in ascending.enumerated() {
                #expect((left < right) == (i < j), "\(left) < \(right)")
                #expect((left == right) == (i == j), "\(left) == \(right)")
            }
        }
    }

    @Test func agreesWithIntegersOfRandomDigits() throws {
        var random = SeededRandom(seed: 1)
        for _ in 0..<5000 {
            let a = Int64.random(in: -2000...2000, using: &random)
            let b = Int64.random(in: -2000...2000, using: &random)
            let (p, q) = (
                Int.random(in: 0...5, using: &random), Int.random(in: 0...5, using: &random)
            )
            let left = Decimal(mantissa: a, exponent: Int8(-p))
            let right = Decimal(mantissa: b, exponent: Int8(-q))
            let (wideA, wideB) = (a * power(5 - p), b * power(5 - q))
            #expect((left < right) == (wideA < wideB))
            #expect((left == right) == (wideA == wideB))
            if left == right { #expect(left.hashValue == right.hashValue) }
            #expect(try left.adding(right) == Decimal(mantissa: wideA + wideB, exponent: -5))
            #expect(try left.subtracting(right) == Decimal(mantissa: wideA - wideB, exponent: -5))
            #expect(
                try left.multiplied(by: right) == Decimal(mantissa: a * b, exponent: Int8(-p - q)))
            #expect(Decimal(left.description) == left)
        }
    }

    private func power(_ count: Int) -> Int64 {
        (0..<count).reduce(1) { product, _ in product * 10 }
    }

    @Test func readsBackRandomDecimals() {
        var random = SeededRandom(seed: 2)
        for _ in 0..<2000 {
            let decimal = Decimal(
                mantissa: .random(in: .min ... .max, using: &random),
                exponent: .random(in: .min ... .max, using: &random))
            #expect(Decimal(decimal.description) == decimal)
        }
    }

    @Test func isTheShortestDecimalOfABinaryNumber() {
        #expect(Decimal(shortest: Float(41.8))?.description == "41.8")
        #expect(Decimal(shortest: 41.8)?.description == "41.8")
        #expect(Decimal(shortest: 0.1)?.description == "0.1")
        #expect(Decimal(shortest: Float(16_777_216))?.description == "16777216")
        #expect(Decimal(shortest: 1e-5)?.description == "0.00001")
        #expect(Decimal(shortest: 1e20) == Decimal(mantissa: 1, exponent: 20))
        #expect(Decimal(shortest: -0.0)?.description == "0")
        #expect(Decimal(shortest: Float.leastNonzeroMagnitude) != nil)
        #expect(Decimal(shortest: Float.greatestFiniteMagnitude) != nil)
        #expect(Decimal(shortest: Double.nan) == nil)
        #expect(Decimal(shortest: -Double.infinity) == nil)
        #expect(Decimal(shortest: 1e300) == nil)
        #expect(Decimal(shortest: 1e-300) == nil)
    }

    @Test func readsBackEveryFloatOfRandomBits() {
        var random = SeededRandom(seed: 3)
        for _ in 0..<5000 {
            let value = Float(bitPattern: UInt32.random(in: .min ... .max, using: &random))
            guard value.isFinite else { continue }
            #expect(Decimal(shortest: value).flatMap { Float($0.description) } == value)
        }
    }

    @Test func scalesExactly() throws {
        #expect(try Decimal(mantissa: 41).scaled(byPowerOfTen: -3).description == "0.041")
        #expect(try Decimal(mantissa: 100).scaled(byPowerOfTen: -2).description == "1.00")
        #expect(try Decimal(mantissa: 5, exponent: 127).scaled(byPowerOfTen: 10).mantissa > 5)
        #expect(
            try Decimal(mantissa: 5000, exponent: -128).scaled(byPowerOfTen: -3)
                == Decimal(mantissa: 5, exponent: -128))
        #expect(try Decimal(mantissa: 0).scaled(byPowerOfTen: .max) == 0)
        #expect(try Decimal(mantissa: 0, exponent: -9).scaled(byPowerOfTen: .min) == 0)
        #expect(throws: ArithmeticError.overflow) {
            try Decimal(mantissa: .max, exponent: 127).scaled(byPowerOfTen: 1)
        }
        #expect(throws: ArithmeticError.overflow) { try Decimal(1).scaled(byPowerOfTen: .max) }
        #expect(throws: ArithmeticError.inexact) { try Decimal(1).scaled(byPowerOfTen: .min) }
        #expect(throws: ArithmeticError.inexact) { try Decimal(1).scaled(byPowerOfTen: -129) }
    }

    @Test func refusesResultsThatCannotBeKept() throws {
        #expect(throws: ArithmeticError.overflow) { try Decimal(.max).adding(1) }
        #expect(throws: ArithmeticError.overflow) { try Decimal(.min).negated() }
        #expect(throws: ArithmeticError.overflow) { try Decimal(.max).multiplied(by: 3) }
        #expect(throws: ArithmeticError.inexact) {
            try Decimal(mantissa: 1, exponent: 100).adding(1)
        }
        let wide = Decimal(mantissa: 1, exponent: 30)
        #expect(try wide.adding(0) == wide)
        #expect(try Decimal(mantissa: 0, exponent: -128).adding(wide) == wide)
        #expect(
            try wide.adding(Decimal(mantissa: 1_000_000, exponent: 10)).description
                == "1000000000000010000000000000000")
        #expect(try Decimal(.max).adding(Decimal(.min)) == -1)
        let zeros = Decimal(mantissa: 1_000_000_000_000_000_000, exponent: -18)
        #expect(try Decimal(mantissa: 7, exponent: 1).adding(zeros) == 71)
    }

    @Test func movesZerosBetweenMantissaAndExponent() throws {
        let tenth = Decimal(mantissa: 1, exponent: -128)
        #expect(try tenth.multiplied(by: 10) == Decimal(mantissa: 10, exponent: -128))
        #expect(throws: ArithmeticError.inexact) {
            try tenth.multiplied(by: Decimal(mantissa: 1, exponent: -1))
        }
        #expect(
            try Decimal(mantissa: 100, exponent: -128)
                .multiplied(by: Decimal(mantissa: 1, exponent: -2)) == tenth)
        let large = Decimal(mantissa: 1, exponent: 127)
        #expect(
            try large.multiplied(by: 100).description == "1" + String(repeating: "0", count: 129))
        #expect(throws: ArithmeticError.overflow) { try large.multiplied(by: large) }
        #expect(
            try Decimal(mantissa: .min, exponent: -2).subtracting(0).description
                == "-92233720368547758.08")
        #expect(throws: ArithmeticError.inexact) {
            try Decimal(mantissa: .max, exponent: -1).adding(Decimal(mantissa: .max, exponent: -2))
        }
        #expect(try Decimal(1).subtracting(1).description == "0")
        #expect(throws: ArithmeticError.overflow) {
            try Decimal(mantissa: 3, exponent: 18).multiplied(
                by: Decimal(mantissa: .max, exponent: 0))
        }
    }

    @Test func survivesMutatedText() {
        let text = Array("-3724.10e-12".utf8)
        let alphabet = Array("0123456789.eE+-x ".utf8)
        var random = SeededRandom(seed: 9)
        for _ in 0..<10_000 {
            var changed = text
            for _ in 0...Int.random(in: 0...3, using: &random) {
                let index = Int.random(in: changed.indices, using: &random)
                let byte = alphabet.randomElement(using: &random) ?? 0x30
                if Bool.random(using: &random) {
                    changed[index] = byte
                } else {
                    changed.insert(byte, at: index)
                }
            }
            if let decimal = Decimal(String(decoding: changed, as: UTF8.self)) {
                #expect(Decimal(decimal.description) == decimal)
            }
        }
    }

    @Test func isAnIntegerWhereItHasNoFraction() {
        #expect(Decimal("120.00")?.integer == 120)
        #expect(Decimal("120.5")?.integer == nil)
        #expect(Decimal(mantissa: 9, exponent: 18).integer == 9_000_000_000_000_000_000)
        #expect(Decimal(mantissa: 10, exponent: 18).integer == nil)
        #expect(Decimal(mantissa: 0, exponent: 100).integer == 0)
        #expect(Decimal(exactly: UInt64.max) == nil)
        #expect(Decimal(exactly: UInt64(10_000_000_000_000_000_000))?.exponent == 1)
        #expect(Decimal("0.25")?.approximation == 0.25)
    }

    @Test func comparesReadingsAcrossForms() {
        #expect(Value.unsigned(5).isSameReading(as: .decimal(5)))
        #expect(Value.decimal(5).isSameReading(as: .unsigned(5)))
        #expect(!Value.bits(5).isSameReading(as: .unsigned(5)))
        #expect(!Value.unsigned(.max).isSameReading(as: .decimal(5)))
        #expect(Value.bits(0x1F).description == "0x1F")
        #expect(Value.text("x").description == "x")
    }
}
