/// The line between a driver and a simulated device in a rehearsal: how fast it is, and what it does to
/// the bytes.
public struct Line: Sendable {
    /// Which way bytes travel.
    public enum Direction: Hashable, Sendable {
        /// From the driver to the device.
        case toDevice
        /// From the device to the driver.
        case toDriver
    }

    /// One send on its way.
    public struct Passage: Sendable {
        /// Which way it travels.
        public let direction: Direction
        /// The how-manieth send in this direction it is, from 0.
        public let index: Int
        /// What was sent.
        public let bytes: [UInt8]
    }

    /// How long bytes travel, each way.
    public var delay: Duration
    /// How long the host takes to connect.
    public var connecting: Duration
    /// What kind of connection it is.
    public var traits: Connection.Traits
    /// How long after the first chunk of a send the next one arrives; zero lets chunks that follow each
    /// other arrive as events of one moment.
    public var spacing: Duration
    /// Which of the device's sends, from 0, arrives only after the driver's timer has passed; nil for none.
    public var lateReply: Int?
    /// How many of a thousand of the device's sends arrive only after the driver's timer has passed, by up
    /// to four seconds; whatever the device sends later arrives behind them.
    public var latePerMille = 0
    /// Whether what arrives at one moment arrives as one delivery.
    public var merges = false
    /// After how many bytes, counted over both directions, the connection is lost, once; nil for never.
    public var cut: Int?
    /// Whether the device is not heard any more once the driver was disturbed.
    public var fallsSilent = false
    /// What arrives of a send: one array for each chunk; none where the send is lost.
    public var carry: @Sendable (Passage, inout Dice) -> [[UInt8]]

    /// Makes a line.
    ///
    /// - Parameters:
    ///   - delay: How long bytes travel, each way.
    ///   - connecting: How long the host takes to connect.
    ///   - traits: What kind of connection it is.
    ///   - spacing: The time between the chunks of one send.
    ///   - carry: What arrives of a send; by default all of it at once.
    public init(
        delay: Duration = .milliseconds(10), connecting: Duration = .milliseconds(50),
        traits: Connection.Traits = [], spacing: Duration = .zero,
        carry: @escaping @Sendable (Passage, inout Dice) -> [[UInt8]] = { passage, _ in
            [passage.bytes]
        }
    ) {
        self.delay = delay
        self.connecting = connecting
        self.traits = traits
        self.spacing = spacing
        self.carry = carry
    }

    /// A line that delivers every send in chunks of this many bytes.
    ///
    /// - Parameter size: Bytes a chunk, at least 1.
    /// - Returns: The line.
    public static func splitting(into size: Int) -> Line {
        Line(spacing: .milliseconds(1)) { passage, _ in chunks(passage.bytes, of: max(size, 1)) }
    }

    /// A line that loses some sends altogether.
    ///
    /// - Parameters:
    ///   - indices: The how-manieth sends are lost, from 0.
    ///   - direction: In which direction.
    /// - Returns: The line.
    public static func dropping(_ indices: Set<Int>, _ direction: Direction) -> Line {
        Line { passage, _ in
            passage.direction == direction && indices.contains(passage.index)
                ? [] : [passage.bytes]
        }
    }

    /// A line that loses, cuts, doubles, splits and corrupts sends by chance.
    ///
    /// - Parameter perMille: How often each mishap befalls a send, in a thousand.
    /// - Returns: The line.
    public static func noisy(perMille: Int) -> Line {
        Line(spacing: .milliseconds(3)) { passage, dice in
            var bytes = passage.bytes
            if dice.happens(perMille) { return [] }
            if dice.happens(perMille), !bytes.isEmpty {
                bytes.removeLast(Int(dice.next() % UInt64(bytes.count)))
            }
            if dice.happens(perMille), !bytes.isEmpty {
                let index = Int(dice.next() % UInt64(bytes.count))
                bytes[index] ^= 1 << UInt8(dice.next() % 8)
            }
            let parts =
                dice.happens(perMille) ? chunks(bytes, of: 1 + Int(dice.next() % 8)) : [bytes]
            return dice.happens(perMille) ? parts + parts : parts
        }
    }

    private static func chunks(_ bytes: [UInt8], of size: Int) -> [[UInt8]] {
        stride(from: 0, to: bytes.count, by: size).map { start in
            Array(bytes[start..<min(start + size, bytes.count)])
        }
    }
}
