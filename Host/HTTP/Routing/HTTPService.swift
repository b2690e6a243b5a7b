import Reactor

/// Answers requests; the server and the in-process tests know a router only as this.
package protocol HTTPService: Sendable {
    /// Decides about a request by its head, before its body is read.
    ///
    /// Called on the reactor: it may not block.
    func admit(_ head: RequestHead, from peer: SocketAddress?) -> Admission
}

/// What a service says to the head of a request.
package enum Admission: Sendable {
    /// The answer is known already; the body is not read.
    case answer(HTTPResponse)
    /// The request is to be read as the plan says, and answered by its responder.
    case take(Plan)

    package struct Plan: Sendable {
        package let delivery: Operation.BodyRule.Delivery
        /// The most bytes of a body.
        package let limit: UInt64
        package let place: Operation.Place
        package let respond: @Sendable (HTTPRequest) async -> HTTPResponse

        package init(
            delivery: Operation.BodyRule.Delivery = .collected,
            limit: UInt64 = Operation.BodyRule.defaultLimit, place: Operation.Place = .reactor,
            respond: @escaping @Sendable (HTTPRequest) async -> HTTPResponse
        ) {
            self.delivery = delivery
            self.limit = limit
            self.place = place
            self.respond = respond
        }
    }
}

extension HTTPService {
    /// Answers a request in process, with no socket, as the server would.
    ///
    /// - Parameter request: Its body is held against the route's limit.
    /// - Returns: The response; one to HEAD has no body.
    package func respond(to request: HTTPRequest) async -> HTTPResponse {
        var response: HTTPResponse
        switch admit(request.head, from: request.peer) {
        case .answer(let answer):
            response = answer
        case .take(let plan):
            if case .bytes(let bytes) = request.body, UInt64(bytes.count) > plan.limit {
                response = Problem.contentTooLarge(limit: plan.limit)
                    .response(in: request.language)
            } else {
                response = await plan.respond(request)
            }
        }
        if request.method == .head { response.body = .none }
        return response
    }
}
