import DriverKit
import JSON
import Values
import Wire

/// What a session needs to know before it dials: the settings of a commline, checked.
///
/// The names are those of the head-end's manual where it names a setting, see the manifest.
struct DLMSSettings: Sendable {
    /// How the client proves itself.
    enum Authentication: String, CaseIterable, Sendable {
        /// The configurator: both ends encipher a challenge with a shared key.
        case high = "High"
        /// The reader: a password.
        case low = "Low"
        /// The public client, which may read the clock and the name.
        case none = "None"
    }

    /// How messages travel.
    enum Transport: String, CaseIterable, Sendable {
        case hdlc
        case wrapper
    }

    /// How rows of a profile are chosen.
    enum ProfileAccess: String, CaseIterable, Sendable {
        /// By time; by number or all where the meter refuses that.
        case automatic = "auto"
        case range
        case entry
        case all
    }

    /// Which columns of a profile are asked for.
    enum ProfileColumns: String, CaseIterable, Sendable {
        case all
        /// Only those that are wanted: shorter answers, but not every meter can do it.
        case needed
    }

    enum Name {
        static let authentication = "DLMS_AUTHENTICATION"
        static let password = "DLMS_PASSWORD"
        static let client = "DLMS_CLIENT_ADDRESS"
        static let logicalServer = "DLMS_LOGICAL_SERVER"
        static let physicalServer = "DLMS_PHYSICAL_SERVER"
        static let resendCount = "DLMS_RESEND_COUNT"
        static let waitTime = "DLMS_WAIT_TIME"
        static let transmitSize = "DLMS_MAX_INFO_FIELD_LENGTH_TRANSMIT"
        static let receiveSize = "DLMS_MAX_INFO_FIELD_LENGTH_RECEIVE"
        static let addressLength = "DLMS_SERVER_ADDRESS_LENGTH"
        static let addressRule = "DLMS_PHYSICAL_ADDRESS_RULE"
        static let transport = "DLMS_TRANSPORT"
        static let codePage = "DLMS_CODE_PAGE"
        static let deviationSign = "DLMS_DEVIATION_SIGN"
        static let profileAccess = "DLMS_PROFILE_ACCESS"
        static let profileColumns = "DLMS_PROFILE_COLUMNS"
        static let masterKey = "DLMS_MASTER_KEY"

        /// Every name that is known.
        static let all: Set<String> = [
            authentication, password, client, logicalServer, physicalServer, resendCount, waitTime,
            transmitSize, receiveSize, addressLength, addressRule, transport, codePage,
            deviationSign, profileAccess, profileColumns, masterKey,
        ]
    }

    let transport: Transport
    let authentication: Authentication
    /// The password's bytes or the key; empty without authentication.
    let secret: Secret
    let client: UInt8
    let server: HDLCAddress
    /// The server's port of the wrapper.
    let serverPort: UInt16
    let resendCount: Int
    let waitTime: Duration
    let parameters: HDLCParameters
    let codePage: CodePage
    let deviationSign: DeviationSign
    let profileAccess: ProfileAccess
    let profileColumns: ProfileColumns

    /// Reads and checks the settings of a request.
    init(_ request: Request) throws(DriverFailure) {
        do throws(SettingsError) {
            try self.init(
                request.settings, channelType: request.channelType,
                lineAddress: request.commline.address, serialNumber: request.device.serialNumber)
        } catch {
            throw DriverFailure(setting: error)
        }
    }

