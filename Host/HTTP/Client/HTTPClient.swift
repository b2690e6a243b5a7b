import Reactor

/// A client of one HTTP/1.1 server, over TCP without TLS.
///
/// Connections are kept and used again. A request that finds its kept connection closed is sent once more on a
/// new one, if it is idempotent.
package actor HTTPClient {
    /// Time-outs and limits.
    package struct Configuration: Sendable {
        package var connectTimeout: Duration = .seconds(10)
        /// The longest silence of the server while it answers.
        package var silenceTimeout: Duration = .seconds(60)
        /// The most bytes of a response that `send` takes.
        package var responseLimit = 64 << 20
        /// Connections that are kept for later.
        package var keptConnections = 4

        package init() {}
    }

    private let host: String
    private let port: UInt16
    private let reactor: Reactor
    private let resolver: Resolver
    private let configuration: Configuration
    private var kept: [HTTPClientConnection] = []

    /// Makes a client; it connects with its first request.
    ///
    /// - Parameters:
    ///   - host: A name or a numeric address.
    ///   - port: The server's port.
    ///   - reactor: Carries the connections.
    ///   - resolver: Looks the name up.
    ///   - configuration: Time-outs and limits.
    package init(
        host: String, port: UInt16, reactor: Reactor, resolver: Resolver,
        configuration: Configuration = Configuration()
    ) {
        self.host = host
        self.port = port
        self.reactor = reactor
        self.resolver = resolver
        self.configuration = configuration
    }

    /// Sends a request and waits for the whole response.
    package func send(
        _ request: HTTPClientRequest
    ) async throws(HTTPClientError) -> HTTPClientResponse {
        let stream = try await open(request)
        var body: [UInt8] = []
        while let piece = try await stream.next() {
            guard piece.count <= configuration.responseLimit - body.count else {
                await stream.cancel()
                throw .tooLarge(limit: configuration.responseLimit)
            }
            body += piece
        }
        return HTTPClientResponse(head: stream.head, body: body)
    }

    /// Sends a request and waits for the head of the response; the body is read piece by piece.
    package func open(
        _ request: HTTPClientRequest
    ) async throws(HTTPClientError) -> HTTPClientStream {
        while let connection = kept.popLast() {
            guard await connection.isReusable else {
                await connection.close()
                continue
            }
            do throws(HTTPClientError) {
                return try await begin(request, on: connection)
            } catch {
                await connection.close()
                guard error == .disconnected, request.isRepeatable else { throw error }
            }
        }
        return try await begin(request, on: try await connect())
    }

    /// Closes the connections that are kept.
    package func close() async {
        let connections = kept
        kept = []
        for connection in connections { await connection.close() }
    }

    private func connect() async throws(HTTPClientError) -> HTTPClientConnection {
        let addresses: [SocketAddress]
        do throws(Resolver.Failure) {
            addresses = try await resolver.resolve(host, port: port)
        } catch {
            throw .unresolved(error)
        }
        let connection = HTTPClientConnection(
            on: reactor, silenceTimeout: configuration.silenceTimeout)
        try await connection.connect(
            addresses, name: "\(host):\(port)", within: configuration.connectTimeout)
        return connection
    }

    private func begin(
        _ request: HTTPClientRequest, on connection: HTTPClientConnection
    ) async throws(HTTPClientError) -> HTTPClientStream {
        do throws(HTTPClientError) {
            let head = try await connection.begin(request, host: authority)
            return HTTPClientStream(head: head, connection: connection) { [weak self] in
                await self?.keep(connection)
            }
        } catch {
            await connection.close()
            throw error
        }
    }

    /// The `Host` field: an IPv6 address stands in brackets.
    private var authority: String {
        host.contains(":") && !host.hasPrefix("[") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    private func keep(_ connection: HTTPClientConnection) async {
        if kept.count < configuration.keptConnections {
            kept.append(connection)
        } else {
            await connection.close()
        }
    }
}

extension HTTPClientRequest {
    /// Whether it may be sent twice: idempotent, and with a body that is still there.
    fileprivate var isRepeatable: Bool {
        if case .stream = body { return false }
        return method.isIdempotent
    }
}

/// A response whose body is read piece by piece.
package struct HTTPClientStream: Sendable {
    package let head: ResponseHead
    let connection: HTTPClientConnection
    /// Takes the connection back after the last byte.
    let giveBack: @Sendable () async -> Void

    /// The next piece of the body, or nil at its end.
    package func next() async throws(HTTPClientError) -> [UInt8]? {
        do throws(HTTPClientError) {
            if let piece = try await connection.nextPiece() { return piece }
        } catch {
            await connection.close()
            throw error
        }
        if await connection.isReusable {
            await giveBack()
        } else {
            await connection.close()
        }
        return nil
    }

    /// Gives up the rest of the body, and the connection with it.
    package func cancel() async {
        await connection.close()
    }
}
