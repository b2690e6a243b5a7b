import DriverKit
import JSON
import Values
import Wire

/// An application association with a meter, and the reading services in it.
///
/// Source: IEC 62056-53; GOST R 58940-2020, 8.
final class Association {
    private let wire: Link
    private let settings: DLMSSettings
    private let transport: any MessageTransport
    private var grant = AssociationHandshake.Grant(conformance: [], maximumSend: 0)
    private var invoke: UInt8 = 0
    private var isOpen = false

    /// How much may be put together from blocks.
    private static let longestAnswer = 1 << 20
    /// More attributes than this are not asked for at once, whatever fits: meters put the answer
    /// together in little memory.
    private static let longestList = 32

    /// What both ends can do.
    var conformance: Conformance { grant.conformance }
    /// The longest message that the meter takes; 0 means no limit.
    var maximumSend: Int { grant.maximumSend }

    init(wire: Link, settings: DLMSSettings) {
        self.wire = wire
        self.settings = settings
        switch settings.transport {
        case .hdlc: transport = HDLCTransport(wire: wire, settings: settings)
        case .wrapper: transport = WrapperTransport(wire: wire, settings: settings)
        }
    }

    /// Sets up the link and the association.
    func open() async throws(DriverFailure) {
        // Numbers that begin anywhere: what answers an earlier session matches by chance only.
        let beginning = try LinkError.translated { () throws(LinkError) in try wire.random(1) }
        invoke = (beginning.first ?? 0) & 0x0F
        try await transport.open()
        let handshake = AssociationHandshake(wire: wire, settings: settings, transport: transport)
        grant = try await handshake.run(invoke: nextInvoke())
        isOpen = true
        wire.note(
            .debug,
            Message(
                .associationOpen,
                [
                    "client": JSONValue(Int(settings.client)),
                    "authentication": .string(settings.authentication.rawValue),
                    "conformance": .string(conformance.description), "pdu": JSONValue(maximumSend),
                ]))
    }

    /// Ends the association and the link, and waits for the meter to agree.
    func close() async {
        if isOpen, transport.needsRelease {
            let message = OutgoingMessage(bytes: Release(.request).encoded, step: "RLRQ")
            // The readings are safe; a goodbye that nobody hears is no failure.
            _ = try? await transport.exchange(message) {
                $0.first == Release.Kind.response.rawValue
            }
        }
        isOpen = false
        await transport.close()
    }

    /// Ends the association and the link without waiting.
    func abandon() {
        isOpen = false
        transport.abandon()
    }

    // MARK: - GET

    /// Reads one attribute, or a part of it.
    func get(_ selection: AttributeSelection) async throws(DriverFailure) -> ObjectValue {
        let object = selection.reference
        let request = GetRequest(nextInvoke(), .normal(selection))
        let answer: Answer
        switch try await ask(request, about: object) {
        case .success(let found): answer = found
        case .failure(let failure): return .failure(failure)
        }
        switch answer {
        case .normal(.data(let data)): return .success(data)
        case .normal(.failure(let result)): return .failure(ObjectFailure(result, of: object))
        case .list: return .failure(ObjectFailure(malformed: "list", of: object))
        case .blocks(let bytes):
            do throws(WireError) {
                return .success(try CosemData(decoding: bytes))
            } catch {
                return .failure(ObjectFailure(malformed: error.description, of: object))
            }
        }
    }

    /// Reads several attributes with one request; nil where the meter does not answer it as a list.
    func get(list: [CosemReference]) async throws(DriverFailure) -> [ObjectValue]? {
        guard let first = list.first else { return [] }
        let request = GetRequest(nextInvoke(), .list(list.map { AttributeSelection($0) }))
        let results: [DataResult]
        switch try await ask(request, about: first) {
        case .success(.list(let found)): results = found
        case .success(.blocks(let bytes)):
            var reader = ByteReader(bytes)
            guard let found = try? GetResponse.list(&reader), reader.isAtEnd else { return nil }
            results = found
        default: return nil
        }
        guard results.count == list.count else { return nil }
        return zip(list, results).map { object, result in
            switch result {
            case .data(let data): .success(data)
            case .failure(let result): .failure(ObjectFailure(result, of: object))
            }
        }
    }

    /// How many attributes one request may name: as many as fit the meter's longest message and one
    /// frame.
    var longestList: Int {
        guard conformance.contains(.multipleReferences) else { return 1 }
        let limits = [maximumSend == 0 ? nil : maximumSend, transport.onePiece].compactMap { $0 }
        let size = limits.min() ?? Int(UInt16.max)
        // Tag, choice, invoke-id and count; then class, name, attribute and access selection each.
        return max(1, min((size - 4) / 10, Self.longestList))
    }

    /// What a GET came to, blocks put together.
    private enum Answer {
        case normal(DataResult)
        case list([DataResult])
        case blocks([UInt8])
    }

    private func ask(
        _ request: GetRequest, about object: CosemReference
    ) async throws(DriverFailure) -> Result<Answer, ObjectFailure> {
        var request = request
        var content: [UInt8] = []
        var expected: UInt32 = 1
        while true {
            let response: GetResponse
            switch try await exchange(request, about: object, block: expected) {
            case .success(let found): response = found
            case .failure(let failure): return .failure(failure)
            }
            switch response.kind {
            case .normal(let result): return .success(.normal(result))
            case .list(let results): return .success(.list(results))
            case .block(let block):
                switch block.result {
                case .failure(let result): return .failure(ObjectFailure(result, of: object))
                case .raw(let bytes): content += bytes
                }
                if block.isLast { return .success(.blocks(content)) }
                guard content.count <= Self.longestAnswer, expected < UInt16.max else {
                    throw DriverFailure(
                        .protocolViolation, .answerBlock,
                        ["object": .string(object.description), "block": JSONValue(expected)])
                }
                request = GetRequest(request.invoke, .next(block: expected))
                expected += 1
            }
        }
    }

    /// Sends one request and decodes what answers it.
    private func exchange(
        _ request: GetRequest, about object: CosemReference, block: UInt32
    ) async throws(DriverFailure) -> Result<GetResponse, ObjectFailure> {
        var writer = ByteWriter()
        request.encode(into: &writer)
        let message = OutgoingMessage(bytes: writer.bytes, step: "GET \(object)")
        let bytes = try await transport.exchange(message) { answer in
            ServerMessage.answers(answer, GetResponse.tag, request.invoke)
                && !ServerMessage.isBlock(answer, other: block)
        }
        do throws(WireError) {
            switch try ServerMessage(decoding: bytes) {
            case .get(let response): return .success(response)
            case .exception(let exception):
                return .failure(ObjectFailure(exception, of: object))
            case .serviceError(let error):
                return .failure(
                    ObjectFailure(
                        ExceptionResponse(state: error.kind, service: error.code), of: object))
            default: return .failure(ObjectFailure(malformed: "no GET response", of: object))
            }
        } catch {
            return .failure(ObjectFailure(malformed: error.description, of: object))
        }
    }

    private func nextInvoke() -> InvokeID {
        invoke = (invoke + 1) & 0x0F
        return InvokeID(number: invoke)
    }
}
