import Reactor
import Values

/// The commands of a monitor session.
extension DeviceSession {
    /// Takes a command: at once where the session runs, else when it does.
    func take(_ requestID: UInt64, _ request: SessionCommand) {
        guard plan.mode == .monitor, requestID != 0 else { return }
        switch phase {
        case .idle, .connecting, .opening:
            earlyCommands.append((requestID, request))
        case .running where !isReadyForCommands:
            // Commands overtake other events, but CONNECTED is a driver's first one.
            earlyCommands.append((requestID, request))
        case .running:
            hand(over: request, requestID)
            pump()
        case .draining:
            refuse(requestID, request)
        case .ended:
            // The delegate has heard `finished` and is gone: nobody could be told.
            break
        }
    }

    /// The driver has handled CONNECTED: queues what came before.
    func takeEarlyCommands() {
        guard phase == .running else { return }
        isReadyForCommands = true
        let commands = earlyCommands
        earlyCommands = []
        for (requestID, request) in commands { hand(over: request, requestID) }
    }

    /// Ends the commands that came before the session ran, because it never will.
    func refuseEarlyCommands() {
        let commands = earlyCommands
        earlyCommands = []
        for (requestID, request) in commands { refuse(requestID, request) }
    }

    /// Cancels a command.
    func cancelCommandNow(_ requestID: UInt64) {
        guard requestID != 0 else { return }
        if let place = earlyCommands.firstIndex(where: { $0.requestID == requestID }) {
            let request = earlyCommands.remove(at: place).request
            return refuse(requestID, request, .cancelled, HostMessages.cancelled)
        }
        guard phase == .running else { return }
        urgent.append(.cancel(requestID: requestID), at: .now)
        pump()
    }

    private func hand(over request: SessionCommand, _ requestID: UInt64) {
        let items = request.itemNumbers
        commandItems[requestID] = Dictionary(
            items.map { ($0, nil) }, uniquingKeysWith: { first, _ in first })
        urgent.append(.command(requestID: requestID, json: request.text, items: items), at: .now)
    }

    /// Ends a command that the driver never saw, with the code of the session's end.
    private func refuse(_ requestID: UInt64, _ request: SessionCommand) {
        // A session that ends well has not done what it was not asked in time.
        let code = ending?.code ?? .cancelled
        refuse(requestID, request, code == .ok ? .cancelled : code, ending?.message)
    }

    private func refuse(
        _ requestID: UInt64, _ request: SessionCommand, _ code: ErrorCode, _ message: Message?
    ) {
        let remaining = request.itemNumbers.map {
            remainder($0, of: requestID, stage: nil, code: code)
        }
        delegate?.session(
            self,
            completed: CommandEnd(
                requestID: requestID, code: code,
                message: message.flatMap { $0.isEmpty ? nil : $0 }, remaining: remaining))
    }

    /// The end of a command as the driver gave it.
    func commandEnd(
        _ requestID: UInt64, _ code: ErrorCode, _ message: Message?
    ) -> CommandEnd {
        let items = commandItems.removeValue(forKey: requestID) ?? [:]
        let remaining = items.filter { $0.value != .final }.sorted { $0.key < $1.key }.map {
            remainder($0.key, of: requestID, stage: $0.value, code: code)
        }
        return CommandEnd(
            requestID: requestID, code: code, message: message, remaining: remaining)
    }
}
