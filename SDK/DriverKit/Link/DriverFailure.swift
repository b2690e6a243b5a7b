import Values
import Wire

/// Why a driver gave up: what ends a session that did not end well.
public struct DriverFailure: Error, Hashable, Sendable {
    /// The code of the error registry; items without an outcome share it.
    public var code: ErrorCode
    /// The driver's own code, 0 for none.
    public var detail: Int32
    /// What people are told.
    public var message: Message
    /// Whether the driver stopped because the host asked it to yield.
    let isYield: Bool

    /// Makes a failure.
    ///
    /// - Parameters:
    ///   - code: The code of the error registry.
    ///   - detail: The driver's own code, 0 for none.
    ///   - message: What people are told.
    public init(code: ErrorCode, detail: Int32 = 0, message: Message) {
        self.code = code
        self.detail = detail
        self.message = message
        isYield = false
    }

    /// Makes a failure from whatever a body threw.
    ///
    /// A failure stays what it is; errors of the link, of settings and of codecs get the code that fits
    /// them; anything else is a defect of the driver. A session that fails with
    /// ``LinkError/yieldRequested`` is continued later and counts no attempt.
    ///
    /// - Parameters:
    ///   - error: What was thrown.
    ///   - detail: The driver's own code, 0 for none; a failure keeps its own.
    public init(_ error: any Error, detail: Int32 = 0) {
        switch error {
        case let failure as DriverFailure: self = failure
        case let error as LinkError:
            self.init(error.code, detail, error.description, isYield: error == .yieldRequested)
        case let error as SettingsError: self.init(.configuration, detail, error.description)
        case let error as RequestError: self.init(.configuration, detail, error.description)
        case let error as WireError: self.init(.decode, detail, error.description)
        default: self.init(.internalError, detail, "\(error)")
        }
    }

    private init(_ code: ErrorCode, _ detail: Int32, _ text: String, isYield: Bool = false) {
        self.code = code
        self.detail = detail
        message = Message(detail: text)
        self.isYield = isYield
    }
}

extension DriverFailure: CustomStringConvertible {
    /// The code and the message, for a log.
    public var description: String { "\(code.symbol): \(message)" }
}