    /// Reads and checks settings; `lineAddress`, where it is not empty, replaces the physical
    /// address.
    init(
        _ settings: Settings, channelType: String, lineAddress: String, serialNumber: String
    ) throws(SettingsError) {
        let usual = ChannelDefaults(channelType)
        transport = try settings.choice(Name.transport, default: .hdlc)
        authentication = try settings.choice(Name.authentication, default: .high)
        secret = try Self.secret(settings, authentication)
        let client = try settings.integer(
            Name.client, in: 1...127, default: Self.usualClient(authentication))
        self.client = UInt8(client)
        resendCount = try settings.integer(Name.resendCount, in: 0...20, default: 3)
        waitTime = try settings.duration(
            Name.waitTime, in: .milliseconds(100) ... .seconds(600), default: usual.waitTime)
        parameters = HDLCParameters(
            transmitInformation: try settings.integer(
                Name.transmitSize, in: HDLCParameters.informationRange,
                default: usual.informationSize),
            receiveInformation: try settings.integer(
                Name.receiveSize, in: HDLCParameters.informationRange,
                default: usual.informationSize))
        codePage = try settings.choice(Name.codePage, default: .automatic)
        deviationSign = try settings.choice(Name.deviationSign, default: .automatic)
        profileAccess = try settings.choice(Name.profileAccess, default: .automatic)
        profileColumns = try settings.choice(Name.profileColumns, default: .all)

        let logical = try settings.integer(
            Name.logicalServer, in: 0...0x3FFF, default: usual.logicalServer)
        let physical = try Self.physicalServer(
            settings, usual, lineAddress: lineAddress, serialNumber: serialNumber)
        let length = try settings.integer(Name.addressLength, in: 0...4, default: 0)
        guard let server = HDLCAddress(logical: logical, physical: physical, length: length)
        else {
            let address = physical.map { "\(logical)/\($0)" } ?? "\(logical)"
            throw SettingsError(
                setting: Name.addressLength, given: "\(length)",
                allowed: "a length that holds the server address \(address): 0 (as needed), "
                    + "or 4")
        }
        self.server = server
        serverPort = UInt16(clamping: logical == 0 ? physical ?? 0 : logical)
    }

    private static func usualClient(_ authentication: Authentication) -> Int {
        switch authentication {
        case .high: 48
        case .low: 32
        case .none: 16
        }
    }

    private static func secret(
        _ settings: Settings, _ authentication: Authentication
    ) throws(SettingsError) -> Secret {
        guard authentication != .none else { return Secret("") }
        let secret = try settings.secret(Name.password)
        guard authentication == .high else { return secret }
        guard Self.key(of: secret) != nil else {
            throw SettingsError(
                setting: Name.password, given: nil,
                allowed: "16 characters or 32 hexadecimal digits where \(Name.authentication) "
                    + "is High")
        }
        return secret
    }

    /// The key of AES-128: 16 characters as they are, or 32 hexadecimal digits.
    private static func key(of secret: Secret) -> [UInt8]? {
        let bytes = secret.bytes
        if bytes.count == 16 { return bytes }
        return bytes.count == 32 ? try? Hex.bytes(secret.exposed) : nil
    }

    /// What goes into the AARQ with low level security, or keys the cipher with high level
    /// security.
    var secretBytes: [UInt8] {
        authentication == .high ? Self.key(of: secret) ?? [] : secret.bytes
    }

    private static func physicalServer(
        _ settings: Settings, _ usual: ChannelDefaults, lineAddress: String, serialNumber: String
    ) throws(SettingsError) -> Int? {
        let range = 0...0x3FFF
        if !lineAddress.isEmpty {
            guard let address = Int(lineAddress), range.contains(address) else {
                throw SettingsError(
                    setting: "Address", given: lineAddress,
                    allowed: "empty, or a whole number within 0...16383 that replaces "
                        + Name.physicalServer)
            }
            return address
        }
        let rule: ServerAddressRule = try settings.choice(Name.addressRule, default: .automatic)
        switch rule {
        case .none: return nil
        case .explicit: return try settings.integer(Name.physicalServer, in: range)
        case .automatic:
            if settings.has(Name.physicalServer) {
                return try settings.integer(Name.physicalServer, in: range)
            }
            if let address = usual.physicalServer { return address }
        default: break
        }
        guard let address = rule.address(ofSerialNumber: serialNumber) else {
            throw SettingsError(
                setting: Name.physicalServer, given: nil,
                allowed: "given, because the serial number \"\(serialNumber)\" makes no address "
                    + "by the rule \(rule.rawValue)")
        }
        return address
    }
}

/// What is usual on a kind of channel.
///
/// Source: the head-end's manual, table 3.
struct ChannelDefaults: Sendable {
    let logicalServer: Int
    /// Nil where it is made of the serial number.
    let physicalServer: Int?
    let waitTime: Duration
    let informationSize: Int

    init(_ channelType: String) {
        switch channelType {
        case "CHAN_TYPE_CENC":
            (logicalServer, physicalServer, waitTime, informationSize) = (0, 1, .seconds(30), 256)
        case "CHAN_TYPE_RS232":
            (logicalServer, physicalServer, waitTime, informationSize) = (1, 16, .seconds(5), 1024)
        default:
            (logicalServer, physicalServer, waitTime, informationSize) = (1, nil, .seconds(5), 256)
        }
    }
}
