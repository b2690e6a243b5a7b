import CCommline

/// The functions of `commline_link`, the same for all sessions; `host` tells them apart.
enum LinkTable {
    /// A link whose `host` is still to be set.
    static var template: commline_link {
        var link = commline_link()
        link.size = UInt32(MemoryLayout<commline_link>.size)
        link.send = { link, send in
            answer(link, "send") { session throws(LinkRefusal) in try session.send(send) }
        }
        link.redact = { link, offset, size in
            answer(link, "redact") { session throws(LinkRefusal) in
                try session.redact(offset: offset, size: size)
            }
        }
        link.deadline = { link, milliseconds in
            answer(link, "deadline") { session throws(LinkRefusal) in
                try session.deadline(milliseconds: milliseconds)
            }
        }
        link.now = { link, monotonic, wall in
            answer(link, "now") { session throws(LinkRefusal) in
                try session.now(monotonic, wall)
            }
        }
        link.random = { link, bytes, size in
            answer(link, "random") { session throws(LinkRefusal) in
                try session.random(bytes, size: size)
            }
        }
        link.emit = { link, record in
            answer(link, "emit") { session throws(LinkRefusal) in try session.emit(record) }
        }
        link.outcome = { link, outcome in
            answer(link, "outcome") { session throws(LinkRefusal) in try session.outcome(outcome) }
        }
        link.note = { link, level, message in
            answer(link, "note") { session throws(LinkRefusal) in
                try session.note(level: level, message)
            }
        }
        addRest(to: &link)
        return link
    }

    private static func addRest(to link: inout commline_link) {
        link.progress = { link, requestID, done, total in
            answer(link, "progress") { session throws(LinkRefusal) in
                try session.progress(requestID: requestID, done: done, total: total)
            }
        }
        link.inventory = { link, child in
            answer(link, "inventory") { session throws(LinkRefusal) in
                try session.inventory(child)
            }
        }
        link.remember = { link, key, bytes in
            answer(link, "remember") { session throws(LinkRefusal) in
                try session.remember(key, bytes)
            }
        }
        link.reserve = { link, counter, count, first in
            answer(link, "reserve") { session throws(LinkRefusal) in
                try session.reserve(counter, count: count, first)
            }
        }
        link.line = { link, parameters in
            answer(link, "line") { session throws(LinkRefusal) in try session.line(parameters) }
        }
        link.reconnect = { link, milliseconds in
            answer(link, "reconnect") { session throws(LinkRefusal) in
                try session.reconnect(milliseconds: milliseconds)
            }
        }
        link.complete = { link, requestID, code, message in
            answer(link, "complete") { session throws(LinkRefusal) in
                try session.complete(requestID: requestID, code: code, message)
            }
        }
        link.finish = { link, code, detail, message in
            answer(link, "finish") { session throws(LinkRefusal) in
                try session.finish(code: code, detail: detail, message)
            }
        }
        link.yielded = { link, checkpoint in
            answer(link, "yielded") { session throws(LinkRefusal) in
                try session.yielded(checkpoint)
            }
        }
    }
}

/// Finds the session and makes a status of what the call gives.
///
/// Not a member of the table: a C function captures nothing, not even a type.
private func answer(
    _ link: UnsafePointer<commline_link>?, _ name: StaticString,
    _ body: (InlineSession) throws(LinkRefusal) -> Void
) -> commline_status {
    guard let host = link?.pointee.host else { return COMMLINE_INVALID }
    let session = Unmanaged<InlineSession>.fromOpaque(host).takeUnretainedValue()
    // Outside of a callback nothing of the session may be touched: its thread may be elsewhere.
    guard session.isInsideCallback else {
        session.strayCall(name)
        return COMMLINE_INVALID
    }
    do throws(LinkRefusal) {
        try body(session)
        return COMMLINE_OK
    } catch {
        session.turn.note(error, in: name)
        return error.status
    }
}

extension Turn {
    /// Breaches of one callback that are worth telling; a flood says nothing more.
    private static let mostBreaches = 8

    /// Remembers a call that broke the contract.
    mutating func note(_ refusal: LinkRefusal, in call: StaticString) {
        guard refusal.isBreach, breaches.count < Self.mostBreaches else { return }
        breaches.append("\(call): \(refusal.reason)")
    }
}
