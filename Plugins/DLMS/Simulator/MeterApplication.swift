import Crypto
import DriverKit
import Wire

/// The application layer of a simulated meter: associations, rights and services over its objects.
struct MeterApplication: Sendable {
    private enum Stage: Sendable {
        case closed
        /// The client has to answer this challenge, and gave this one.
        case challenged(ours: [UInt8], theirs: [UInt8])
        case open
    }

    /// An answer that is sent in blocks.
    private struct Transfer: Sendable {
        let bytes: [UInt8]
        var start = 0
        var number: UInt32 = 1
    }

    let meter: SimulatedMeter
    private var stage = Stage.closed
    private var client = SimulatedMeter.Client.publicClient
    private var conformance: Conformance = []
    private var limit = 0
    private var transfer: Transfer?

    init(meter: SimulatedMeter) {
        self.meter = meter
    }

    /// Forgets the association, as when a link ends.
    mutating func reset() {
        stage = .closed
        transfer = nil
    }

    /// Answers a message of the client with this address; nil where it deserves no answer.
    mutating func answer(
        _ message: [UInt8], from address: UInt16, at now: Int64, random: (Int) -> [UInt8]
    ) -> [UInt8]? {
        guard let request = try? ClientMessage(decoding: message) else {
            return Self.exception(service: 3)
        }
        switch request {
        case .associationRequest(let request):
            reset()
            return associate(request, address, random)
        case .release:
            reset()
            return Release(.response).encoded
        case .action(let request): return action(request)
        case .get(let request):
            guard case .open = stage else { return Self.exception(service: 1) }
            return get(request, now)
        case .set(let request):
            guard case .open = stage else { return Self.exception(service: 1) }
            return Self.encoded { SetResponse(request.invoke, .readWriteDenied).encode(into: &$0) }
        case .other: return Self.exception(service: 2)
        }
    }

    private static func exception(service: UInt8) -> [UInt8] {
        encoded { ExceptionResponse(state: 1, service: service).encode(into: &$0) }
    }

    private static func encoded(_ body: (inout ByteWriter) -> Void) -> [UInt8] {
        var writer = ByteWriter()
        body(&writer)
        return writer.bytes
    }

    // MARK: - Association

    private mutating func associate(
        _ request: AssociationRequest, _ address: UInt16, _ random: (Int) -> [UInt8]
    ) -> [UInt8] {
        func refuse(_ code: UInt8) -> [UInt8] {
            AssociationResponse(
                result: .rejectedPermanent, diagnostic: .init(source: .user, code: code)
            ).encoded().bytes
        }
        var reader = ByteReader(request.userInformation)
        guard request.context == .logicalNames,
            let initiate = try? InitiateRequest(decoding: &reader)
        else { return refuse(2) }
        let offered: Conformance
        let expected: AuthenticationMechanism
        switch address {
        case 16: (client, expected, offered) = (.publicClient, .none, [.get])
        case 32: (client, expected, offered) = (.reader, .low, meter.options.readerConformance)
        case 48:
            (client, expected, offered) = (
                .configurator, .high, meter.options.configuratorConformance
            )
        default: return refuse(1)
        }
        guard request.mechanism ?? .none == expected else {
            return refuse(request.mechanism == nil ? 12 : 11)
        }
        if expected == .low, request.authentication != meter.options.password {
            return refuse(AssociationResponse.Diagnostic.authenticationFailure.code)
        }
        conformance = offered.intersection(initiate.conformance)
        let theirs = initiate.maximumReceive == 0 ? Int(UInt16.max) : Int(initiate.maximumReceive)
        limit = min(meter.options.pdu, theirs)

        var response = AssociationResponse(result: .accepted, diagnostic: .null)
        var writer = ByteWriter()
        InitiateResponse(
            conformance: conformance, maximumReceive: UInt16(clamping: meter.options.pdu)
        ).encode(into: &writer)
        response.userInformation = writer.bytes
        stage = .open
        if expected == .high {
            guard let challenge = request.authentication, (8...64).contains(challenge.count) else {
                stage = .closed
                return refuse(AssociationResponse.Diagnostic.authenticationFailure.code)
            }
            let ours = random(16)
            response.diagnostic = .authenticationRequired
            response.mechanism = .high
            response.authentication = ours
            stage = .challenged(ours: ours, theirs: challenge)
        }
        return response.encoded().bytes
    }

    private mutating func action(_ request: ActionRequest) -> [UInt8] {
        let isReply =
            request.method
            == CosemReference(
                InterfaceClass.association, ObisCode(0, 0, 40, 0, 0), 1)
        guard case .challenged(let ours, let theirs) = stage, isReply else {
            return Self.exception(service: 1)
        }
        let cipher = ChallengeCipher(key: meter.options.key)
        guard let expected = try? cipher.answer(to: ours), let proof = request.parameter?.bytes,
            ConstantTime.areEqual(proof, expected), let answer = try? cipher.answer(to: theirs)
        else {
            return Self.encoded {
                ActionResponse(request.invoke, .readWriteDenied).encode(into: &$0)
            }
        }
        stage = .open
        return Self.encoded {
            ActionResponse(request.invoke, .success, returned: .data(.octetString(answer)))
                .encode(into: &$0)
        }
    }

    // MARK: - GET

    private mutating func get(_ request: GetRequest, _ now: Int64) -> [UInt8] {
        let response: GetResponse
        let content: [UInt8]
        switch request.kind {
        case .next(let block): return next(block, request.invoke)
        case .normal(let selection):
            let result = meter.read(selection, as: client, at: now)
            response = GetResponse(request.invoke, .normal(result))
            if case .data(let data) = result { content = data.encoded } else { content = [] }
        case .list(let selections):
            guard conformance.contains(.multipleReferences) else {
                return Self.exception(service: 2)
            }
            let results = selections.map { meter.read($0, as: client, at: now) }
            response = GetResponse(request.invoke, .list(results))
            content = Self.encoded { writer in
                writer.write(length: results.count)
                for result in results { result.encode(into: &writer) }
            }
        }
        transfer = nil
        let whole = Self.encoded { response.encode(into: &$0) }
        guard whole.count > limit else { return whole }
        guard conformance.contains(.blockTransferWithGet) else {
            return Self.encoded {
                GetResponse(request.invoke, .normal(.failure(.otherReason))).encode(into: &$0)
            }
        }
        transfer = Transfer(bytes: content)
        return block(request.invoke)
    }

    private mutating func next(_ number: UInt32, _ invoke: InvokeID) -> [UInt8] {
        guard let transfer, transfer.number == number + 1 else {
            let failure: DataAccessResult =
                transfer == nil ? .noLongGetInProgress : .dataBlockNumberInvalid
            let block = DataBlock(isLast: true, number: number, result: .failure(failure))
            return Self.encoded { GetResponse(invoke, .block(block)).encode(into: &$0) }
        }
        return block(invoke)
    }

    /// The block that is due.
    private mutating func block(_ invoke: InvokeID) -> [UInt8] {
        guard var current = transfer else { return Self.exception(service: 1) }
        // Tag, choice, invoke-id, last-block, number, result, and a length of up to three bytes.
        let size = max(1, limit - 12)
        let end = min(current.bytes.count, current.start + size)
        let block = DataBlock(
            isLast: end == current.bytes.count, number: current.number,
            result: .raw(Array(current.bytes[current.start..<end])))
        current.start = end
        current.number += 1
        transfer = block.isLast ? nil : current
        return Self.encoded { GetResponse(invoke, .block(block)).encode(into: &$0) }
    }
}
