import CSystem
import Glibc
import Log
import Reactor

/// One worker process as the host holds it: its start, its socket, its output, the page that is shared with it,
/// and its end. What is said over the socket is its owner's business.
///
/// It lives until the process is gone, whoever else has let go of it, and so does its owner.
// SAFETY: All variables belong to the reactor's thread; every entry point is called there.
final class WorkerChild: @unchecked Sendable {
    /// What its owner hears, on the reactor's thread.
    struct Events: Sendable {
        /// A packet has come; `read` makes frames of it.
        var received: @Sendable (BorrowedBytes) -> Void
        /// The process is gone; the last event, also where `kill` was asked for.
        var ended: @Sendable (WorkerEnd) -> Void
    }

    private static let comfortable = PacketChannel.largestPacket * 3 / 4
    /// One turn with 4,096 records of long texts.
    private static let largestFrame = 64 << 20
    /// The end of a process follows that of its socket, on a busy machine a little later; if not, the socket
    /// alone is gone.
    private static let socketGrace = Duration.seconds(5)

    let page: WorkerPage
    private let reactor: Reactor
    private let spec: WorkerSpec
    private let log: Log
    private var events: Events?
    private var child: ChildProcess?
    private var channel: PacketChannel?
    private var pipe: OutputPipe?
    private var assembly = PacketAssembly(limit: largestFrame)
    private let output = WireBuffer(capacity: 64 * 1024)
    private var words = LastWords()
    private var isStopping = false
    /// Why it is being ended, once that is decided.
    private var verdict: WorkerEnd?
    /// Its number, also after its end.
    private(set) var startedProcess: Int32?
    /// What it said once its plugin was loaded.
    private(set) var greeting: WorkerGreeting?

    /// Its number while it runs.
    var process: Int32? { child?.id }
    /// True while it runs and nobody has decided that it is to end.
    var isSound: Bool { child != nil && verdict == nil }
    /// True while it takes work.
    var isAccepting: Bool { isSound && !isStopping }
    /// The last line that it wrote to its standard error.
    var lastWords: String { words.line }

    /// Starts a process; on the reactor's thread.
    ///
    /// - Throws: Why the system could not start it; then no event comes.
    init(_ spec: WorkerSpec, on reactor: Reactor, _ events: Events) throws(SystemError) {
        reactor.checkIsolated()
        let memory = csys_shared_memory("commline-worker", WorkerPage.size)
        guard memory >= 0 else { throw SystemError("memfd_create", code: -memory) }
        defer { csys_close(memory) }
        guard let page = WorkerPage(descriptor: memory) else {
            throw SystemError("mmap", code: ENOMEM)
        }
        self.page = page
        self.spec = spec
        self.reactor = reactor
        self.events = events
        log = Log("plugin.\(spec.task.plugin)")
        try start(memory)
    }

    private func start(_ page: Int32) throws(SystemError) {
        var ends: [Int32] = [-1, -1]
        var result = csys_packet_pair(&ends)
        guard result >= 0 else { throw SystemError("socketpair", code: -result) }
        defer { csys_close(ends[1]) }
        var pipes: [Int32] = [-1, -1]
        result = csys_output_pipe(&pipes)
        guard result >= 0 else {
            csys_close(ends[0])
            throw SystemError("pipe2", code: -result)
        }
        defer { csys_close(pipes[1]) }
        let null = csys_open_null()
        defer { if null >= 0 { csys_close(null) } }
        do throws(SystemError) {
            channel = try PacketChannel(
                descriptor: ends[0], on: reactor, willFlush: { [unowned self] in flush() }
            ) { [unowned self] event in hear(event) }
            pipe = try OutputPipe(descriptor: pipes[0], on: reactor) { [unowned self] bytes in
                words.append(bytes.bytes)
            }
            child = try ChildProcess(
                path: spec.program, arguments: ["commline"] + spec.task.arguments,
                environment: Self.environment,
                descriptors: [null, pipes[1], pipes[1], ends[1], spec.library.descriptor, page],
                on: reactor
            ) { exit in self.exited(exit) }
        } catch {
            events = nil
            channel?.close()
            pipe?.close()
            throw error
        }
        startedProcess = child?.id
    }

