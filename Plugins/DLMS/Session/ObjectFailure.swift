import DriverKit
import JSON
import Values

/// Why one object gave no value; the session goes on.
struct ObjectFailure: Error, Hashable, Sendable {
    /// What the meter did.
    enum Reason: Hashable, Sendable {
        case refused(DataAccessResult)
        case exception(ExceptionResponse)
        case malformed
    }

    let reason: Reason
    let code: ErrorCode
    let message: Message

    /// The meter refused to read the object.
    init(_ result: DataAccessResult, of object: CosemReference) {
        reason = .refused(result)
        let parameters: JSONObject = [
            "object": .string(object.description), "reason": .string(result.name),
        ]
        switch result {
        case .objectUndefined, .objectUnavailable, .objectClassInconsistent:
            (code, message) = (.objectUndefined, Message(.objectUndefined, parameters))
        case .readWriteDenied, .scopeOfAccessViolated:
            (code, message) = (.accessDenied, Message(.objectDenied, parameters))
        case .temporaryFailure:
            (code, message) = (.busy, Message(.objectBusy, parameters))
        default:
            (code, message) = (.protocolViolation, Message(.answerRefused, parameters))
        }
    }

    /// The meter did not understand the request.
    init(_ exception: ExceptionResponse, of object: CosemReference) {
        reason = .exception(exception)
        code = .protocolViolation
        message = Message(
            .answerException,
            [
                "object": .string(object.description), "state": JSONValue(Int(exception.state)),
                "service": JSONValue(Int(exception.service)),
            ])
    }

    /// The answer is no answer.
    init(malformed detail: String, of object: CosemReference) {
        reason = .malformed
        code = .decode
        message = Message(
            .answerMalformed, ["step": .string(object.description)], detail: detail)
    }

    /// The value is not what it has to be.
    init(_ id: MessageID, _ parameters: JSONObject, of object: CosemReference) {
        reason = .malformed
        code = .decode
        var parameters = parameters
        parameters["object"] = .string(object.description)
        message = Message(id, parameters)
    }

    /// Whether the meter does not have the object at all.
    var isUndefined: Bool { code == .objectUndefined }
}

/// What reading one object came to.
typealias ObjectValue = Result<CosemData, ObjectFailure>
