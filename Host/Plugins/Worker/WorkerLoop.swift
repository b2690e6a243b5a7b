import CCommline
import CSystem
import Glibc
import Reactor
import Values

/// Receives events, calls the plugin, and sends what came of it.
final class WorkerLoop {
    /// The most bytes of one frame; the host sends none that is longer.
    private static let largestFrame = 64 << 20

    private let task: WorkerTask
    private let page: WorkerPage
    private let functions: WorkerFunctions
    private let table: PluginTable
    private let output: WorkerOutput
    private var sessions: [UInt32: InlineSession] = [:]
    private let graveyard = SessionGraveyard()
    private let source: WorkerSource

    init(
        _ task: WorkerTask, page: consuming WorkerPage, functions: WorkerFunctions,
        table: PluginTable, output: WorkerOutput
    ) {
        self.task = task
        self.page = page
        self.functions = functions
        self.table = table
        self.output = output
        source = WorkerSource(plugin: task.plugin, functions: functions.source)
    }

    func run() -> Never {
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: PacketChannel.largestPacket, alignment: 16)
        var assembly = PacketAssembly(limit: Self.largestFrame)
        while true {
            let count = csys_receive_packet(WorkerTask.socket, buffer.baseAddress, buffer.count)
            if count == -Int(EINTR) { continue }
            if count == 0 { exit(0) }
            guard count > 0 else { exit(WorkerProgram.ExitStatus.noSocket) }
            do throws(WireError) {
                try assembly.take(UnsafeRawBufferPointer(rebasing: buffer[..<count])) {
                    (reader) throws(WireError) in
                    while let frame = try reader.frame() { try serve(frame) }
                }
            } catch {
                exit(WorkerProgram.ExitStatus.damaged)
            }
            output.flush()
        }
    }

    private func serve(_ frame: WireReader.Frame) throws(WireError) {
        var reader = frame.payload
        let number = frame.session
        switch frame.kind {
        case .open:
            guard task.kind == .driver else { throw WireError("this worker has no sessions") }
            let stamp = try reader.stamp()
            let standing = try reader.standing()
            open(number, try reader.opening(), stamp, standing)
        case .event:
            let stamp = try reader.stamp()
            let standing = try reader.standing()
            let event = StampedEvent(try reader.event(), at: stamp)
            guard let session = sessions[number] else { return }
            page.enter(number, at: SystemClock.monotonicNanoseconds)
            let turn = session.turn(handling: event, standing)
            page.leave()
            output.frame(.turn, session: number) { $0.put(turn) }
        case .close:
            if let session = sessions.removeValue(forKey: number) {
                page.enter(number, at: SystemClock.monotonicNanoseconds)
                session.close()
                page.leave()
            }
            output.frame(.closed, session: number) { _ in }
        case .sourceStart:
            // Only such a worker has the limits of code that blocks and talks to the network.
            guard task.kind == .source else { throw WireError("this worker runs no integrator") }
            try source.start(number, try reader.sourceOpening())
        case .sourceConfirm: source.confirm(number, upTo: try reader.number())
        case .sourceCancel: source.cancel(number)
        case .stop:
            guard !source.isBusy else { throw WireError("a run is under way") }
            output.flush()
            // Whoever is left is closed first, as the ABI promises.
            for session in sessions.values { session.close() }
            table.deactivate()
            exit(0)
        default:
            throw WireError("this frame is not for a worker")
        }
    }

    private func open(
        _ number: UInt32, _ opening: SessionOpening, _ stamp: TimeStamp, _ standing: SessionStanding
    ) {
        let chosen = opening.role == .driver ? functions.driver : functions.simulator
        guard let chosen else {
            return output.frame(.refused, session: number) {
                $0.put(ErrorCode.configuration.rawValue)
                $0.put(Int32(0))
                $0.put("The plugin \(task.plugin) has no \(opening.role).")
                $0.put(Turn())
            }
        }
        let session = InlineSession(plugin: task.plugin, functions: chosen, opening: opening) {
            [graveyard] in graveyard.bury($0)
        }
        page.enter(number, at: SystemClock.monotonicNanoseconds)
        let answer = session.open(opening, at: stamp, standing)
        page.leave()
        switch answer {
        case .opened(_, let turn):
            sessions[number] = session
            output.frame(.opened, session: number) { $0.put(turn) }
        case .refused(let code, let detail, let text, let turn):
            output.frame(.refused, session: number) {
                $0.put(code.rawValue)
                $0.put(detail)
                $0.put(text)
                $0.put(turn)
            }
        }
    }
}
