import Wire

/// AARQ: the message with which a client opens an association.
///
/// Source: IEC 62056-53, 8.2.1.
struct AssociationRequest: Hashable, Sendable {
    static let tag: UInt8 = 0x60

    var context: ApplicationContext
    /// The client's system title, where messages are ciphered.
    var callingTitle: [UInt8]?
    /// How the client proves itself; nil where it does not.
    var mechanism: AuthenticationMechanism?
    /// The password, or the challenge to the server.
    var authentication: [UInt8]?
    /// An initiate-request, ciphered or not.
    var userInformation: [UInt8]

    private enum Tag {
        static let contextName: UInt8 = 0xA1
        static let callingTitle: UInt8 = 0xA6
        static let requirements: UInt8 = 0x8A
        static let mechanism: UInt8 = 0x8B
        static let authentication: UInt8 = 0xAC
        static let userInformation: UInt8 = 0xBE
    }

    /// Makes a request that proposes `initiate`.
    init(
        context: ApplicationContext = .logicalNames, mechanism: AuthenticationMechanism?,
        authentication: [UInt8]?, initiate: InitiateRequest
    ) {
        self.context = context
        self.mechanism = mechanism
        self.authentication = authentication
        var writer = ByteWriter()
        initiate.encode(into: &writer)
        userInformation = writer.bytes
    }

    init(decoding bytes: [UInt8]) throws(WireError) {
        var outer = ByteReader(bytes)
        var reader = try BERElement.only(Self.tag, in: &outer, "AARQ")
        var context: ApplicationContext?
        userInformation = []
        while !reader.isAtEnd {
            var element = try BERElement(decoding: &reader, "AARQ component")
            switch element.tag {
            case Tag.contextName:
                context = try .init(contextName: &element.contents)
            case Tag.callingTitle:
                var title = try BERElement.only(0x04, in: &element.contents, "calling-AP-title")
                callingTitle = Array(title.readRest())
            case Tag.mechanism:
                mechanism = .init(
                    rawValue: try CosemObjectIdentifier.number(
                        arc: CosemObjectIdentifier.mechanism, &element.contents, "mechanism-name"))
            case Tag.authentication:
                var value = try BERElement.only(
                    0x80, in: &element.contents, "calling-authentication-value")
                authentication = Array(value.readRest())
            case Tag.userInformation:
                var value = try BERElement.only(0x04, in: &element.contents, "user-information")
                userInformation = Array(value.readRest())
            default:
                break
            }
        }
        guard let context else {
            throw WireError(.malformed("is missing"), field: "application-context-name", offset: 2)
        }
        self.context = context
    }

    /// The message and where its secret is: the password or the challenge.
    func encoded() -> (bytes: [UInt8], secret: Range<Int>?) {
        var writer = ByteWriter()
        writer.write(ber: Tag.contextName, context.name)
        if let callingTitle {
            writer.write(ber: Tag.callingTitle, nested: 0x04, callingTitle)
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
        writer.write(ber: Tag.userInformation, nested: 0x04, userInformation)

        var message = ByteWriter()
        message.write(ber: Self.tag, writer.bytes)
        let shift = message.count - writer.count
        return (
            message.bytes, secret.map { ($0.lowerBound + shift)..<($0.upperBound + shift) }
        )
    }
}

extension ApplicationContext {
    /// The name as the contents of its component.
    var name: [UInt8] {
        [0x06, 0x07]
            + CosemObjectIdentifier.bytes(arc: CosemObjectIdentifier.applicationContext, rawValue)
    }

    /// Reads the name from the contents of its component.
    init(contextName reader: inout ByteReader) throws(WireError) {
        let field = "application-context-name"
        var value = try BERElement.only(0x06, in: &reader, field)
        let number = try CosemObjectIdentifier.number(
            arc: CosemObjectIdentifier.applicationContext, &value, field)
        guard let context = ApplicationContext(rawValue: number) else {
            throw reader.error(.unexpectedValue(UInt64(number)), field, back: 1)
        }
        self = context
    }
}

extension AuthenticationMechanism {
    /// The name as the contents of its component, which is implicitly tagged.
    var name: [UInt8] {
        CosemObjectIdentifier.bytes(arc: CosemObjectIdentifier.mechanism, rawValue)
    }
}
