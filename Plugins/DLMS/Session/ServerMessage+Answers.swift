import DriverKit
import JSON
import Values
import Wire

extension ServerMessage {
    /// Tells whether a message says that the server could not take a request at all.
    static func isError(_ message: [UInt8]) -> Bool {
        message.first == ExceptionResponse.tag || message.first == ConfirmedServiceError.tag
    }

    /// Tells whether a message answers the request with this number, or says that there is no
    /// answer.
    ///
    /// Meters repeat the number; some change class and priority beside it.
    static func answers(_ message: [UInt8], _ tag: UInt8, _ invoke: InvokeID) -> Bool {
        if isError(message) { return true }
        return message.count > 2 && message[0] == tag
            && InvokeID(rawValue: message[2]).number == invoke.number
    }

    /// Tells whether a GET response is a block with another number than this: a late copy.
    static func isBlock(_ message: [UInt8], other number: UInt32) -> Bool {
        guard message.count >= 8, message[0] == GetResponse.tag, message[1] == 2 else {
            return false
        }
        return message[4..<8].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } != number
    }

    /// Decodes a message, or throws that the answer to `step` is none.
    init(decoding bytes: [UInt8], in step: String) throws(DriverFailure) {
        do throws(WireError) {
            try self.init(decoding: bytes)
        } catch {
            throw DriverFailure(
                .decode, .answerMalformed, ["step": .string(step)], detail: error.description)
        }
    }
}

extension DriverFailure {
    /// Makes a failure from an exception that answers a step of the association.
    init(_ code: ErrorCode, exception: ExceptionResponse, step: String) {
        self.init(
            code, .answerException,
            [
                "object": .string(step), "state": JSONValue(Int(exception.state)),
                "service": JSONValue(Int(exception.service)),
            ])
    }

    /// Makes a failure from a confirmed-service-error.
    init(serviceError error: ConfirmedServiceError) {
        self.init(
            .protocolViolation, .associationError,
            [
                "service": JSONValue(Int(error.service)), "kind": JSONValue(Int(error.kind)),
                "error": JSONValue(Int(error.code)),
            ])
    }
}

extension LinkError {
    /// Runs a call of the link and turns its error into a failure of the driver.
    static func translated<Result>(
        _ body: () throws(LinkError) -> Result
    ) throws(DriverFailure) -> Result {
        do throws(LinkError) {
            return try body()
        } catch {
            throw DriverFailure(error)
        }
    }
}

extension AssociationResponse.Diagnostic {
    /// The name in the standard.
    var name: String {
        let names = source == .user ? Self.userNames : Self.providerNames
        return Int(code) < names.count ? names[Int(code)] : "\(source) \(code)"
    }

    // Source: IEC 62056-53, 8.2.1, associate-source-diagnostic.
    private static let userNames = [
        "null", "no-reason-given", "application-context-name-not-supported",
        "calling-AP-title-not-recognized", "calling-AP-invocation-identifier-not-recognized",
        "calling-AE-qualifier-not-recognized", "calling-AE-invocation-identifier-not-recognized",
        "called-AP-title-not-recognized", "called-AP-invocation-identifier-not-recognized",
        "called-AE-qualifier-not-recognized", "called-AE-invocation-identifier-not-recognized",
        "authentication-mechanism-name-not-recognised",
        "authentication-mechanism-name-required", "authentication-failure",
        "authentication-required",
    ]
    private static let providerNames = [
        "null", "no-reason-given", "no-common-acse-version",
    ]
}
