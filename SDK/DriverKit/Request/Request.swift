import CCommline
import JSON

/// What a session is asked to do, and what is known about the device.
public struct Request: Sendable {
    /// How a session lives.
    public enum Mode: UInt32, Hashable, Sendable {
        /// It serves its items and ends.
        case task = 1
        /// It stays open and serves commands.
        case monitor = 2
    }

    /// The device's way into the host.
    public struct Commline: Hashable, Sendable {
        /// The device library of the driver, as the manifest maps it.
        public let deviceLib: String
        /// The protocol map of the driver, as the manifest maps it.
        public let protocolMap: String
        /// The device's address on the line; empty where the settings tell it.
        public let address: String
    }

    /// A sealed read-only file that goes with the request, such as a firmware image.
    ///
    /// Borrowed until the session is closed; not to be closed by the driver.
    public struct File: Hashable, Sendable {
        /// The file's descriptor.
        public let descriptor: Int32
        /// Its size in bytes.
        public let size: UInt64
    }

    /// The device.
    public let device: Device
    /// The symbol of the protocol's type, such as `PROTO_DLMS`.
    public let protocolType: String
    /// The settings of the protocol.
    public let settings: Settings
    /// The symbol of the channel's type, such as `TCP_CLIENT`.
    public let channelType: String
    /// The settings of the channel.
    public let channelSettings: Settings
    /// The device's way into the host.
    public let commline: Commline
    /// How the session lives.
    public let mode: Mode
    /// What is asked for.
    public let items: [Item]
    /// The device's durable memory, as earlier sessions left it.
    public let memory: [String: [UInt8]]
    /// Where a session that yielded stopped, or nil.
    public let checkpoint: [UInt8]?
    /// A file that goes with the request, or nil.
    public let file: File?
    /// The moment at which the session was opened.
    public let moment: Moment
    /// The whole JSON object, for members that this type does not name.
    public let json: JSONObject

    /// Reads a request.
    ///
    /// - Parameters:
    ///   - text: The JSON text as UTF-8.
    ///   - file: A file that goes with it, or nil.
    ///   - moment: The moment at which the session is opened.
    /// - Throws: What is wrong with it, and where.
    public init(
        parsing text: some Collection<UInt8>, file: File? = nil, moment: Moment
    ) throws(RequestError) {
        let fields = try Fields(parsing: text)
        guard let device = try fields.optionalObject("device") else {
            throw fields.error("device", "is missing")
        }
        self.device = try Device(device)
        let proto = try fields.optionalObject("protocol")
        protocolType = try proto?.optionalText("type") ?? ""
        settings = Settings(try proto?.objectValue("settings") ?? [:])
        let channel = try fields.optionalObject("channel")
        channelType = try channel?.optionalText("type") ?? ""
        channelSettings = Settings(try channel?.objectValue("settings") ?? [:])
        let line = try fields.optionalObject("commline")
        commline = Commline(
            deviceLib: try line?.optionalText("deviceLib") ?? "",
            protocolMap: try line?.optionalText("protocolMap") ?? "",
            address: try line?.optionalText("address") ?? "")
        mode = try Self.mode(fields)
        items = try Item.items(of: fields)
        memory = try Self.memory(fields)
        checkpoint = try fields.bytes("checkpoint")
        self.file = file
        self.moment = moment
        json = fields.object
    }

    private static func mode(_ fields: Fields) throws(RequestError) -> Mode {
        switch try fields.optionalText("mode") {
        case nil, "task": .task
        case "monitor": .monitor
        case .some(let other):
            throw fields.error("mode", "\"\(other)\" is none of task, monitor")
        }
    }

    private static func memory(_ fields: Fields) throws(RequestError) -> [String: [UInt8]] {
        guard let memory = try fields.optionalObject("memory") else { return [:] }
        var result: [String: [UInt8]] = [:]
        for (key, _) in memory.object {
            result[key] = try memory.bytes(key)
        }
        return result
    }
}

extension Request {
    /// Reads the C struct.
    init(_ pointer: UnsafePointer<commline_request>?) throws(RequestError) {
        let (text, file, moment) = try Self.parts(pointer)
        try self.init(parsing: text.buffer, file: file, moment: moment)
    }

    /// Checks the C struct and takes it apart.
    static func parts(
        _ pointer: UnsafePointer<commline_request>?
    ) throws(RequestError) -> (text: commline_text, file: File?, moment: Moment) {
        let size = sizeOfStruct(pointer)
        guard let pointer, size >= MemoryLayout<commline_request>.size else {
            throw RequestError(
                "",
                "the struct has \(size) bytes, ABI 1.0 needs "
                    + "\(MemoryLayout<commline_request>.size)")
        }
        let request = pointer.pointee
        guard request.json.data != nil, request.json.size > 0 else {
            throw RequestError("", "the JSON is missing")
        }
        let file =
            request.file >= 0 ? File(descriptor: request.file, size: request.file_size) : nil
        let moment = Moment(
            nanoseconds: request.monotonic_ns, wallMilliseconds: request.wall_ms)
        return (request.json, file, moment)
    }
}
