import Values

// What the sessions of a rehearsal ask for, carried out.
extension Rehearsal {
    /// Carries out what both sides asked for since the last time.
    func settle() {
        var isQuiet = false
        while !isQuiet {
            isQuiet = true
            while seen.driver < driver.actions.count {
                isQuiet = false
                seen.driver += 1
                carryOut(driver.actions[seen.driver - 1])
            }
            while seen.device < device.actions.count {
                isQuiet = false
                seen.device += 1
                carryOutForDevice(device.actions[seen.device - 1])
            }
        }
        if driver.hasBeenRefused {
            driver.hasBeenRefused = false
            agenda.add(.credit, at: clock.now.nanoseconds, generation)
        }
    }

    private func carryOut(_ action: Action) {
        switch action {
        case .sent(let sending):
            transport(sending.bytes, .toDevice, sends.toDevice)
            sends.toDevice += 1
        case .reconnect(let milliseconds):
            drop()
            let wait = Duration.milliseconds(Int64(milliseconds)) + line.connecting
            agenda.add(.connect, at: clock.moment(after: wait), generation)
        case .finished, .yielded: drop()
        default: break
        }
    }

    private func carryOutForDevice(_ action: Action) {
        switch action {
        case .sent(let sending):
            transport(sending.bytes, .toDriver, sends.toDriver)
            sends.toDriver += 1
        case .finished:
            // What the device sent before it hung up still arrives.
            agenda.add(.lost(.ok), at: clock.moment(after: line.delay), generation)
        default: break
        }
    }

    private func transport(_ bytes: [UInt8], _ direction: Line.Direction, _ index: Int) {
        let passage = Line.Passage(direction: direction, index: index, bytes: bytes)
        // Bytes do not overtake each other, not even those of a later send.
        var moment = max(clock.moment(after: line.delay), lastArrival[direction] ?? 0)
        if direction == .toDriver, index == line.lateReply, let deadline = driver.deadline {
            moment = max(moment, deadline + 1_000_000)
        }
        if direction == .toDriver, line.latePerMille > 0, dice.happens(line.latePerMille),
            let deadline = driver.deadline
        {
            moment = max(moment, deadline + (1 + dice.next() % 4_000) * 1_000_000)
            lateReplyCount += 1
        }
        for chunk in line.carry(passage, &dice) where !chunk.isEmpty {
            agenda.add(.arrival(direction, chunk), at: moment, generation)
            lastArrival[direction] = moment
            moment += UInt64(Session.milliseconds(line.spacing)) * 1_000_000
        }
        agenda.add(.drained(direction), at: clock.now.nanoseconds, generation)
    }
}
