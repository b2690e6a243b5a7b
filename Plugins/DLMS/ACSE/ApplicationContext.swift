import Wire

/// How objects are named, and whether messages are ciphered.
///
/// Source: IEC 62056-53, 8.2.2.
enum ApplicationContext: UInt8, Sendable {
    case logicalNames = 1
    case shortNames = 2
    case logicalNamesCiphered = 3
    case shortNamesCiphered = 4
}

/// How the two ends prove who they are.
///
/// Source: IEC 62056-53, 8.2.3; GOST R 58940-2020, 6.2. Numbers that are not here are kept as they
/// came.
struct AuthenticationMechanism: RawRepresentable, Hashable, Sendable {
    let rawValue: UInt8

    /// Nobody proves anything.
    static let none = AuthenticationMechanism(rawValue: 0)
    /// The client tells its password (LLS).
    static let low = AuthenticationMechanism(rawValue: 1)
    /// Both encipher the other's challenge with a shared secret, as the manufacturer says:
    /// AES-128-ECB here.
    static let high = AuthenticationMechanism(rawValue: 2)
    /// As `high`, with AES-GMAC.
    static let highGMAC = AuthenticationMechanism(rawValue: 5)
}

/// What a client and a server may ask of each other, as 24 bits.
///
/// Source: IEC 62056-53, 9.2.6; bit 0 is the highest one, so that `get` (bit 19) is 0x000010.
struct Conformance: OptionSet, Hashable, Sendable {
    let rawValue: UInt32

    static let generalProtection = Conformance(bit: 1)
    static let generalBlockTransfer = Conformance(bit: 2)
    static let blockTransferWithGet = Conformance(bit: 11)
    static let blockTransferWithSet = Conformance(bit: 12)
    static let blockTransferWithAction = Conformance(bit: 13)
    static let multipleReferences = Conformance(bit: 14)
    static let dataNotification = Conformance(bit: 16)
    static let get = Conformance(bit: 19)
    static let set = Conformance(bit: 20)
    static let selectiveAccess = Conformance(bit: 21)
    static let eventNotification = Conformance(bit: 22)
    static let action = Conformance(bit: 23)

    init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    private init(bit: UInt32) {
        rawValue = 1 << (23 - bit)
    }
}

extension Conformance: CustomStringConvertible {
    /// The bits as the standard's examples write them: six hexadecimal digits.
    var description: String {
        [UInt8(rawValue >> 16 & 0xFF), UInt8(rawValue >> 8 & 0xFF), UInt8(rawValue & 0xFF)].hex
    }
}
