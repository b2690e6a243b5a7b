import JSON
import Values

/// A driver against the simulated device of its own plugin, without a network and without waiting.
///
/// Both sides run through the real C tables, in one thread, on a virtual clock: bytes travel over a
/// ``Line`` that may split, lose or corrupt them, and a time-out of a minute passes at once. The same
/// seed gives the same rehearsal, event for event.
///
/// ```swift
/// let rehearsal = try Rehearsal(of: plugin, request: request, simulation: simulation)
/// rehearsal.run()
/// #expect(rehearsal.driver.finish?.code == .ok)
/// #expect(rehearsal.driver.records.count == 4)
/// ```
public final class Rehearsal {
    /// Something that happens to a session on its way.
    public enum Disturbance: Hashable, Sendable {
        /// A person or a schedule ends it.
        case cancel
        /// Something more urgent waits.
        case yield
        /// The host closes it.
        case close
        /// The connection is lost.
        case disconnect
    }

    /// How a run came to its end.
    public enum Ending: Hashable, Sendable {
        /// The driver ended its session.
        case finished
        /// The driver waits for something that will never come.
        case stalled
        /// The driver takes longer than it may.
        case overlong
        /// The driver needs event after event without an end.
        case endless
    }

    /// The driver's session.
    public let driver: RehearsedSession
    /// The simulated device's session.
    public let device: RehearsedSession
    /// The clock of both.
    public let clock: VirtualClock
    /// What crossed the line so far, in both directions, as it arrived.
    public private(set) var transcript: [(direction: Line.Direction, bytes: [UInt8])] = []
    /// Called before each of the driver's events with its number, from 0; it may deliver others to it.
    public var beforeEvent: ((RehearsedSession, Int) -> Void)?
    /// When the driver was disturbed, in nanoseconds of the clock; nil while it was not.
    public private(set) var disturbedAt: UInt64?
    /// How many events the driver got so far.
    public private(set) var eventCount = 0

    /// How many of the device's sends were made late, see ``Line/latePerMille``.
    public internal(set) var lateReplyCount = 0

    var line: Line
    private var arrived = 0
    var dice: Dice
    var agenda = Agenda()
    var generation = 0
    var sends = (toDevice: 0, toDriver: 0)
    var seen = (driver: 0, device: 0)
    var lastArrival: [Line.Direction: UInt64] = [:]
    private let begin: Moment

    /// Opens both sides; nothing moves yet.
    ///
    /// - Parameters:
    ///   - plugin: Whose driver and simulator.
    ///   - request: The driver's request, as in `commline.h`.
    ///   - simulation: The simulator's request, as in `commline.h`.
    ///   - line: The line between the two.
    ///   - limits: What the host allows the driver.
    ///   - seed: What everything random follows from.
    ///   - clock: The clock of both sides.
    ///   - oversight: How closely both sides are looked at.
    /// - Throws: Where the plugin lacks a driver or a simulator.
    public init(
        of plugin: RehearsedPlugin, request: JSONValue, simulation: JSONValue,
        line: Line = Line(), limits: RehearsedSession.Limits = RehearsedSession.Limits(),
        seed: UInt64 = 1, clock: VirtualClock = VirtualClock(),
        oversight: Oversight = Oversight()
    ) throws(RehearsalError) {
        self.line = line
        self.clock = clock
        begin = clock.now
        dice = Dice(seed: seed)
        device = try RehearsedSession(
            of: plugin, as: .simulator, request: simulation, clock: clock, seed: dice.next(),
            oversight: Oversight(witness: oversight.witness))
        driver = try RehearsedSession(
            of: plugin, request: request, clock: clock, limits: limits, seed: dice.next(),
            oversight: oversight)
        agenda.add(.connect, at: clock.moment(after: line.connecting), generation)
        settle()
    }

    /// How much virtual time has passed.
    public var elapsed: Duration { clock.now.since(begin) }

    /// Where either side broke the contract of the border.
    public var violations: [String] {
        driver.violations.map { "driver: \($0)" } + device.violations.map { "device: \($0)" }
    }

