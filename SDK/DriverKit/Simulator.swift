import CCommline
import JSON

/// The other end: a simulated device that answers the driver of the same plugin.
///
/// The link is turned around: ``Link/nextConnection()`` waits for a client, ``Link/receive()`` for what
/// it sends. A simulated device lives through many connections of one session.
public protocol Simulator: Sendable {
    /// Makes a simulated device.
    init()

    /// Lives as a device until the simulation ends.
    ///
    /// - Parameters:
    ///   - device: Which device it is.
    ///   - link: The way to its clients.
    /// - Throws: Why it cannot live on; a client that went away is no such reason.
    func run(_ device: SimulatedDevice, on link: Link) async throws(DriverFailure)
}

/// Which device a simulator is to be.
public struct SimulatedDevice: Sendable {
    /// The symbol of the device's type.
    public let type: String
    /// The serial number.
    public let serialNumber: String
    /// Which of its brothers this one is, from 0.
    public let index: Int
    /// How many brothers there are, itself included.
    public let count: Int
    /// What makes its values its own: equal seeds give equal devices.
    public let seed: UInt64
    /// What the plugin's manifest offers to choose.
    public let options: Settings
    /// The settings of the protocol that it is to speak, as the driver has them.
    public let settings: Settings
    /// Its time zone.
    public let clock: DeviceClock
    /// The moment at which it came to life.
    public let moment: Moment

    /// Reads the request of a simulation.
    ///
    /// - Parameters:
    ///   - text: The JSON text as UTF-8.
    ///   - moment: The moment at which the device comes to life.
    /// - Throws: What is wrong with it, and where.
    public init(parsing text: some Collection<UInt8>, moment: Moment) throws(RequestError) {
        let fields = try Fields(parsing: text)
        type = try fields.text("type")
        serialNumber = try fields.optionalText("serialNumber") ?? ""
        index = Int(try fields.count("index") ?? 0)
        count = Int(try fields.count("count") ?? 1)
        seed = try fields.seed("seed")
        options = Settings(try fields.objectValue("options"))
        settings = Settings(try fields.objectValue("settings"))
        clock = try DeviceClock(try fields.optionalObject("timeZone"))
        self.moment = moment
    }

    /// Reads the C struct.
    init(_ pointer: UnsafePointer<commline_request>?) throws(RequestError) {
        let (text, _, moment) = try Request.parts(pointer)
        try self.init(parsing: text.buffer, moment: moment)
    }
}
