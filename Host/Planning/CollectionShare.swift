/// How much of what was expected is there: received ÷ expected.
package struct CollectionShare: Hashable, Sendable {
    /// Values that are there.
    package var received: Int
    /// Tags × moments.
    package var expected: Int
    /// Devices of which everything that was expected is there.
    package var complete: Int
    /// Devices of which anything was expected.
    package var devices: Int

    /// Makes a share.
    package init(received: Int = 0, expected: Int = 0, complete: Int = 0, devices: Int = 0) {
        self.received = received
        self.expected = expected
        self.complete = complete
        self.devices = devices
    }

    /// The share of one device.
    package init(ofDevice received: Int, of expected: Int) {
        self.init(
            received: received, expected: expected,
            complete: expected > 0 && received >= expected ? 1 : 0, devices: expected > 0 ? 1 : 0)
    }

    /// Tenths of a per cent, nil where nothing was expected.
    ///
    /// They are cut off and not rounded: 2 of 3 are 66.6 %, and what is not complete never shows as
    /// 100 %.
    package var permille: Int? {
        guard expected > 0 else { return nil }
        return Int(Int128(min(received, expected)) * 1_000 / Int128(expected))
    }

    /// The per cent with one digit after the point, as `66.6`; nil where nothing was expected.
    package var percent: String? {
        permille.map { $0 % 10 == 0 ? "\($0 / 10)" : "\($0 / 10).\($0 % 10)" }
    }

    /// Adds another share.
    package static func += (left: inout CollectionShare, right: CollectionShare) {
        left.received += right.received
        left.expected += right.expected
        left.complete += right.complete
        left.devices += right.devices
    }
}
