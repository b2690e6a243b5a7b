import JSON
import Reactor
import Values

/// How far an item has come.
package enum ItemStage: UInt32, Hashable, Sendable, Comparable {
    /// A command is about to act: from here a lost session leaves its effect unknown.
    case sent = 1
    /// The device confirmed it.
    case accepted = 2
    /// It was read back and compared.
    case verified = 3
    /// The item is done; its code tells how.
    case final = 4

    package static func < (left: ItemStage, right: ItemStage) -> Bool {
        left.rawValue < right.rawValue
    }

    /// The name in the API.
    package var symbol: String { "\(self)" }
}

/// The fate of one item, as far as it is known.
package struct ItemOutcome: Hashable, Sendable {
    /// The item's number in the request or the command.
    package var item: UInt32
    /// The monitor's command, or 0.
    package var requestID: UInt64 = 0
    package var stage: ItemStage
    package var code: ErrorCode
    /// The driver's own code, 0 for none.
    package var detail: Int32 = 0
    package var message: Message?

    package init(
        item: UInt32, requestID: UInt64 = 0, stage: ItemStage, code: ErrorCode, detail: Int32 = 0,
        message: Message? = nil
    ) {
        self.item = item
        self.requestID = requestID
        self.stage = stage
        self.code = code
        self.detail = detail
        self.message = message
    }
}

/// A device found behind this one.
package struct ChildDevice: Hashable, Sendable {
    /// The position behind the concentrator.
    package var number: UInt32
    package var serial: String
    package var type: String
    package var address: String
    /// Further facts.
    package var facts: JSONObject
}

/// A change of the device's durable memory.
package struct MemoryWrite: Hashable, Sendable {
    package var key: String
    /// The new value; empty deletes the key.
    package var bytes: [UInt8]

    package init(key: String, bytes: [UInt8]) {
        self.key = key
        self.bytes = bytes
    }
}

/// A line of the task's journal.
package struct SessionNote: Hashable, Sendable {
    package enum Level: UInt32, Hashable, Sendable, Comparable {
        case trace, debug, info, warning, error

        package static func < (left: Level, right: Level) -> Bool {
            left.rawValue < right.rawValue
        }
    }

    package var level: Level
    package var message: Message
    package var stamp: TimeStamp
}

/// How far a session, or a command of a monitor, has come.
package struct SessionProgress: Hashable, Sendable {
    /// The monitor's command, or 0 for the session.
    package var requestID: UInt64
    package var done: UInt32
    package var total: UInt32
}

/// The end of a command of a monitor session.
package struct CommandEnd: Hashable, Sendable {
    package var requestID: UInt64
    package var code: ErrorCode
    package var message: Message?
    /// Items of the command that the driver gave no final outcome.
    package var remaining: [ItemOutcome]
}

/// What one turn of a driver asks the store to keep, all of it together.
package struct SessionBatch: Sendable {
    /// The batch's number, 1 for the session's first; `DeviceSession.storeConfirmed(upTo:)` wants it back.
    package var sequence: UInt64
    package var records: [EmittedRecord] = []
    package var outcomes: [ItemOutcome] = []
    package var memory: [MemoryWrite] = []
    package var children: [ChildDevice] = []

    var isEmpty: Bool {
        records.isEmpty && outcomes.isEmpty && memory.isEmpty && children.isEmpty
    }
}

/// What a session did, in numbers.
package struct SessionStatistics: Hashable, Sendable {
    package var bytesIn: UInt64 = 0
    package var bytesOut: UInt64 = 0
    package var records: UInt64 = 0
    package var callbacks: UInt64 = 0
    /// Time inside the driver, in nanoseconds.
    package var callbackNanoseconds: UInt64 = 0
    /// Connections that were made.
    package var connections: UInt64 = 0
    package var started = TimeStamp(monotonicNanoseconds: 0, wallMilliseconds: 0)
    package var ended = TimeStamp(monotonicNanoseconds: 0, wallMilliseconds: 0)

    package init() {}
}

/// How a session ended; the last thing that its delegate hears.
package struct SessionEnd: Sendable {
    package var code: ErrorCode
    /// The driver's own code, 0 for none.
    package var detail: Int32
    package var message: Message
    /// Where the driver yielded: what the session that continues is given back.
    ///
    /// No attempt counts.
    package var checkpoint: [UInt8]?
    /// True where the driver ended it by itself; false where the host had to.
    package var byDriver: Bool
    /// What the session had to do with the end of the plugin's process, where that ended it.
    package var lostPart: SessionLoss.Part?
    /// A final outcome for each item of the request that the driver left without one.
    ///
    /// They share the session's code; an item that was sent and not confirmed is indeterminate. Empty
    /// where the driver yielded.
    package var remaining: [ItemOutcome]
    /// The number of the session's last batch, 0 where there was none.
    package var lastSequence: UInt64
    package var statistics: SessionStatistics
}
