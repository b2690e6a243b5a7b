import DriverKit
import JSON
import Testing

@Suite struct SettingsTests {
    private enum Level: String, CaseIterable { case none = "NONE", low = "LOW" }

    private static let settings = Settings([
        "COUNT": 3, "TEXT_COUNT": "7", "FRACTION": 3.5, "NAME": "CE 307", "EMPTY": "",
        "NULL": nil, "PASSWORD": "s3cr3t", "PIN": 1234, "LEVEL": "LOW", "YES": true, "NO": "false",
        "LIST": [1], "HUGE": 99_999_999_999,
    ])

    private static func error(_ body: () throws(SettingsError) -> Void) -> String? {
        do throws(SettingsError) {
            try body()
            return nil
        } catch {
            return error.description
        }
    }

    @Test func readsNumbersAlsoFromTexts() throws {
        let settings = Self.settings
        #expect(try settings.integer("COUNT", in: 0...10) == 3)
        #expect(try settings.integer("TEXT_COUNT", in: 0...10) == 7)
        for name in ["MISSING", "EMPTY", "NULL"] {
            #expect(try settings.integer(name, in: 0...10, default: 5) == 5)
        }
    }

    @Test func namesTheSettingTheValueAndWhatIsAllowed() {
        let settings = Self.settings
        let cases: [(String, String)] = [
            ("MISSING", "MISSING has to be a whole number within 0...2"),
            ("COUNT", "COUNT is 3, but has to be a whole number within 0...2"),
            ("TEXT_COUNT", "TEXT_COUNT is \"7\", but has to be a whole number within 0...2"),
            ("FRACTION", "FRACTION is 3.5, but has to be a whole number within 0...2"),
            ("LIST", "LIST is [1], but has to be a whole number within 0...2"),
            ("HUGE", "HUGE is 99999999999, but has to be a whole number within 0...2"),
        ]
        for (name, message) in cases {
            #expect(
                Self.error { () throws(SettingsError) in
                    _ = try settings.integer(name, in: 0...2)
                } == message)
        }
    }

    @Test func readsTextsChoicesAndFlags() throws {
        let settings = Self.settings
        #expect(try settings.text("NAME") == "CE 307")
        #expect(try settings.text("COUNT") == "3")
        #expect(try settings.text("MISSING", default: "x") == "x")
        #expect(try settings.choice("LEVEL", of: Level.self) == .low)
        #expect(try settings.choice("MISSING", default: Level.none) == .none)
        #expect(try settings.flag("YES") && !settings.flag("NO", default: true))
        #expect(
            Self.error { () throws(SettingsError) in
                _ = try settings.choice("NAME", of: Level.self)
            } == "NAME is \"CE 307\", but has to be one of NONE, LOW")
        #expect(
            Self.error { () throws(SettingsError) in _ = try settings.flag("COUNT") }
                == "COUNT is 3, but has to be true or false")
        #expect(
            Self.error { () throws(SettingsError) in _ = try settings.text("LIST") }
                == "LIST is [1], but has to be a text")
    }

    @Test func neverShowsASecret() throws {
        let secret = try Self.settings.secret("PASSWORD")
        #expect(secret.exposed == "s3cr3t" && secret.bytes == Array("s3cr3t".utf8))
        #expect(try Self.settings.secret("PIN").exposed == "1234")
        var dumped = ""
        dump(secret, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), dumped, "\([secret])"] {
            #expect(!text.contains("s3cr3t"))
        }
        let message = Self.error { () throws(SettingsError) in
            _ = try Settings(["KEY": ["s3cr3t"]]).secret("KEY")
        }
        #expect(message == "KEY has to be a text")
    }

    @Test(arguments: [
        ("5000", 5000), ("00:00:05", 5000), ("1.02:03:04", 93_784_000), ("5s", 5000),
        ("200ms", 200), ("2m", 120_000), ("1h", 3_600_000), ("00:00:00.25", 250), ("0", 0),
        ("00:00:00.123456789", 123), ("365.00:00:00", 31_536_000_000),
    ])
    func readsDurations(_ text: String, _ milliseconds: Int) throws {
        let settings = Settings(["T": .string(text)])
        let limit = Duration.seconds(400 * 86_400)
        #expect(try settings.duration("T", in: .zero...limit) == .milliseconds(milliseconds))
    }

    @Test(arguments: [
        "", "5 s", "-5", "-5s", "00:60:00", "24:00:00", "1:2", "5d", "1.2.03:04:05", "00:00:5.",
        "x",
        "00:00:00:05", "9223372036854775807h", "+5s", "+5", "٥s",
    ])
    func refusesOtherDurations(_ text: String) {
        let settings = Settings(["T": .string(text)])
        #expect(throws: SettingsError.self) { try settings.duration("T") }
    }

    @Test func tellsTheRangeOfADuration() throws {
        #expect(try Settings(["T": 1500]).duration("T") == .milliseconds(1500))
        #expect(
            Self.error { () throws(SettingsError) in
                _ = try Settings(["T": "2m"]).duration(
                    "T", in: .milliseconds(100) ... .seconds(90_061))
            } == nil)
        #expect(
            Self.error { () throws(SettingsError) in
                _ = try Settings(["T": 5]).duration(
                    "T", in: .milliseconds(100) ... .seconds(90_061))
            }
                == "T is 5, but has to be a time such as \"00:00:05\", \"5s\" or 5000 "
                + "(milliseconds) within 00:00:00.100...1.01:01:01")
    }
}