    /// Runs until the driver has ended its session.
    ///
    /// - Parameters:
    ///   - limit: How much virtual time it may take.
    ///   - disturbance: What happens to the driver on its way.
    ///   - step: Before which of the driver's events it happens, from 0.
    ///   - most: How many of the driver's events it may take.
    /// - Returns: How it came to its end. The driver's session is closed then.
    @discardableResult
    public func run(
        within limit: Duration = .seconds(86_400), disturbing disturbance: Disturbance? = nil,
        at step: Int = 0, events most: Int = 1_000_000
    ) -> Ending {
        let end = clock.moment(after: limit)
        var disturbance = disturbance
        while driver.isRunning {
            if let what = disturbance, eventCount >= step {
                disturbance = nil
                disturb(what)
                continue
            }
            guard eventCount < most else { return close(.endless) }
            guard let next = nextMoment else { return close(.stalled) }
            guard next <= end else { return close(.overlong) }
            clock.move(to: next)
            beforeEvent?(driver, eventCount)
            guard driver.isRunning else { continue }
            advance()
        }
        return close(.finished)
    }

    // MARK: - One step

    /// The moment at which something happens next.
    private var nextMoment: UInt64? {
        [agenda.first, driver.deadline, device.deadline].compactMap { $0 }.min()
    }

    /// Lets one thing happen that is due; bytes come before timers of the same moment.
    private func advance() {
        if let entry = agenda.take(until: clock.now.nanoseconds) {
            if entry.generation == generation { happen(entry.what) }
        } else if let deadline = device.deadline, deadline <= clock.now.nanoseconds {
            device.passDeadline()
        } else if let deadline = driver.deadline, deadline <= clock.now.nanoseconds {
            eventCount += 1
            driver.passDeadline()
        }
        settle()
    }

    private func happen(_ what: Agenda.What) {
        switch what {
        case .connect:
            eventCount += 1
            device.connect(line.traits, peer: "198.51.100.1:50000", largestDatagram: 1472)
            driver.connect(line.traits, largestDatagram: 1472)
        case .arrival(let direction, let bytes): arrive(bytes, direction)
        case .drained(.toDevice):
            eventCount += 1
            driver.drained()
        case .drained(.toDriver): device.drained()
        case .credit:
            eventCount += 1
            driver.credit()
        case .lost(let reason):
            guard driver.isConnected else { return }
            eventCount += 1
            driver.disconnect(reason)
        }
    }

    private func arrive(_ bytes: [UInt8], _ direction: Line.Direction) {
        let receiver = direction == .toDevice ? device : driver
        guard receiver.isConnected else { return }
        if line.fallsSilent, disturbedAt != nil, direction == .toDriver { return }
        var bytes = bytes
        if line.merges {
            bytes += agenda.takeArrivals(direction, until: clock.now.nanoseconds, generation)
        }
        var isCut = false
        if let cut = line.cut, arrived + bytes.count >= cut {
            bytes.removeLast(arrived + bytes.count - cut)
            line.cut = nil
            isCut = true
        }
        arrived += bytes.count
        if !bytes.isEmpty {
            transcript.append((direction, bytes))
            if direction == .toDriver { eventCount += 1 }
            receiver.deliver(bytes)
        }
        if isCut, driver.isRunning { disturb(.disconnect) }
    }

    private func disturb(_ disturbance: Disturbance) {
        eventCount += 1
        disturbedAt = clock.now.nanoseconds
        switch disturbance {
        case .cancel: driver.cancel()
        case .yield: driver.askToYield()
        case .close: driver.askToClose()
        case .disconnect:
            // Before there is a connection, losing it means that the host could not make one.
            drop()
            driver.disconnect(.transport)
        }
        settle()
    }

    /// Forgets everything that is under way, and the device's connection.
    func drop() {
        generation += 1
        if device.isConnected { device.disconnect(.ok) }
    }

    private func close(_ ending: Ending) -> Ending {
        driver.close()
        return ending
    }
}
