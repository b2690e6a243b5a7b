import DriverKit
import JSON
import Values

/// A meter that an association is open with: reads objects, and keeps for the session what does not
/// change.
final class Meter {
    let wire: Link
    let map: ProtocolMap
    let settings: DLMSSettings
    let device: Device
    private let association: Association
    private var values: [CosemReference: ObjectValue] = [:]
    private var clock: Result<MeterClock, ObjectFailure>?
    private var stamp: CosemDateTime?

    init(
        _ association: Association, wire: Link, map: ProtocolMap, settings: DLMSSettings,
        device: Device
    ) {
        self.association = association
        self.wire = wire
        self.map = map
        self.settings = settings
        self.device = device
    }

    /// What both ends can do.
    var conformance: Conformance { association.conformance }

    /// Reads an attribute once in a session.
    func value(of object: CosemReference) async throws(DriverFailure) -> ObjectValue {
        if let known = values[object] { return known }
        try safePoint()
        let value = try await association.get(AttributeSelection(object))
        values[object] = value
        return value
    }

    /// Reads attributes with as few requests as the meter allows, so that `value(of:)` has them at
    /// hand.
    func prepare(_ objects: [CosemReference]) async throws(DriverFailure) {
        let size = association.longestList
        var seen: Set<CosemReference> = []
        var missing = objects.filter { values[$0] == nil && seen.insert($0).inserted }
        guard size > 1, missing.count > 1 else { return }
        while !missing.isEmpty {
            try safePoint()
            let part = Array(missing.prefix(size))
            missing.removeFirst(part.count)
            // A meter that answers no lists is asked for one attribute after the other.
            guard let found = try await association.get(list: part) else { return }
            for (object, value) in zip(part, found) { values[object] = value }
        }
    }

    /// Reads a part of an attribute; never kept.
    func part(
        _ part: SelectiveAccess?, of object: CosemReference
    ) async throws(DriverFailure) -> ObjectValue {
        try safePoint()
        return try await association.get(AttributeSelection(object, part: part))
    }

    /// Reads the clock once in a session, and decides what its stamps mean.
    func readClock() async throws(DriverFailure) -> Result<MeterClock, ObjectFailure> {
        if let clock { return clock }
        let clock = try await findClock()
        self.clock = clock
        return clock
    }

    /// The time that the clock showed when it was read.
    var clockStamp: CosemDateTime? { stamp }

    private func findClock() async throws(DriverFailure) -> Result<MeterClock, ObjectFailure> {
        let data: CosemData
        switch try await value(of: ClockObject.time) {
        case .success(let found): data = found
        case .failure(let failure): return .failure(failure)
        }
        let hostMilliseconds = wire.now.wallMilliseconds
        guard let stamp = data.dateTime else {
            return .failure(ObjectFailure(.clockUnreadable, [:], of: ClockObject.time))
        }
        var zone: Int?
        if stamp.deviation == nil, case .success(let data) = try await value(of: ClockObject.zone) {
            zone = data.integer.map(Int.init)
        }
        guard
            let clock = MeterClock(
                time: stamp, zoneAttribute: zone, sign: settings.deviationSign,
                zone: device.clock, hostMilliseconds: hostMilliseconds)
        else { return .failure(ObjectFailure(.clockUnreadable, [:], of: ClockObject.time)) }
        self.stamp = stamp
        noteDeviation(clock)
        return .success(clock)
    }

    private func noteDeviation(_ clock: MeterClock) {
        guard abs(clock.aheadOfHost / .seconds(1)) >= 60 else { return }
        wire.note(
            .warning,
            Message(.clockDeviation, ["seconds": .string(clock.aheadOfHost.seconds)]))
    }

    private func safePoint() throws(DriverFailure) {
        try LinkError.translated { () throws(LinkError) in try wire.safePoint() }
    }

    // MARK: - Reporting

    /// Hands over a record.
    func emit(_ record: Record) async throws(DriverFailure) {
        do throws(LinkError) {
            try await wire.emit(record)
        } catch {
            throw DriverFailure(error)
        }
    }

    /// Reports how an item ended.
    func finish(
        _ item: Item, _ code: ErrorCode = .ok, _ message: Message? = nil
    ) throws(DriverFailure) {
        try LinkError.translated { () throws(LinkError) in
            try wire.outcome(item: item.number, code: code, message: message)
        }
    }

    /// Reports that an item gave nothing, and why.
    func finish(_ item: Item, _ failure: ObjectFailure) throws(DriverFailure) {
        try finish(item, failure.code, failure.message)
    }

    /// Reports that an item is done, but for what the meter does not have.
    func finish(
        _ item: Item, lacking missing: [String], of name: String
    ) throws(DriverFailure) {
        guard !missing.isEmpty else { return try finish(item) }
        try finish(
            item, .objectUndefined,
            Message(
                .tagsUndefined,
                [
                    "name": .string(name),
                    "missing": .string(missing.joined(separator: ", ")),
                ]))
    }
}
