import DriverKit
import JSON
import Values

/// What a session reads, grouped so that items which need the same objects share their reading.
struct ReadingPlan {
    /// One reading and the items that it serves.
    enum Step {
        case information(Item)
        case clock(Item)
        case current([Item])
        case days([Item], ProfileObject)
        /// Nothing is read: the driver has no such thing.
        case unsupported(Item)
    }

    let steps: [Step]
    private let total: Int

    init(_ items: [Item], map: ProtocolMap) {
        var steps: [Step] = []
        var current: [Item] = []
        var days: [Item] = []
        let profile = map.profiles.first
        for item in items {
            switch (item.kind, item.symbol) {
            case (.state, InformationReader.archive): steps.append(.information(item))
            case (.state, InformationReader.clockArchive): steps.append(.clock(item))
            case (.archive, CurrentReader.archive): current.append(item)
            case (.archive, profile?.archive): days.append(item)
            default: steps.append(.unsupported(item))
            }
        }
        if !current.isEmpty { steps.append(.current(current)) }
        if !days.isEmpty, let profile { steps.append(.days(days, profile)) }
        self.steps = steps
        total = items.count
    }

    /// Reads everything.
    func serve(_ meter: Meter) async throws(DriverFailure) {
        var done = 0
        for step in steps {
            meter.wire.progress(done, of: total)
            switch step {
            case .information(let item):
                try await InformationReader(meter: meter).serve(item)
                done += 1
            case .clock(let item):
                try await InformationReader(meter: meter).serveClock(item)
                done += 1
            case .current(let items):
                try await CurrentReader(meter: meter).serve(items)
                done += items.count
            case .days(let items, let profile):
                try await DayReader(meter: meter, profile: profile).serve(items)
                done += items.count
            case .unsupported(let item):
                try meter.finish(
                    item, .objectUndefined,
                    Message(
                        .itemUnsupported,
                        ["kind": .string(item.kind.rawValue), "symbol": .string(item.symbol)]))
                done += 1
            }
        }
        meter.wire.progress(done, of: total)
    }
}
