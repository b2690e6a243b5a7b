import CCommline
import JSON
import Values

extension Link {
    /// Hands over one record.
    ///
    /// Waits only where the host's limit of records in one event is used up.
    ///
    /// - Parameter record: What the driver found.
    /// - Throws: `closed`, `refused`, or an interruption where it has to wait.
    public func emit(_ record: Record) async throws(LinkError) {
        try session.requireLife()
        var status = record.withForeign { session.host.emit(&$0) }
        // A text that is too long is too much as well, but for that no credit ever comes.
        if status == COMMLINE_TOO_MUCH, !record.isTooLong {
            _ = try await session.wait(for: .credit, .none)
            try session.requireLife()
            // The first record of an event: what is too much now always will be.
            status = record.withForeign { session.host.emit(&$0) }
        }
        try session.check(status, "emit a record")
    }

    /// Reports how far an item has come.
    ///
    /// After the final stage the item is closed; a second one is refused. A command that acts on the
    /// world passes ``Stage/sent`` before the frame that acts leaves, and that frame is sent with
    /// ``SendFlags/afterStored``.
    ///
    /// - Parameter outcome: The fate of the item.
    /// - Throws: `closed` or `refused`.
    public func outcome(_ outcome: Outcome) throws(LinkError) {
        try session.requireLife()
        let status = withBorrowed(outcome.message) { message in
            var foreign = commline_outcome(
                size: UInt32(MemoryLayout<commline_outcome>.size), item: outcome.item,
                request_id: outcome.command, stage: outcome.stage.rawValue,
                code: outcome.code.rawValue, detail: outcome.detail, reserved: 0,
                message: message)
            return session.host.outcome(&foreign)
        }
        try session.check(status, "report the outcome of item \(outcome.item)")
    }

    /// Reports how far an item has come.
    ///
    /// - Parameters:
    ///   - item: The item's number in the request.
    ///   - stage: How far it has come.
    ///   - code: How it went.
    ///   - detail: The driver's own code, 0 for none.
    ///   - message: What people are told, or nil.
    /// - Throws: `closed` or `refused`.
    public func outcome(
        item: UInt32, stage: Stage = .final, code: ErrorCode = .ok, detail: Int32 = 0,
        message: Message? = nil
    ) throws(LinkError) {
        try outcome(
            Outcome(item: item, stage: stage, code: code, detail: detail, message: message))
    }

    /// Writes a line of the task's journal.
    ///
    /// Lines beyond the host's limit in one event are dropped; a later line says how many.
    ///
    /// - Parameters:
    ///   - level: How grave it is.
    ///   - message: The line.
    public func note(_ level: Level, _ message: Message) {
        guard session.life == .running else { return }
        session.reportDroppedNotes()
        let status = withBorrowed(message) { session.host.note(level.rawValue, $0) }
        switch status {
        case COMMLINE_OK: break
        case COMMLINE_TOO_MUCH: session.droppedNotes += 1
        default: session.log.write(.warning, "note: \(LinkError.Refusal(status))")
        }
    }

    /// Writes a line of the task's journal.
    ///
    /// - Parameters:
    ///   - level: How grave it is.
    ///   - id: The id of a template in the manifest.
    ///   - parameters: The values for its names.
    public func note(_ level: Level, _ id: String, _ parameters: JSONObject = [:]) {
        note(level, Message(id, parameters))
    }

    /// Reports progress.
    ///
    /// - Parameters:
    ///   - done: How much is done, in the driver's own unit.
    ///   - total: Of how much.
    ///   - command: The monitor's command that is meant, or 0 for the session.
    public func progress(_ done: Int, of total: Int, command: UInt64 = 0) {
        guard session.life == .running else { return }
        let status = session.host.progress(
            command, done: UInt32(clamping: done), total: UInt32(clamping: total))
        // A limit that is used up loses nothing: the next report tells more.
        if status != COMMLINE_OK, status != COMMLINE_TOO_MUCH {
            session.log.write(.warning, "progress: \(LinkError.Refusal(status))")
        }
    }

    /// Reports a device found behind this one.
    ///
    /// - Parameter child: The device.
    /// - Throws: `closed` or `refused`.
    public func inventory(_ child: Child) throws(LinkError) {
        try session.requireLife()
        let status = withBorrowed(child.serial) { serial in
            withBorrowed(child.type) { type in
                withBorrowed(child.address) { address in
                    withBorrowed(child.facts) { facts in
                        var foreign = commline_child(
                            size: UInt32(MemoryLayout<commline_child>.size),
                            number: child.number, serial: serial, type: type,
                            address: address, json: facts)
                        return session.host.inventory(&foreign)
                    }
                }
            }
        }
        try session.check(status, "report a device behind this one")
    }
}
