import Store
import Values

/// A device with the lines by which it can be reached, the first one first.
package struct DispatchTarget: Sendable {
    /// The device.
    package var device: Device
    /// Its enabled lines.
    package var lines: [LinePlan]
}

/// A commline with what it stands on.
package struct LinePlan: Sendable {
    /// The commline.
    package var commline: Commline
    /// The channel.
    package var channel: Channel
    /// The protocol.
    package var profile: ProtocolProfile
}

/// A commline as a waiting task knows it: what it is called, and what its sessions must hold.
package struct TaskLine: Hashable, Sendable {
    /// The commline.
    package var id: UUID
    /// What a session over it must hold.
    package var claim: Claim
    /// The commline's own attempts on failure.
    package var attempts: Int

    /// Makes a line.
    package init(id: UUID, claim: Claim, attempts: Int) {
        self.id = id
        self.claim = claim
        self.attempts = attempts
    }
}
