import Glibc

/// The end of a wait.
struct Deadline {
    private let end: ContinuousClock.Instant

    init(_ duration: Duration) {
        end = .now + duration
    }

    var hasPassed: Bool { ContinuousClock.now >= end }

    /// What is left, rounded up, for `poll`.
    var milliseconds: Int32 {
        let left = ContinuousClock.now.duration(to: end).components
        let milliseconds = left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000 + 1
        return Int32(clamping: max(0, milliseconds))
    }

    /// Waits until a descriptor can be read.
    func awaitReadable(_ descriptor: Int32, _ what: @autoclosure () -> String) throws {
        var item = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while true {
            switch poll(&item, 1, milliseconds) {
            case 1...: return
            case 0: throw Trouble.deadline(what())
            default: guard errno == EINTR else { throw Trouble.system("poll", errno) }
            }
        }
    }

    /// Asks again and again until the answer is there.
    ///
    /// What is asked gives no sign of its own when it changes, so between two questions the thread
    /// gives way for a moment, of `pause` milliseconds.
    static func awaitAnswer<Answer>(
        _ what: String, within duration: Duration = .seconds(60), pause: Int32 = 10,
        _ ask: () throws -> Answer?
    ) throws -> Answer {
        let deadline = Deadline(duration)
        while true {
            if let answer = try ask() { return answer }
            guard !deadline.hasPassed else { throw Trouble.deadline(what) }
            poll(nil, 0, pause)
        }
    }
}
