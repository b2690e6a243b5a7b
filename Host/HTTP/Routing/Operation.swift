import JSON

/// What a route is, as data: requests are served, permissions enforced and OpenAPI written from it.
package struct Operation: Hashable, Sendable {
    /// Who may call.
    package enum Access: Hashable, Sendable {
        /// Anyone, also without a session.
        case everyone
        /// Anyone who is logged in.
        case anyUser
        /// Who has all of these permissions.
        case permissions([String])
    }

    /// What a second, equal request does.
    package enum Repetition: Hashable, Sendable {
        /// No more than the first one.
        case harmless
        /// No more than the first one, if both bear the same `Idempotency-Key`.
        case harmlessWithKey
        /// The same again.
        case acts
    }

    /// Where the handler runs.
    package enum Place: Hashable, Sendable {
        /// On the connection's reactor, between its `await`s: for what takes under 1 ms.
        case reactor
        /// On the bounded pool: large documents, password hashing.
        case work
    }

    /// The name in OpenAPI and metrics, unique: `listDevices`.
    package var id: String
    /// The group in which documentation shows it.
    package var tag: String
    /// One line.
    package var summary: String
    /// More than one line, in Markdown.
    package var description: String
    package var access: Access
    package var parameters: [Parameter]
    package var body: BodyRule
    package var responses: [Response]
    package var repetition: Repetition
    package var place: Place

    package init(
        id: String, tag: String, summary: String, description: String = "",
        access: Access, parameters: [Parameter] = [], body: BodyRule = .none,
        responses: [Response] = [], repetition: Repetition = .harmless, place: Place = .reactor
    ) {
        self.id = id
        self.tag = tag
        self.summary = summary
        self.description = description
        self.access = access
        self.parameters = parameters
        self.body = body
        self.responses = responses
        self.repetition = repetition
        self.place = place
    }
}

extension Operation {
    /// A parameter in the path, the query or the header.
    package struct Parameter: Hashable, Sendable {
        package enum Location: String, Hashable, Sendable {
            case path, query, header
        }

        /// Whether a request has to bear it.
        package enum Presence: Hashable, Sendable {
            case required, optional
        }

        package var name: String
        package var location: Location
        package var presence: Presence
        package var description: String
        /// JSON Schema of the value.
        package var schema: JSONValue

        package init(
            _ name: String, in location: Location, _ description: String,
            presence: Presence? = nil, schema: JSONValue = ["type": "string"]
        ) {
            self.name = name
            self.location = location
            self.presence = presence ?? (location == .path ? .required : .optional)
            self.description = description
            self.schema = schema
        }
    }

    /// What body a route takes.
    package struct BodyRule: Hashable, Sendable {
        /// How the handler gets it.
        package enum Delivery: Hashable, Sendable {
            /// As bytes, when all have arrived.
            case collected
            /// As a stream; the handler begins before the body has arrived.
            case streamed
        }

        /// 1 MiB.
        package static let defaultLimit: UInt64 = 1 << 20

        /// The media type, or nil where the route has no use for a body.
        package var contentType: String?
        /// JSON Schema of the body.
        package var schema: JSONValue?
        package var description: String
        package var delivery: Delivery
        /// The most bytes that are taken.
        package var limit: UInt64

        package init(
            contentType: String?, schema: JSONValue? = nil, description: String = "",
            delivery: Delivery = .collected, limit: UInt64 = defaultLimit
        ) {
            self.contentType = contentType
            self.schema = schema
            self.description = description
            self.delivery = delivery
            self.limit = limit
        }

        /// No body; one that comes nevertheless is not looked at.
        package static let none = BodyRule(contentType: nil)

        /// A JSON document.
        package static func json(
            _ schema: JSONValue, description: String = "", limit: UInt64 = defaultLimit
        ) -> BodyRule {
            BodyRule(
                contentType: "application/json", schema: schema, description: description,
                limit: limit)
        }

        /// A body that is read while it arrives.
        package static func stream(
            _ contentType: String, description: String = "", limit: UInt64
        ) -> BodyRule {
            BodyRule(
                contentType: contentType, description: description, delivery: .streamed,
                limit: limit)
        }
    }

    /// A response that a route may give, beside the problems that every route may give.
    package struct Response: Hashable, Sendable {
        package var status: HTTPStatus
        package var description: String
        package var contentType: String?
        /// JSON Schema of the body.
        package var schema: JSONValue?

        package init(
            _ status: HTTPStatus, _ description: String, schema: JSONValue? = nil,
            contentType: String? = nil
        ) {
            self.status = status
            self.description = description
            self.schema = schema
            self.contentType = contentType ?? (schema == nil ? nil : "application/json")
        }
    }
}
