/// The fixed registry of what can go wrong in a session, equal to the codes of `commline.h`.
public enum ErrorCode: Int32, Hashable, Sendable, CaseIterable {
    /// Nothing went wrong.
    case ok = 0
    /// The connection could not be made, or was lost.
    case transport = 1
    /// No complete reply came in time.
    case timeout = 2
    /// The device's bytes break its protocol.
    case protocolViolation = 3
    /// The device did not accept the password or the key, or did not prove its own.
    case authentication = 4
    /// The device knows the caller and refuses this.
    case accessDenied = 5
    /// The device does not have what was asked for.
    case objectUndefined = 6
    /// The device's value cannot be understood or represented.
    case decode = 7
    /// A setting is wrong or missing.
    case configuration = 8
    /// The device or the line is in use.
    case busy = 9
    /// A user or a schedule cancelled it.
    case cancelled = 10
    /// The host could not keep what was read.
    case store = 11
    /// The driver's process ended.
    case pluginCrashed = 12
    /// A command was sent, and nobody knows whether it acted.
    case indeterminate = 13
    /// The host or the driver has a defect.
    case internalError = 14

    /// The name of the code in the API, such as `access_denied`.
    public var symbol: String {
        switch self {
        case .ok: "ok"
        case .transport: "transport"
        case .timeout: "timeout"
        case .protocolViolation: "protocol"
        case .authentication: "authentication"
        case .accessDenied: "access_denied"
        case .objectUndefined: "object_undefined"
        case .decode: "decode"
        case .configuration: "configuration"
        case .busy: "busy"
        case .cancelled: "cancelled"
        case .store: "store"
        case .pluginCrashed: "plugin_crashed"
        case .indeterminate: "indeterminate"
        case .internalError: "internal"
        }
    }

    /// Finds the code by its name in the API.
    ///
    /// - Parameter symbol: Such as `access_denied`; nil is returned for an unknown name.
    public init?(symbol: some StringProtocol) {
        guard let code = Self.allCases.first(where: { $0.symbol == symbol }) else { return nil }
        self = code
    }
}
