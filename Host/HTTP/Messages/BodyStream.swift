import Synchronization

/// A body that is read piece by piece; the sender is held back while nobody reads.
package struct BodyStream: AsyncSequence, Sendable {
    /// Why a body ended before its end.
    package enum Failure: Error, Hashable, Sendable {
        /// The sender has gone.
        case disconnected
        /// The bytes are no valid body; the connection ends.
        case malformed(HTTPParseError)
        /// The body is longer than it may be, in bytes.
        case tooLarge(limit: UInt64)
        /// The sender was too slow.
        case timedOut
    }

    package typealias Element = [UInt8]

    /// Gives the next piece, nil at the end.
    private let pull: @Sendable () async throws(Failure) -> [UInt8]?

    /// Makes a stream.
    ///
    /// - Parameter pull: Gives the next piece, which is not empty, or nil at the end; called for one piece after
    ///   the other.
    package init(_ pull: @escaping @Sendable () async throws(Failure) -> [UInt8]?) {
        self.pull = pull
    }

    /// A stream of bytes that are there already.
    package init(of bytes: [UInt8]) {
        let rest = Mutex(bytes)
        self.init { () async throws(Failure) -> [UInt8]? in
            rest.withLock { rest in
                defer { rest = [] }
                return rest.isEmpty ? nil : rest
            }
        }
    }

    package struct Iterator: AsyncIteratorProtocol {
        fileprivate let pull: @Sendable () async throws(Failure) -> [UInt8]?

        package mutating func next() async throws(Failure) -> [UInt8]? {
            try await pull()
        }

        package mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(Failure) -> [UInt8]? {
            try await pull()
        }
    }

    package func makeAsyncIterator() -> Iterator { Iterator(pull: pull) }

    /// Reads to the end, up to `limit` bytes.
    package func collect(upTo limit: Int) async throws(Failure) -> [UInt8] {
        var all: [UInt8] = []
        while let piece = try await pull() {
            guard piece.count <= limit - all.count else {
                throw .tooLarge(limit: UInt64(limit))
            }
            all += piece
        }
        return all
    }
}
