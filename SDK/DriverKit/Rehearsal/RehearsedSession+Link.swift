import CCommline
import Values

/// The session that a link belongs to.
private func rehearsed(_ link: UnsafePointer<commline_link>?) -> RehearsedSession? {
    guard let host = link?.pointee.host else { return nil }
    return Unmanaged<RehearsedSession>.fromOpaque(host).takeUnretainedValue()
}

extension RehearsedSession {
    /// Makes the link table of a rehearsed session, still without the session.
    static func makeLinkTable() -> commline_link {
        var table = commline_link()
        table.size = UInt32(MemoryLayout<commline_link>.size)
        table.send = { rehearsed($0)?.send($1) ?? COMMLINE_INVALID }
        table.redact = { rehearsed($0)?.redact($1, $2) ?? COMMLINE_INVALID }
        table.deadline = { rehearsed($0)?.setDeadline($1) ?? COMMLINE_INVALID }
        table.now = { rehearsed($0)?.tellTime($1, $2) ?? COMMLINE_INVALID }
        table.random = { rehearsed($0)?.random($1, $2) ?? COMMLINE_INVALID }
        table.emit = { rehearsed($0)?.emit($1) ?? COMMLINE_INVALID }
        table.outcome = { rehearsed($0)?.outcome($1) ?? COMMLINE_INVALID }
        table.note = { rehearsed($0)?.note($1, $2) ?? COMMLINE_INVALID }
        table.progress = { rehearsed($0)?.progress($1, $2, $3) ?? COMMLINE_INVALID }
        table.inventory = { rehearsed($0)?.inventory($1) ?? COMMLINE_INVALID }
        table.remember = { rehearsed($0)?.remember($1, $2) ?? COMMLINE_INVALID }
        table.reserve = { rehearsed($0)?.reserve($1, $2, $3) ?? COMMLINE_INVALID }
        table.line = { rehearsed($0)?.line($1) ?? COMMLINE_INVALID }
        table.reconnect = { rehearsed($0)?.reconnect($1) ?? COMMLINE_INVALID }
        table.complete = { rehearsed($0)?.complete($1, $2, $3) ?? COMMLINE_INVALID }
        table.finish = { rehearsed($0)?.finish($1, $2, $3) ?? COMMLINE_INVALID }
        table.yielded = { rehearsed($0)?.yielded($1) ?? COMMLINE_INVALID }
        return table
    }

    /// Notes a breach of the contract.
    func invalid(_ what: String) -> commline_status {
        violations.append(what)
        return COMMLINE_INVALID
    }

    /// Refuses an action; a credit follows.
    ///
    /// Trying once more within the same call is odd; going on for ever is a breach.
    func tooMuch() -> commline_status {
        hasBeenRefused = true
        refusalsInEvent += 1
        if refusalsInEvent == Self.mostRefusals {
            violations.append(
                "went on after COMMLINE_TOO_MUCH: \(refusalsInEvent) refused actions in one call, "
                    + "instead of waiting for CREDIT")
        }
        return COMMLINE_TOO_MUCH
    }

    private static let mostRefusals = 1000

    /// Keeps what the session did.
    func act(_ action: Action) {
        actions.append(action)
        if oversight.isTracing { trace.append(.action(action)) }
    }

    /// Runs what reads foreign memory; what is wrong with it becomes a breach.
    func reading(
        _ name: String, for role: Role? = nil,
        _ body: () throws(BorderError) -> commline_status
    ) -> commline_status {
        guard admits(name, for: role) else { return COMMLINE_INVALID }
        do throws(BorderError) {
            return try body()
        } catch {
            // What is too large by itself is refused, and no credit follows.
            return error.isTooMuch ? COMMLINE_TOO_MUCH : invalid("\(name): \(error)")
        }
    }

    private func send(_ pointer: UnsafePointer<commline_send>?) -> commline_status {
        reading("send") { () throws(BorderError) in
            let sending = try Sending(pointer)
            guard isConnected else { throw BorderError("not connected") }
            let count = sending.bytes.count
            guard count <= Int(COMMLINE_LIMIT_SEND_BYTES) else {
                violations.append(
                    "send: \(count) bytes at once; \(COMMLINE_LIMIT_SEND_BYTES) is the most")
                return COMMLINE_TOO_MUCH
            }
            guard unsent + count <= limits.sendBytes else { return tooMuch() }
            unsent += count
            act(.sent(sending))
            return COMMLINE_OK
        }
    }

