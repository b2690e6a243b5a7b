import JSON

/// A response, as a handler makes it.
package struct HTTPResponse: Sendable {
    package enum Body: Sendable {
        case none
        case bytes([UInt8])
        /// Produced while it is sent. With a length, exactly that many bytes have to come; without one, the body
        /// is chunked.
        case stream(
            length: UInt64?, @Sendable (BodyWriter) async throws(BodyWriter.Failure) -> Void)
        /// Server-sent events: like a stream without a length, but ended when the client has gone.
        case events(@Sendable (EventWriter) async throws(BodyWriter.Failure) -> Void)
    }

    package var status: HTTPStatus
    /// Without `Content-Length`, `Transfer-Encoding`, `Connection` and `Date`, which are the server's.
    package var headers: HeaderFields
    package var body: Body

    package init(_ status: HTTPStatus, headers: HeaderFields = [:], body: Body = .none) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// A response with a JSON body.
    package static func json(
        _ value: JSONValue, status: HTTPStatus = .ok, headers: HeaderFields = [:]
    ) -> HTTPResponse {
        var headers = headers
        headers.set("Content-Type", "application/json")
        return HTTPResponse(status, headers: headers, body: .bytes(value.bytes()))
    }

    /// A response with a text body in UTF-8.
    package static func text(
        _ text: String, contentType: String = "text/plain; charset=utf-8",
        status: HTTPStatus = .ok
    ) -> HTTPResponse {
        HTTPResponse(
            status, headers: ["Content-Type": contentType], body: .bytes(Array(text.utf8)))
    }

    /// A stream of server-sent events.
    package static func events(
        _ produce: @escaping @Sendable (EventWriter) async throws(BodyWriter.Failure) -> Void
    ) -> HTTPResponse {
        HTTPResponse(
            .ok,
            headers: ["Content-Type": "text/event-stream", "Cache-Control": "no-store"],
            body: .events(produce))
    }

    /// The whole body, produced where it is a stream; for requests made in process.
    package func collectBody() async throws(BodyWriter.Failure) -> [UInt8] {
        let writer = BodyWriter.collecting()
        switch body {
        case .none: break
        case .bytes(let bytes): return bytes
        case .stream(_, let produce): try await produce(writer.writer)
        case .events(let produce): try await produce(EventWriter(writer.writer))
        }
        return writer.collected()
    }
}
