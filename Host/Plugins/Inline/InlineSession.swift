import CCommline
import Glibc
import Log
import Reactor
import Synchronization
import Values

/// The functions of a driver or a simulator; both tables have the same shape.
struct SessionFunctions: Sendable {
    var open:
        @convention(c) (
            UnsafePointer<commline_request>?, UnsafePointer<commline_link>?,
            UnsafeMutablePointer<commline_error>?
        ) -> OpaquePointer?
    var handle: @convention(c) (OpaquePointer?, UnsafePointer<commline_event>?) -> Void
    var close: @convention(c) (OpaquePointer?) -> Void
    /// Stands between the host and these functions; nil but where a session is recorded.
    var border: (any SessionBorder)?
}

/// One session of a plugin that runs in this process: the ABI's border.
///
/// It lends events to the plugin and answers its link; what the plugin asks for is checked, copied and
/// handed over as a `Turn` when the callback has returned.
// SAFETY: All variables belong to the thread of the session's reactor, on which `open`, `handle` and
// `close` are called. `callbackThread` is atomic: with it the link's functions, which a faulty plugin may
// call from anywhere, find out whether they may touch the rest.
final class InlineSession: HostedSession, @unchecked Sendable {
    let plugin: String
    private let functions: SessionFunctions
    private let retire: @Sendable (InlineSession) -> Void
    private let watch: CallbackWatch?
    /// The thread that is inside a callback of this session, or 0.
    private let callbackThread = Atomic<UInt>(0)
    private let hasStrayed = Atomic<Bool>(false)
    private let link: UnsafeMutablePointer<commline_link>
    private var session: OpaquePointer?

    // What the link's functions work on.
    var rules: LinkRules
    var turn = Turn()
    /// The moment of the event being handled.
    var stamp = TimeStamp(monotonicNanoseconds: 0, wallMilliseconds: 0)

    /// Prepares a session; `open` opens it.
    ///
    /// - Parameters:
    ///   - plugin: The plugin's id.
    ///   - functions: The plugin's.
    ///   - opening: What is opened.
    ///   - watch: Looks at callbacks from outside, in a host's own threads.
    ///   - retire: Keeps a closed session for a while, so that a plugin which holds on to a dead link gets
    ///     an answer.
    init(
        plugin: String, functions: SessionFunctions, opening: SessionOpening,
        watch: CallbackWatch? = nil, retire: @escaping @Sendable (InlineSession) -> Void
    ) {
        self.plugin = plugin
        self.functions = functions
        self.retire = retire
        self.watch = watch
        rules = LinkRules(opening)
        link = .allocate(capacity: 1)
        link.initialize(to: LinkTable.template)
        link.pointee.host = Unmanaged.passUnretained(self).toOpaque()
    }

    deinit {
        link.deinitialize(count: 1)
        link.deallocate()
    }

    /// True on the thread that is inside a callback of this session.
    var isInsideCallback: Bool {
        callbackThread.load(ordering: .acquiring) == UInt(pthread_self())
    }

    /// Tells, once a session, that the plugin called its link outside of a callback; from any thread.
    func strayCall(_ name: StaticString) {
        guard !hasStrayed.exchange(true, ordering: .relaxed) else { return }
        Log("plugin.\(plugin)").warning(
            "called a link outside of a callback of its session; the call has no effect",
            ["call": "\(name)"])
    }

    /// Opens the session.
    ///
    /// - Returns: The answer, as the runtime's `open` gives it.
    func open(
        _ opening: SessionOpening, at stamp: TimeStamp, _ standing: SessionStanding
    ) -> OpenAnswer {
        self.stamp = stamp
        rules.begin(nil, standing)
        var error = commline_error()
        error.size = UInt32(MemoryLayout<commline_error>.size)
        var errorText = [CChar](repeating: 0, count: 1024)
        let turn = callback {
            EventLending.text(opening.json) { json in
                errorText.withUnsafeMutableBufferPointer { buffer in
                    error.text = buffer.baseAddress
                    error.text_capacity = UInt32(buffer.count)
                    var request = commline_request()
                    request.size = UInt32(MemoryLayout<commline_request>.size)
                    request.mode = opening.mode.rawValue
                    request.json = json
                    request.file = -1
                    request.item_count = UInt32(clamping: opening.items.count)
                    request.monotonic_ns = stamp.monotonicNanoseconds
                    request.wall_ms = stamp.wallMilliseconds
                    session = functions.opened(&request, link, &error)
                }
            }
        }
        guard session == nil else { return .opened(self, turn) }
        retire(self)
        let code = ErrorCode(rawValue: error.code) ?? .internalError
        let text = errorText.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
        return .refused(
            code: code == .ok ? .internalError : code, detail: error.detail,
            text: String(decoding: text, as: UTF8.self), turn)
    }

    func handle(
        _ event: StampedEvent, _ standing: SessionStanding,
        _ ended: @escaping @Sendable (Turn) -> Void
    ) {
        ended(turn(handling: event, standing))
    }

    /// Delivers one event and answers what came of it.
    func turn(handling event: StampedEvent, _ standing: SessionStanding) -> Turn {
        stamp = event.stamp
        rules.begin(event.event, standing)
        return callback {
            EventLending.event(event) { event in
                functions.border?.delivers(event.pointee)
                functions.handle(session, event)
            }
        }
    }

    func close() {
        guard let session else { return }
        self.session = nil
        // Nothing may be asked for any more, so whatever this callback says is dropped.
        let functions = self.functions
        functions.close(session)
        retire(self)
    }

    /// Runs a callback of the plugin and collects what it asks for.
    private func callback(_ body: () -> Void) -> Turn {
        turn = Turn()
        callbackThread.store(UInt(pthread_self()), ordering: .releasing)
        let start = SystemClock.monotonicNanoseconds
        watch?.enter(at: start)
        body()
        watch?.leave()
        let end = SystemClock.monotonicNanoseconds
        callbackThread.store(0, ordering: .releasing)
        turn.nanoseconds = end - start
        turn.shortages = rules.shortages
        defer { turn = Turn() }
        return turn
    }
}
