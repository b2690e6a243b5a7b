import DriverKit
import Values

/// How a simulated meter is set up, and what is wrong with it.
struct MeterOptions: Sendable {
    /// How the clock tells its zone.
    enum Deviation: String, CaseIterable, Sendable {
        case blueBook = "bluebook"
        case gost
        /// The field is left open.
        case none
    }

    /// When the rows of the day profile are stamped.
    enum DayStamp: String, CaseIterable, Sendable {
        case midnight
        /// 23:59:59 of the day that ends.
        case lastSecond = "last-second"
    }

    /// The longest message that the meter takes and sends.
    var pdu = 1024
    /// The longest information field that it sends and takes.
    var informationSize = 2030
    /// What it grants to the reader; GOST R 58940-2020, 8.1.
    var readerConformance = Conformance(rawValue: 0x00101D)
    /// What it grants to the configurator.
    var configuratorConformance = Conformance(rawValue: 0x001A9D)
    /// The only physical address that it answers to; nil for all that are usual.
    var physical: UInt16?
    /// The reader's password.
    var password = Array("12345678".utf8)
    /// The configurator's key.
    var key = Array("1234567812345678".utf8)
    /// How many tariffs there are.
    var tariffs = 4
    /// The power of ten of its registers.
    var scaler: Int8 = 0
    /// The power of ten of its profile columns.
    var profileScaler: Int8 = 0
    /// Whether it has a scale profile.
    var hasScaleProfile = true
    /// How many days its profile holds.
    var days = 45
    var deviation = Deviation.blueBook
    var dayStamp = DayStamp.midnight
    /// How far its clock is ahead.
    var clockError = Duration.zero
    /// Each so-manieth row has null-data for its values; 0 for none.
    var nullEvery = 0
    /// Whether only the first row of an answer bears its stamp.
    var leavesOutStamps = false
    /// How many columns at the end of the day profile are missing.
    var missingColumns = 0
    /// Whether a time without deviation is taken for UTC in the selection of rows.
    var takesOpenTimesForUTC = false
    /// Whether rows can be selected by time.
    var selectsByRange = true
    /// Each so-manieth frame has a wrong checksum; 0 for none.
    var badChecksumEvery = 0
    /// Each so-manieth frame is not heard; 0 for none.
    var silentEvery = 0

    init() {}

    /// Reads the options of a simulation; the settings of the protocol give address and password.
    init(_ options: Settings, settings: Settings) throws(SettingsError) {
        pdu = try options.integer("pdu", in: 32...65535, default: pdu)
        informationSize = try options.integer(
            "informationSize", in: HDLCParameters.informationRange, default: informationSize)
        if options.has("physical") {
            physical = UInt16(try options.integer("physical", in: 0...0x3FFF))
        }
        tariffs = try options.integer("tariffs", in: 0...8, default: tariffs)
        scaler = Int8(try options.integer("scaler", in: -3...3, default: 0))
        profileScaler = Int8(
            try options.integer("profileScaler", in: -3...3, default: Int(scaler)))
        hasScaleProfile = try options.flag("scaleProfile", default: true)
        days = try options.integer("days", in: 0...4000, default: days)
        deviation = try options.choice("deviation", default: .blueBook)
        dayStamp = try options.choice("dayStamp", default: .midnight)
        clockError = .seconds(
            try options.integer("clockErrorSeconds", in: -86_400...86_400, default: 0))
        nullEvery = try options.integer("nullEvery", in: 0...1000, default: 0)
        leavesOutStamps = try options.flag("leavesOutStamps", default: false)
        missingColumns = try options.integer("missingColumns", in: 0...100, default: 0)
        takesOpenTimesForUTC = try options.flag("takesOpenTimesForUTC", default: false)
        selectsByRange = try options.flag("selectsByRange", default: true)
        badChecksumEvery = try options.integer("badChecksumEvery", in: 0...1000, default: 0)
        silentEvery = try options.integer("silentEvery", in: 0...1000, default: 0)
        if try !options.flag("lists", default: true) {
            configuratorConformance.remove(.multipleReferences)
        }
        try take(settings)
    }

    /// Takes what the driver's settings say of the meter.
    private mutating func take(_ settings: Settings) throws(SettingsError) {
        guard settings.has(DLMSSettings.Name.password) else { return }
        let secret = try settings.secret(DLMSSettings.Name.password)
        let level: DLMSSettings.Authentication = try settings.choice(
            DLMSSettings.Name.authentication, default: .high)
        switch level {
        case .high: key = secret.bytes
        case .low: password = secret.bytes
        case .none: break
        }
    }
}