    /// A worker gets no more of the host's environment than it needs.
    private static var environment: [String] {
        var result = ["SWIFT_BACKTRACE=enable=no", "PATH=/usr/bin:/bin"]
        for name in ["LD_LIBRARY_PATH", "TZ", "LANG"] {
            if let value = getenv(name) { result.append("\(name)=\(String(cString: value))") }
        }
        return result
    }

    // MARK: What is said to it

    /// Adds a frame to what is sent at the end of this pass.
    func send(_ kind: FrameKind, _ number: UInt32, _ body: (WireBuffer) -> Void) {
        let place = output.begin(kind, session: number)
        body(output)
        output.end(place)
        if output.count > Self.comfortable { flush() } else { channel?.scheduleFlush() }
    }

    private func flush() {
        guard let channel else { return }
        output.takePackets(limit: PacketChannel.largestPacket) { channel.send($0) }
    }

    /// Asks the process to end once it has done what it was sent, and ends it where it does not.
    func stop() {
        guard !isStopping, child != nil else { return }
        isStopping = true
        send(.stop, 0) { _ in }
        flush()
        reactor.schedule(after: spec.limits.stop) { [weak self] in self?.condemn(.stopped) }
    }

    /// Ends the process at once for a reason; `ended` follows with the first one that was given.
    func condemn(_ reason: WorkerEnd) {
        guard let child else { return }
        verdict = verdict ?? reason
        child.kill()
    }

    // MARK: What it says

    /// False where the owner knows that nothing more is on its way.
    var expectsMore: Bool {
        get { channel?.expectsMore ?? false }
        set { channel?.expectsMore = newValue }
    }

    /// Makes frames of a packet; damage ends the process.
    ///
    /// - Parameters:
    ///   - packet: What `received` gave.
    ///   - blanked: Takes secrets out of the lines of its service log.
    ///   - serve: Serves a frame that is not of every worker.
    func read(
        _ packet: BorrowedBytes, blanked: (String) -> String,
        _ serve: (WireReader.Frame) throws(WireError) -> Void
    ) {
        guard verdict == nil else { return }
        do throws(WireError) {
            try assembly.take(packet.bytes) { (reader) throws(WireError) in
                while let frame = try reader.frame() {
                    guard try !serveCommon(frame, blanked) else { continue }
                    try serve(frame)
                }
            }
        } catch {
            condemn(.damaged(error.description))
        }
    }

    /// True where the frame is dealt with here.
    private func serveCommon(
        _ frame: WireReader.Frame, _ blanked: (String) -> String
    ) throws(WireError) -> Bool {
        var reader = frame.payload
        switch frame.kind {
        case .ready:
            greeting = try reader.greeting()
            return false
        case .failed:
            let problem = try reader.text()
            verdict = .refused(problem: problem, remedy: try reader.text())
        case .log:
            let level = LogLevel(rawValue: Int(try reader.number(UInt8.self))) ?? .error
            let text = try reader.text()
            log.write(level, blanked(text))
        default: return false
        }
        return true
    }

    private func hear(_ event: PacketEvent) {
        switch event {
        case .received(let packet): events?.received(packet)
        case .closed:
            channel = nil
            reactor.schedule(after: Self.socketGrace) { [weak self] in
                self?.condemn(.damaged("it closed its socket to the host"))
            }
        }
    }

    // MARK: The end

    private func exited(_ exit: ProcessExit) {
        child = nil
        // What it said before its end counts.
        if verdict == nil { channel?.drainInput() }
        channel?.close()
        channel = nil
        pipe?.drain()
        pipe?.close()
        pipe = nil
        var end = verdict ?? WorkerEnd(exit)
        if isStopping, verdict == nil, exit == .exited(0) { end = .stopped }
        let events = self.events
        self.events = nil
        events?.ended(end)
    }
}
