import Values

/// What many measurements of a file have in common, stored once and named by a small number.
///
/// A record of a healthy meter differs from its neighbours in time and digits only; the rest takes
/// one byte this way.
struct MeasurementShape: Hashable {
    /// How the number of a row is to be read.
    enum Kind: Int64 {
        case absent, decimal, unsigned, bits, text
    }

    var kind: Kind
    /// The power of ten of a decimal.
    var exponent: Int8
    var status: Status
    /// Of the key.
    var offsetMinutes: Int
    var flags: TimeFlags
    /// The device's stamp where it differs from the key.
    var stamp: StampShape?
    /// Of the receipt.
    var receivedOffsetMinutes: Int
    /// Whether another value was shown before.
    var isCorrected: Bool

    /// A stamp relative to the key: meters that stamp 23:59:59 do so every day.
    struct StampShape: Hashable {
        /// Milliseconds after the key.
        var delta: Int64
        var offsetMinutes: Int
        var flags: TimeFlags
    }
}

/// A measurement as a row of a file holds it.
struct MeasurementRow: Hashable {
    /// Since 1970 UTC.
    var milliseconds: Int64
    var shape: MeasurementShape
    /// The mantissa, the unsigned number or the bits.
    var number: Int64
    /// Of the kind `text`.
    var text: String?
    /// Milliseconds since 1970 UTC.
    var received: Int64

    /// Packs a record.
    init(_ record: MeasurementRecord, time: RecordTime) {
        milliseconds = time.key.milliseconds
        received = record.received.milliseconds
        var kind = MeasurementShape.Kind.absent
        var exponent: Int8 = 0
        number = 0
        switch record.value {
        case nil: break
        case .decimal(let decimal):
            kind = .decimal
            exponent = decimal.exponent
            number = decimal.mantissa
        case .unsigned(let count):
            kind = .unsigned
            number = Int64(bitPattern: count)
        case .bits(let bits):
            kind = .bits
            number = Int64(bitPattern: bits)
        case .text(let text):
            kind = .text
            self.text = text
        }
        // Both times are plausible, so that their distance fits by far.
        let stamp = time.stamp.flatMap { stamp -> MeasurementShape.StampShape? in
            let (delta, overflow) = stamp.milliseconds.subtractingReportingOverflow(
                time.key.milliseconds)
            if overflow { return nil }
            return .init(delta: delta, offsetMinutes: stamp.offsetMinutes, flags: stamp.flags)
        }
        shape = MeasurementShape(
            kind: kind, exponent: exponent, status: record.status,
            offsetMinutes: time.key.offsetMinutes, flags: time.key.flags, stamp: stamp,
            receivedOffsetMinutes: record.received.offsetMinutes, isCorrected: false)
    }

    /// Puts a stored row together.
    init(
        milliseconds: Int64, shape: MeasurementShape, number: Int64, text: String?, received: Int64
    ) {
        self.milliseconds = milliseconds
        self.shape = shape
        self.number = number
        self.text = text
        self.received = received
    }

    var value: Value? {
        switch shape.kind {
        case .absent: nil
        case .decimal: .decimal(Decimal(mantissa: number, exponent: shape.exponent))
        case .unsigned: .unsigned(UInt64(bitPattern: number))
        case .bits: .bits(UInt64(bitPattern: number))
        case .text: .text(text ?? "")
        }
    }

    /// The row as the store's callers see it.
    func measurement(device: UUID, child: String, archive: String, kind: MeasurementKind)
        -> Measurement
    {
        // The distance was subtracted without overflow when it was stored; in a damaged file the sum
        // wraps around instead of ending the process.
        let stamp = shape.stamp.map { stamp in
            Timestamp(
                milliseconds: milliseconds &+ stamp.delta, offsetMinutes: stamp.offsetMinutes,
                flags: stamp.flags)
        }
        return Measurement(
            device: device, child: child, archive: archive, quantity: kind.quantity, tag: kind.tag,
            time: Timestamp(
                milliseconds: milliseconds, offsetMinutes: shape.offsetMinutes, flags: shape.flags),
            stamp: stamp, value: value, status: shape.status,
            received: Timestamp(
                milliseconds: received, offsetMinutes: shape.receivedOffsetMinutes),
            isCorrected: shape.isCorrected)
    }
}

/// What is measured: a quantity with its tag.
struct MeasurementKind: Hashable, Comparable {
    var quantity: String
    var tag: String

    static func < (left: MeasurementKind, right: MeasurementKind) -> Bool {
        (left.quantity, left.tag) < (right.quantity, right.tag)
    }
}
