import Wire

/// Any message that a server sends, told apart by its first byte.
enum ServerMessage: Hashable, Sendable {
    case associationResponse(AssociationResponse)
    case release(Release)
    case get(GetResponse)
    case set(SetResponse)
    case action(ActionResponse)
    case exception(ExceptionResponse)
    case serviceError(ConfirmedServiceError)
    /// Something that nobody asked for: notifications, pushes, ciphered messages. Only the tag is
    /// kept.
    case other(tag: UInt8)

    init(decoding bytes: [UInt8]) throws(WireError) {
        var reader = ByteReader(bytes)
        switch try reader.peek(UInt8.self, "message tag") {
        case AssociationResponse.tag:
            self = .associationResponse(try AssociationResponse(decoding: bytes))
        case Release.Kind.response.rawValue: self = .release(try Release(decoding: bytes))
        case GetResponse.tag: self = .get(try GetResponse(decoding: &reader))
        case SetResponse.tag: self = .set(try SetResponse(decoding: &reader))
        case ActionResponse.tag: self = .action(try ActionResponse(decoding: &reader))
        case ExceptionResponse.tag: self = .exception(try ExceptionResponse(decoding: &reader))
        case ConfirmedServiceError.tag:
            self = .serviceError(try ConfirmedServiceError(decoding: &reader))
        case let tag: self = .other(tag: tag)
        }
    }
}

/// Any message that a client sends, told apart by its first byte.
enum ClientMessage: Hashable, Sendable {
    case associationRequest(AssociationRequest)
    case release(Release)
    case get(GetRequest)
    case set(SetRequest)
    case action(ActionRequest)
    /// A service that is not known here.
    case other(tag: UInt8)

    init(decoding bytes: [UInt8]) throws(WireError) {
        var reader = ByteReader(bytes)
        switch try reader.peek(UInt8.self, "message tag") {
        case AssociationRequest.tag:
            self = .associationRequest(try AssociationRequest(decoding: bytes))
        case Release.Kind.request.rawValue: self = .release(try Release(decoding: bytes))
        case GetRequest.tag: self = .get(try GetRequest(decoding: &reader))
        case SetRequest.tag: self = .set(try SetRequest(decoding: &reader))
        case ActionRequest.tag: self = .action(try ActionRequest(decoding: &reader))
        case let tag: self = .other(tag: tag)
        }
    }
}
