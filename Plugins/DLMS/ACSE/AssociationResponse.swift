import Wire

/// AARE: the server's answer to an AARQ.
///
/// Source: IEC 62056-53, 8.2.1.
struct AssociationResponse: Hashable, Sendable {
    static let tag: UInt8 = 0x61

    /// Whether the association is open.
    enum Result: UInt8, Sendable {
        case accepted = 0
        case rejectedPermanent = 1
        case rejectedTransient = 2
    }

    /// Who found the reason.
    enum Source: UInt8, Sendable {
        case user = 1
        case provider = 2
    }

    /// Why an association was refused, or what it still needs.
    struct Diagnostic: Hashable, Sendable {
        var source: Source
        var code: UInt8

        /// Nothing to say.
        static let null = Diagnostic(source: .user, code: 0)
        static let authenticationFailure = Diagnostic(source: .user, code: 13)
        /// The client has to answer the server's challenge.
        static let authenticationRequired = Diagnostic(source: .user, code: 14)
    }

    var context: ApplicationContext
    var result: Result
    var diagnostic: Diagnostic
    var respondingTitle: [UInt8]?
    var mechanism: AuthenticationMechanism?
    /// The server's challenge.
    var authentication: [UInt8]?
    /// An initiate-response, or a confirmed-service-error.
    var userInformation: [UInt8] = []

    private enum Tag {
        static let contextName: UInt8 = 0xA1
        static let result: UInt8 = 0xA2
        static let diagnostic: UInt8 = 0xA3
        static let respondingTitle: UInt8 = 0xA4
        static let requirements: UInt8 = 0x88
        static let mechanism: UInt8 = 0x89
        static let authentication: UInt8 = 0xAA
        static let userInformation: UInt8 = 0xBE
    }

    init(
        context: ApplicationContext = .logicalNames, result: Result, diagnostic: Diagnostic
    ) {
        self.context = context
        self.result = result
        self.diagnostic = diagnostic
    }

    init(decoding bytes: [UInt8]) throws(WireError) {
        var outer = ByteReader(bytes)
        var reader = try BERElement.only(Self.tag, in: &outer, "AARE")
        context = .logicalNames
        diagnostic = .null
        var result: Result?
        while !reader.isAtEnd {
            var element = try BERElement(decoding: &reader, "AARE component")
            switch element.tag {
            case Tag.contextName:
                context = try .init(contextName: &element.contents)
            case Tag.result:
                let code = try Self.integer(&element.contents, "result")
                result = Result(rawValue: code)
                if result == nil {
                    throw element.contents.error(.unexpectedValue(UInt64(code)), "result", back: 1)
                }
            case Tag.diagnostic:
                diagnostic = try Self.diagnostic(&element.contents)
            case Tag.respondingTitle:
                var title = try BERElement.only(0x04, in: &element.contents, "responding-AP-title")
                respondingTitle = Array(title.readRest())
            case Tag.mechanism:
                mechanism = .init(
                    rawValue: try CosemObjectIdentifier.number(
                        arc: CosemObjectIdentifier.mechanism, &element.contents, "mechanism-name"))
            case Tag.authentication:
                var value = try BERElement.only(
                    0x80, in: &element.contents, "responding-authentication-value")
                authentication = Array(value.readRest())
            case Tag.userInformation:
                var value = try BERElement.only(0x04, in: &element.contents, "user-information")
                userInformation = Array(value.readRest())
            default:
                break
            }
        }
        guard let result else {
            throw WireError(.malformed("is missing"), field: "result", offset: 2)
        }
        self.result = result
    }

    private static func integer(
        _ reader: inout ByteReader, _ field: String
    ) throws(WireError) -> UInt8 {
        var value = try BERElement.only(0x02, in: &reader, field)
        let number = try value.read(UInt8.self, field)
        try value.finish(field)
        return number
    }

    private static func diagnostic(
        _ reader: inout ByteReader
    ) throws(WireError) -> Diagnostic {
        let field = "result-source-diagnostic"
        var element = try BERElement(decoding: &reader, field)
        try reader.finish(field)
        guard let source = Source(rawValue: element.tag & 0x1F), element.tag & 0xE0 == 0xA0 else {
            throw reader.error(.unexpectedValue(UInt64(element.tag)), field)
        }
        return Diagnostic(source: source, code: try integer(&element.contents, field))
    }

    /// The message and where its secret is: the challenge.
    func encoded() -> (bytes: [UInt8], secret: Range<Int>?) {
        var writer = ByteWriter()
        writer.write(ber: Tag.contextName, context.name)
        writer.write(ber: Tag.result, [0x02, 0x01, result.rawValue])
        writer.write(
            ber: Tag.diagnostic,
            [0xA0 | diagnostic.source.rawValue, 0x03, 0x02, 0x01, diagnostic.code])
        if let respondingTitle {
            writer.write(ber: Tag.respondingTitle, nested: 0x04, respondingTitle)
        }
        if let mechanism {
            writer.write(ber: Tag.requirements, [0x07, 0x80])
            writer.write(ber: Tag.mechanism, mechanism.name)
        }
        var secret: Range<Int>?
        if let authentication {
            writer.write(ber: Tag.authentication, nested: 0x80, authentication)
            secret = (writer.count - authentication.count)..<writer.count
        }
        if !userInformation.isEmpty {
            writer.write(ber: Tag.userInformation, nested: 0x04, userInformation)
        }
        var message = ByteWriter()
        message.write(ber: Self.tag, writer.bytes)
        let shift = message.count - writer.count
        return (
            message.bytes, secret.map { ($0.lowerBound + shift)..<($0.upperBound + shift) }
        )
    }
}
