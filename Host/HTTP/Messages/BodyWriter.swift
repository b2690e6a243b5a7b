import Synchronization

/// Takes the body of a response while it is produced.
package struct BodyWriter: Sendable {
    /// Why nothing more can be written.
    package enum Failure: Error, Hashable, Sendable {
        /// The client has gone, or was too slow, or the server is stopping: the producer ends.
        case disconnected
        /// The producer gives up: the client sees a body that is cut off, and not one that is complete.
        case abandoned
    }

    private let put: @Sendable ([UInt8]) async throws(Failure) -> Void

    init(_ put: @escaping @Sendable ([UInt8]) async throws(Failure) -> Void) {
        self.put = put
    }

    /// Writes bytes, and waits while the client is slower than the producer.
    package func write(_ bytes: [UInt8]) async throws(Failure) {
        guard !bytes.isEmpty else { return }
        try await put(bytes)
    }

    /// Writes text in UTF-8, and waits while the client is slower than the producer.
    package func write(_ text: String) async throws(Failure) {
        try await write(Array(text.utf8))
    }

    /// A writer that keeps everything.
    static func collecting() -> (writer: BodyWriter, collected: @Sendable () -> [UInt8]) {
        let all = Collected()
        return (BodyWriter { bytes async throws(Failure) in all.append(bytes) }, { all.bytes })
    }

    private final class Collected: Sendable {
        private let state = Mutex<[UInt8]>([])
        var bytes: [UInt8] { state.withLock { $0 } }
        func append(_ bytes: [UInt8]) { state.withLock { $0 += bytes } }
    }
}

/// Writes server-sent events (WHATWG HTML, section 9.2).
package struct EventWriter: Sendable {
    private let writer: BodyWriter

    init(_ writer: BodyWriter) {
        self.writer = writer
    }

    /// Sends one event.
    ///
    /// - Parameters:
    ///   - data: The event's text; line by line, as the format wants it.
    ///   - event: The event's type; without one it is a `message`. Line ends in it become spaces.
    ///   - id: What the client sends as `Last-Event-ID` when it comes again. Line ends become spaces.
    /// - Throws: `.disconnected` when the client has gone.
    package func send(
        _ data: String, event: String? = nil, id: String? = nil
    ) async throws(BodyWriter.Failure) {
        var text = ""
        if let id { text += "id: \(Self.line(id))\n" }
        if let event { text += "event: \(Self.line(event))\n" }
        let lines = data.split(omittingEmptySubsequences: false, whereSeparator: Self.endsLine)
        for line in lines { text += "data: \(line)\n" }
        try await writer.write(text + "\n")
    }

    /// Sends a line that clients ignore; it keeps the connection alive, and notices a client that has gone.
    package func comment(_ text: String = "") async throws(BodyWriter.Failure) {
        try await writer.write(": \(Self.line(text))\n\n")
    }

    private static func line(_ text: String) -> String {
        String(text.map { endsLine($0) || $0 == "\0" ? " " : $0 })
    }

    /// The line ends of the format; those that Unicode has beside them are text.
    private static func endsLine(_ character: Character) -> Bool {
        character == "\n" || character == "\r" || character == "\r\n"
    }
}
