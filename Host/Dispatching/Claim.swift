import Values

/// A bound on how many sessions may hold something at once: a channel's, or a plugin's.
package struct SessionGate: Hashable, Sendable {
    /// What is bounded; unique among all gates.
    package var name: String
    /// Sessions at once, at least 1; the newest claim's figure counts.
    package var limit: Int

    /// Makes a gate.
    package init(name: String, limit: Int) {
        self.name = name
        self.limit = max(limit, 1)
    }
}

/// What a session must hold while it talks: an endpoint, and the whole line where it is exclusive.
package struct Claim: Hashable, Sendable {
    /// The resolved host and port, or the name of a dialled-in connection.
    package var line: String
    /// The address on that line; two claims of one line and bus never hold at once.
    package var bus: String
    /// Whether nobody else may use the line at the same time.
    package var isExclusive: Bool
    /// Bounds that the session counts in.
    package var gates: [SessionGate]

    /// Makes a claim.
    package init(line: String, bus: String, isExclusive: Bool, gates: [SessionGate] = []) {
        self.line = line
        self.bus = bus
        self.isExclusive = isExclusive
        self.gates = gates
    }
}

/// The right to talk to one endpoint.
///
/// A lease of an older generation is recognised and ignored.
package struct Lease: Hashable, Sendable {
    /// What is held.
    package let claim: Claim
    /// Who holds it.
    package let holder: UUID
    let generation: UInt64
}