    private func redact(_ offset: UInt32, _ size: UInt32) -> commline_status {
        guard admits("redact") else { return COMMLINE_INVALID }
        let end = Int(offset) + Int(size)
        guard end <= received else { return invalid("redact: behind the received bytes") }
        act(.redacted(Int(offset)..<end))
        return COMMLINE_OK
    }

    private func setDeadline(_ milliseconds: UInt32) -> commline_status {
        guard admits("deadline") else { return COMMLINE_INVALID }
        guard milliseconds != UInt32.max else {
            deadline = nil
            act(.deadline(nil))
            return COMMLINE_OK
        }
        deadline = clock.moment(after: .milliseconds(Int64(milliseconds)))
        act(.deadline(milliseconds))
        return COMMLINE_OK
    }

    private func tellTime(
        _ nanoseconds: UnsafeMutablePointer<UInt64>?, _ wall: UnsafeMutablePointer<Int64>?
    ) -> commline_status {
        guard admits("now") else { return COMMLINE_INVALID }
        nanoseconds?.pointee = clock.now.nanoseconds
        wall?.pointee = clock.now.wallMilliseconds
        return COMMLINE_OK
    }

    private func random(
        _ bytes: UnsafeMutablePointer<UInt8>?, _ size: UInt32
    ) -> commline_status {
        guard admits("random") else { return COMMLINE_INVALID }
        guard let bytes, size <= 4096 else { return invalid("random: \(size) bytes") }
        let drawn =
            oversight.answers?.draw(Int(size))
            ?? (0..<Int(size)).map { _ in UInt8(truncatingIfNeeded: dice.next()) }
        for (index, byte) in drawn.enumerated() { bytes[index] = byte }
        if oversight.isTracing { trace.append(.random(drawn)) }
        return COMMLINE_OK
    }

    private func line(_ pointer: UnsafePointer<commline_line>?) -> commline_status {
        reading("line", for: .driver) { () throws(BorderError) in
            act(.line(try LineParameters(pointer)))
            return COMMLINE_OK
        }
    }

    private func reconnect(_ milliseconds: UInt32) -> commline_status {
        guard admits("reconnect", for: .driver) else { return COMMLINE_INVALID }
        isConnected = false
        unsent = 0
        act(.reconnect(milliseconds))
        return COMMLINE_OK
    }

    private func complete(
        _ command: UInt64, _ code: commline_code, _ message: UnsafePointer<commline_message>?
    ) -> commline_status {
        reading("complete") { () throws(BorderError) in
            guard commands.remove(command) != nil else {
                throw BorderError("command \(command) is not open")
            }
            act(
                .completed(
                    command, try ErrorCode.crossing(code), try Message.crossing(message)))
            return COMMLINE_OK
        }
    }

    private func finish(
        _ code: commline_code, _ detail: Int32, _ message: UnsafePointer<commline_message>?
    ) -> commline_status {
        reading("finish") { () throws(BorderError) in
            end(
                .finished(
                    Finish(
                        code: try ErrorCode.crossing(code), detail: detail,
                        message: try Message.crossing(message))))
            return COMMLINE_OK
        }
    }

    private func yielded(_ checkpoint: UnsafePointer<commline_bytes>?) -> commline_status {
        reading("yielded", for: .driver) { () throws(BorderError) in
            let bytes = checkpoint.map { Array($0.pointee.buffer) } ?? []
            guard bytes.count <= 65_536 else {
                throw BorderError("a checkpoint of \(bytes.count) bytes")
            }
            end(.yielded(bytes))
            return COMMLINE_OK
        }
    }

    /// Ends a driver's session; a simulated device only loses its connection.
    private func end(_ action: Action) {
        act(action)
        isConnected = false
        unsent = 0
        guard role == .driver else { return }
        isEnding = true
        deadline = nil
    }
}
