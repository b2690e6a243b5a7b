import CCommline
import Values

/// How far an item has come.
public enum Stage: UInt32, Hashable, Sendable {
    /// The driver is about to act: from here a lost session leaves the item indeterminate.
    case sent = 1
    /// The device confirmed it.
    case accepted = 2
    /// It was read back and compared.
    case verified = 3
    /// The item is done; its code tells how.
    case final = 4
}

/// The fate of one item.
public struct Outcome: Hashable, Sendable {
    /// The item's number in the request or the command.
    public var item: UInt32
    /// The monitor's command that the item belongs to, or 0.
    public var command: UInt64
    /// How far the item has come.
    public var stage: Stage
    /// How it went.
    public var code: ErrorCode
    /// The driver's own code, 0 for none.
    public var detail: Int32
    /// What people are told, or nil.
    public var message: Message?

    /// Makes an outcome.
    ///
    /// - Parameters:
    ///   - item: The item's number in the request or the command.
    ///   - stage: How far the item has come.
    ///   - code: How it went.
    ///   - detail: The driver's own code, 0 for none.
    ///   - message: What people are told, or nil.
    ///   - command: The monitor's command that the item belongs to, or 0.
    public init(
        item: UInt32, stage: Stage = .final, code: ErrorCode = .ok, detail: Int32 = 0,
        message: Message? = nil, command: UInt64 = 0
    ) {
        self.item = item
        self.command = command
        self.stage = stage
        self.code = code
        self.detail = detail
        self.message = message
    }
}

/// A device found behind another one.
public struct Child: Hashable, Sendable {
    /// The position behind the concentrator.
    public var number: UInt32
    /// The serial number.
    public var serial: String
    /// The symbol of the device's type; may be empty.
    public var type: String
    /// The address; may be empty.
    public var address: String
    /// Further facts: a JSON object as text, or empty.
    public var facts: String

    /// Makes a child.
    ///
    /// - Parameters:
    ///   - number: The position behind the concentrator.
    ///   - serial: The serial number.
    ///   - type: The symbol of the device's type; may be empty.
    ///   - address: The address; may be empty.
    ///   - facts: Further facts: a JSON object as text, or empty.
    public init(
        number: UInt32, serial: String, type: String = "", address: String = "",
        facts: String = ""
    ) {
        self.number = number
        self.serial = serial
        self.type = type
        self.address = address
        self.facts = facts
    }
}
