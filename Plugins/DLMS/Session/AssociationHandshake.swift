import Crypto
import DriverKit
import JSON
import Values
import Wire

/// Opens an association: proposes, proves who we are, and checks that the meter knows the key too.
///
/// Source: IEC 62056-53, 8.2 and 8.3; GOST R 58940-2020, 6.2.
struct AssociationHandshake {
    /// What the meter grants.
    struct Grant {
        var conformance: Conformance
        /// The longest message that the meter takes; 0 means no limit.
        var maximumSend: Int
    }

    /// To read, and to call the method by which both ends prove themselves.
    static let proposal: Conformance = [
        .blockTransferWithGet, .multipleReferences, .get, .set, .selectiveAccess, .action,
    ]
    private static let maximumReceive: UInt16 = 0xFFFF
    private static let challengeLength = 16
    /// The method by which a client answers the server's challenge.
    private static let reply = CosemReference(
        InterfaceClass.association, ObisCode(0, 0, 40, 0, 0), 1)

    let wire: Link
    let settings: DLMSSettings
    let transport: any MessageTransport

    /// Opens the association; `invoke` numbers the one request that may be needed after the AARQ.
    func run(invoke: InvokeID) async throws(DriverFailure) -> Grant {
        guard settings.authentication == .high else {
            let password = settings.authentication == .low ? settings.secretBytes : nil
            return try grant(try await associate(settings.authentication.mechanism, password))
        }
        let challenge = try LinkError.translated { () throws(LinkError) in
            try wire.random(Self.challengeLength)
        }
        let response = try await associate(.high, challenge)
        let grant = try grant(response)
        try await prove(response, challenge, invoke)
        return grant
    }

    // MARK: - AARQ and AARE

    private func associate(
        _ mechanism: AuthenticationMechanism?, _ authentication: [UInt8]?
    ) async throws(DriverFailure) -> AssociationResponse {
        let request = AssociationRequest(
            mechanism: mechanism, authentication: authentication,
            initiate: InitiateRequest(
                conformance: Self.proposal, maximumReceive: Self.maximumReceive))
        let (bytes, secret) = request.encoded()
        let message = OutgoingMessage(
            bytes: bytes, step: "AARQ", secrets: secret.map { [$0] } ?? [])
        let answer = try await transport.exchange(message) { answer in
            answer.first == AssociationResponse.tag || ServerMessage.isError(answer)
        }
        switch try ServerMessage(decoding: answer, in: "AARE") {
        case .associationResponse(let response): return response
        case .exception(let exception):
            throw DriverFailure(.protocolViolation, exception: exception, step: "AARQ")
        case .serviceError(let error): throw DriverFailure(serviceError: error)
        default: throw DriverFailure(.protocolViolation, .answerUnexpected, ["step": "AARQ"])
        }
    }

    /// Takes what the meter grants, or throws why it grants nothing.
    private func grant(_ response: AssociationResponse) throws(DriverFailure) -> Grant {
        var reader = ByteReader(response.userInformation)
        let error = try? ConfirmedServiceError(decoding: &reader)
        guard response.result == .accepted else { throw refusal(response, error) }
        if let error { throw DriverFailure(serviceError: error) }
        guard response.context == .logicalNames else {
            throw DriverFailure(.protocolViolation, .associationContext)
        }
        do throws(WireError) {
            let granted = try InitiateResponse(decoding: &reader)
            return Grant(
                conformance: granted.conformance.intersection(Self.proposal),
                maximumSend: Int(granted.maximumReceive))
        } catch {
            throw DriverFailure(
                .decode, .answerMalformed, ["step": "AARE"], detail: error.description)
        }
    }

    private func refusal(
        _ response: AssociationResponse, _ error: ConfirmedServiceError?
    ) -> DriverFailure {
        let diagnostic = response.diagnostic
        let parameters: JSONObject = [
            "client": JSONValue(Int(settings.client)),
            "authentication": .string(settings.authentication.rawValue),
            "reason": .string(diagnostic.name), "result": JSONValue(Int(response.result.rawValue)),
        ]
        switch (diagnostic.source, diagnostic.code) {
        case (.user, 13): return DriverFailure(.authentication, .associationPassword, parameters)
        case (.user, 11), (.user, 12), (.user, 14):
            return DriverFailure(.authentication, .associationMechanism, parameters)
        case (.user, 2), (.provider, 2):
            return DriverFailure(.protocolViolation, .associationContext, parameters)
        default: break
        }
        if diagnostic == .null, let error { return DriverFailure(serviceError: error) }
        let code: ErrorCode =
            response.result == .rejectedTransient ? .busy : .authentication
        return DriverFailure(code, .associationRefused, parameters)
    }

    // MARK: - High level security

    /// Answers the meter's challenge, and checks its answer to ours.
    private func prove(
        _ response: AssociationResponse, _ challenge: [UInt8], _ invoke: InvokeID
    ) async throws(DriverFailure) {
        guard response.mechanism ?? .high == .high else {
            throw DriverFailure(
                .authentication, .associationMechanism,
                [
                    "client": JSONValue(Int(settings.client)),
                    "authentication": .string(settings.authentication.rawValue),
                    "reason": .string("mechanism \(response.mechanism?.rawValue ?? 0)"),
                ])
        }
        guard let theirs = response.authentication, (1...64).contains(theirs.count) else {
            throw DriverFailure(.protocolViolation, .associationChallenge)
        }
        let cipher = ChallengeCipher(key: settings.secretBytes)
        let request = ActionRequest(
            invoke, Self.reply, .octetString(try cipher.answer(to: theirs)))
        var writer = ByteWriter()
        request.encode(into: &writer)
        // All behind the tag and the length of the parameter is the answer.
        let secret = (writer.count - cipher.length(for: theirs))..<writer.count
        let message = OutgoingMessage(
            bytes: writer.bytes, step: "ACTION \(Self.reply)", secrets: [secret],
            hidesAnswer: true)
        let answer = try await transport.exchange(message) { answer in
            ServerMessage.answers(answer, ActionResponse.tag, invoke)
        }
        guard case .action(let action) = try ServerMessage(decoding: answer, in: message.step),
            action.result == .success
        else {
            throw DriverFailure(
                .authentication, .associationKey, ["client": JSONValue(Int(settings.client))])
        }
        guard case .data(let data) = action.returned, let proof = data.bytes,
            ConstantTime.areEqual(proof, try cipher.answer(to: challenge))
        else {
            throw DriverFailure(
                .authentication, .associationImpostor,
                ["client": JSONValue(Int(settings.client))])
        }
    }
}

/// How both ends answer a challenge with mechanism 2, as meters of SPODES do it: AES-128-ECB with
/// the shared key; a challenge that fills no whole block is padded with zeros.
struct ChallengeCipher {
    let key: [UInt8]

    /// How long the answer is.
    func length(for challenge: [UInt8]) -> Int {
        (challenge.count + AES.blockLength - 1) / AES.blockLength * AES.blockLength
    }

    /// Enciphers a challenge.
    func answer(to challenge: [UInt8]) throws(DriverFailure) -> [UInt8] {
        let padding = length(for: challenge) - challenge.count
        do throws(CryptoError) {
            return try AES(key: key).encryptBlocks(
                challenge + [UInt8](repeating: 0, count: padding))
        } catch {
            throw DriverFailure(.configuration, .cryptoMissing, detail: error.description)
        }
    }
}

extension DLMSSettings.Authentication {
    /// What an AARQ names; nil where nobody proves anything.
    fileprivate var mechanism: AuthenticationMechanism? {
        switch self {
        case .high: .high
        case .low: .low
        case .none: nil
        }
    }
}
