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

    /// Makes a failure from what the link threw.
    ///
    /// A session that fails with ``LinkError/yieldRequested`` is continued later and counts no attempt.
    ///
    /// - Parameters:
    ///   - error: What the link threw.
    ///   - detail: The driver's own code, 0 for none.
    public init(_ error: LinkError, detail: Int32 = 0) {
        code = error.code
        self.detail = detail
        message = Message(detail: error.description)
        isYield = error == .yieldRequested
    }

    /// Makes a failure from whatever a body threw.
    ///
    /// A failure stays what it is; errors of the link, of settings and of codecs get the code that fits
    /// them; anything else is a defect of the driver.
    ///
    /// - Parameter error: What was thrown.
    public init(_ error: any Error) {
        switch error {
        case let failure as DriverFailure: self = failure
        case let error as LinkError: self.init(error)
        case let error as SettingsError: self.init(error)
        case let error as WireError:
            self.init(code: .decode, message: Message(detail: error.description))
        default: self.init(code: .internalError, message: Message(detail: "\(error)"))
        }
    }

    /// Makes a failure from a setting that cannot work.
    ///
    /// - Parameter error: What is wrong with it.
    public init(_ error: SettingsError) {
        self.init(code: .configuration, message: Message(detail: error.description))
    }
}

extension DriverFailure: CustomStringConvertible {
    /// The code and the message, for a log.
    public var description: String { "\(code.symbol): \(message)" }
}
