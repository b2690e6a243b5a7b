import Store
import Values

/// Collects lines with their channels and protocols, each of which is read once.
struct LineParts {
    private var channels: [UUID: Channel] = [:]
    private var profiles: [UUID: ProtocolProfile] = [:]

    /// Gives the enabled lines of a device, the highest priority first.
    mutating func lines(
        of device: UUID, in snapshot: Snapshot
    ) throws(StoreError) -> [LinePlan] {
        var plans: [LinePlan] = []
        for line in try snapshot.commlines(ofDevice: device) where line.enabled {
            plans.append(
                LinePlan(
                    commline: line, channel: try channel(line.channel, in: snapshot),
                    profile: try profile(line.profile, in: snapshot)))
        }
        return plans.sorted { $0.commline.priority > $1.commline.priority }
    }

    /// Gives one line, whether it is enabled or not.
    mutating func line(_ id: UUID, in snapshot: Snapshot) throws(StoreError) -> LinePlan {
        let line = try snapshot.commline(id)
        return LinePlan(
            commline: line, channel: try channel(line.channel, in: snapshot),
            profile: try profile(line.profile, in: snapshot))
    }

    private mutating func channel(
        _ id: UUID, in snapshot: Snapshot
    ) throws(StoreError) -> Channel {
        if let known = channels[id] { return known }
        let channel = try snapshot.channel(id)
        channels[id] = channel
        return channel
    }

    private mutating func profile(
        _ id: UUID, in snapshot: Snapshot
    ) throws(StoreError) -> ProtocolProfile {
        if let known = profiles[id] { return known }
        let profile = try snapshot.protocolProfile(id)
        profiles[id] = profile
        return profile
    }
}
