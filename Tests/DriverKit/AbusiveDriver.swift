import CCommline
import Glibc

/// A plugin that breaks the contract of the border, each time in the way that its request names.
///
/// It is made of raw tables, because no plugin made with DriverKit could do any of this.
enum AbusiveDriver {
    /// What the tables keep for a session.
    struct State {
        let link: UnsafePointer<commline_link>
        let abuse: Abuse
    }

    /// One breach, done when the session is connected unless it says otherwise.
    struct Abuse: Sendable {
        let name: String
        /// How the breach is told.
        let violation: String
        var isDoneInOpen = false
        var isDoneInClose = false
        let act: @Sendable (UnsafePointer<commline_link>) -> Void

        init(
            _ name: String, _ violation: String,
            _ act: @escaping @Sendable (UnsafePointer<commline_link>) -> Void
        ) {
            self.name = name
            self.violation = violation
            self.act = act
        }
    }

    static let all: [Abuse] = [
        Abuse("no send", "send: a struct of 0 bytes") { _ = $0.pointee.send($0, nil) },
        Abuse("a short send", "send: a struct of 8 bytes") { link in
            var send = commline_send()
            send.size = 8
            _ = link.pointee.send(link, &send)
        },
        Abuse("a send without bytes", "send: no bytes") { link in
            var send = sending()
            send.bytes.size = 3
            _ = link.pointee.send(link, &send)
        },
        Abuse("secrets without a list", "send: no secrets") { link in
            var send = sending()
            send.secret_count = 1
            _ = link.pointee.send(link, &send)
        },
        Abuse("a secret behind the end", "send: a secret behind the end") { link in
            var send = sending()
            var range = commline_range(offset: .max, size: .max)
            withUnsafePointer(to: &range) { range in
                send.secrets = range
                send.secret_count = 1
                _ = link.pointee.send(link, &send)
            }
        },
        Abuse("redact without bytes", "redact: behind the received bytes") {
            _ = $0.pointee.redact($0, .max, .max)
        },
        Abuse("too many random bytes", "random: 4097 bytes") { link in
            var byte: UInt8 = 0
            _ = link.pointee.random(link, &byte, 4097)
        },
        Abuse("random bytes to nowhere", "random: 1 bytes") { _ = $0.pointee.random($0, nil, 1) },
        Abuse("a record of no kind", "emit: a record of kind 0") { link in
            var record = commline_record()
            record.size = UInt32(MemoryLayout<commline_record>.size)
            _ = link.pointee.emit(link, &record)
        },
        Abuse("a record for an unknown item", "emit: item 77 was not asked for") { link in
            var record = commline_record()
            record.size = UInt32(MemoryLayout<commline_record>.size)
            record.kind = COMMLINE_RECORD_STATE
            record.item = 77
            _ = link.pointee.emit(link, &record)
        },
        Abuse("an outcome of an unknown item", "outcome: item 5 was not asked for") {
            outcome($0, item: 5, stage: COMMLINE_STAGE_FINAL, code: 0)
        },
        Abuse("an outcome of no stage", "outcome: stage 9") {
            outcome($0, item: 0, stage: 9, code: 0)
        },
        Abuse("an outcome of no code", "outcome: code 99") {
            outcome($0, item: 0, stage: COMMLINE_STAGE_FINAL, code: 99)
        },
        Abuse("two ends of an item", "outcome: item 0 is final already") { link in
            for _ in 0..<2 { outcome(link, item: 0, stage: COMMLINE_STAGE_FINAL, code: 0) }
        },
        Abuse("no note", "note: no message") { _ = $0.pointee.note($0, 0, nil) },
        Abuse("a note of no level", "note: level 5") { _ = $0.pointee.note($0, 5, nil) },
        Abuse("a message that is cut off", "note: a message of 4 bytes") { link in
            var message = commline_message()
            message.size = 4
            _ = link.pointee.note(link, 0, &message)
        },
        Abuse("a text that is no UTF-8", "note: message detail: no UTF-8") { link in
            [CChar(-1)].withUnsafeBufferPointer { bytes in
                var message = commline_message()
                message.size = UInt32(MemoryLayout<commline_message>.size)
                message.detail.data = bytes.baseAddress
                message.detail.size = 1
                _ = link.pointee.note(link, 0, &message)
            }
        },
        Abuse("a child without a struct", "inventory: a struct of 0 bytes") {
            _ = $0.pointee.inventory($0, nil)
        },
        Abuse("memory without a key", "remember: no key or no bytes") {
            _ = $0.pointee.remember($0, nil, nil)
        },
        Abuse("an empty key", "remember: an empty key") { link in
            var key = commline_text()
            var bytes = commline_bytes()
            _ = link.pointee.remember(link, &key, &bytes)
        },
        Abuse("no numbers", "reserve: nothing to reserve") { link in
            var key = commline_text()
            var first: UInt64 = 0
            _ = link.pointee.reserve(link, &key, 0, &first)
        },
        Abuse("a line without speed", "line: parameters out of range") { link in
            var line = commline_line()
            line.size = UInt32(MemoryLayout<commline_line>.size)
            _ = link.pointee.line(link, &line)
        },
        Abuse("an unknown command", "complete: command 3 is not open") {
            _ = $0.pointee.complete($0, 3, 0, nil)
        },
        Abuse("a finish with no code", "finish: code -1") {
            _ = $0.pointee.finish($0, -1, 0, nil)
        },
        Abuse("two finishes", "finish after the session was ended") { link in
            for _ in 0..<2 { _ = link.pointee.finish(link, 0, 0, nil) }
        },
        Abuse("an action after the finish", "deadline after the session was ended") { link in
            _ = link.pointee.yielded(link, nil)
            _ = link.pointee.deadline(link, 5)
        },
        Abuse("a large checkpoint", "yielded: a checkpoint of 65537 bytes") { link in
            let bytes = [UInt8](repeating: 0, count: 65_537)
            bytes.withUnsafeBufferPointer { bytes in
                var checkpoint = commline_bytes(
                    data: bytes.baseAddress, size: UInt32(bytes.count), reserved: 0)
                _ = link.pointee.yielded(link, &checkpoint)
            }
        },
        Abuse("a call on another thread", "1 calls of the link on a foreign thread") { link in
            var thread = pthread_t()
            let failure = pthread_create(
                &thread, nil,
                { argument in
                    guard let argument else { return nil }
                    let link = UnsafePointer(argument.assumingMemoryBound(to: commline_link.self))
                    _ = link.pointee.reconnect(link, 0)
                    return nil
                }, UnsafeMutableRawPointer(mutating: link))
            if failure == 0 { pthread_join(thread, nil) }
        },
        early(Abuse("a send while opening", "send: not connected") { send($0) }),
        late(Abuse("a send while closing", "send while the session is closed") { send($0) }),
    ]

    private static func early(_ abuse: Abuse) -> Abuse {
        var abuse = abuse
        abuse.isDoneInOpen = true
        return abuse
    }

    private static func late(_ abuse: Abuse) -> Abuse {
        var abuse = abuse
        abuse.isDoneInClose = true
        return abuse
    }

    private static func sending() -> commline_send {
        var send = commline_send()
        send.size = UInt32(MemoryLayout<commline_send>.size)
        return send
    }

    private static func send(_ link: UnsafePointer<commline_link>) {
        var send = sending()
        _ = link.pointee.send(link, &send)
    }

    private static func outcome(
        _ link: UnsafePointer<commline_link>, item: UInt32, stage: commline_stage,
        code: commline_code
    ) {
        var outcome = commline_outcome()
        outcome.size = UInt32(MemoryLayout<commline_outcome>.size)
        outcome.item = item
        outcome.stage = stage
        outcome.code = code
        _ = link.pointee.outcome(link, &outcome)
    }
}
