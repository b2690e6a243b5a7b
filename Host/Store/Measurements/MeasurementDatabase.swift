import Values

/// One open file of measurements.
final class MeasurementDatabase {
    let month: MeasurementMonth
    let connection: Connection
    /// Which file it was when it was opened.
    let file: FileIdentity?
    /// When it was used last, counted by the owner.
    var lastUse: UInt64 = 0
    /// Whether there are corrections that are not marked as known to the audit.
    var hasUnaudited = false
    private var shapes: [Int64: MeasurementShape] = [:]
    private var shapeNumbers: [MeasurementShape: Int64] = [:]
    /// The shape that was asked for last: neighbours mostly share it.
    private var lastShape: (number: Int64, shape: MeasurementShape)?
    private(set) var kinds: [Int64: MeasurementKind] = [:]
    private var kindNumbers: [MeasurementKind: Int64] = [:]
    private var subjects: [Subject: Int64] = [:]

    /// A device, or a device behind it.
    struct Subject: Hashable {
        var device: UUID
        var child: String
    }

    /// Bits of a series' number that tell the kind: 16,383 kinds a file.
    static let kindBits: Int64 = 14
    static let kindMask: Int64 = 1 << kindBits - 1
    /// More than this are looked up instead of remembered.
    private static let subjectLimit = 150_000

    init(
        month: MeasurementMonth, connection: Connection, file: FileIdentity?
    ) throws(StoreError) {
        self.month = month
        self.file = file
        self.connection = connection
        try loadNames()
    }

    /// Forgets what an undone transaction may have added.
    func reload() throws(StoreError) {
        shapes = [:]
        shapeNumbers = [:]
        lastShape = nil
        kinds = [:]
        kindNumbers = [:]
        subjects = [:]
        try loadNames()
    }

    private func loadNames() throws(StoreError) {
        try loadShapes()
        try loadKinds()
    }

    private func loadShapes() throws(StoreError) {
        let found = try connection.rows(
            """
            SELECT id, kind, exponent, status, time_offset, time_flags, stamp_delta, stamp_offset,
                stamp_flags, received_offset, corrected
            FROM shape
            """, as: Self.shape)
        for (number, shape) in found {
            shapes[number] = shape
            shapeNumbers[shape] = number
        }
    }

    private func loadKinds() throws(StoreError) {
        let found = try connection.rows("SELECT id, quantity, tag FROM kind") {
            (row) throws(StoreError) in
            (row.integer(), MeasurementKind(quantity: row.text(), tag: row.text()))
        }
        for (number, kind) in found {
            kinds[number] = kind
            kindNumbers[kind] = number
        }
    }

    private static func shape(
        _ row: inout Row
    ) throws(StoreError) -> (Int64, MeasurementShape) {
        let number = row.integer()
        guard let kind = MeasurementShape.Kind(rawValue: row.integer()),
            let exponent = Int8(exactly: row.integer())
        else { throw .malformed("the shape of a measurement") }
        let status = Status(rawValue: UInt64(bitPattern: row.integer()))
        let offset = row.int()
        let flags = TimeFlags(rawValue: UInt32(truncatingIfNeeded: row.integer()))
        let delta = row.optionalInteger()
        let stampOffset = row.int()
        let stampFlags = TimeFlags(rawValue: UInt32(truncatingIfNeeded: row.integer()))
        let stamp = delta.map { delta in
            MeasurementShape.StampShape(
                delta: delta, offsetMinutes: stampOffset, flags: stampFlags)
        }
        let receivedOffset = row.int()
        return (
            number,
            MeasurementShape(
                kind: kind, exponent: exponent, status: status, offsetMinutes: offset,
                flags: flags, stamp: stamp, receivedOffsetMinutes: receivedOffset,
                isCorrected: row.bool())
        )
    }

    /// Finds what a row's shape number stands for, also when another connection added it.
    func shape(_ number: Int64) throws(StoreError) -> MeasurementShape {
        if let lastShape, lastShape.number == number { return lastShape.shape }
        if shapes[number] == nil { try loadShapes() }
        guard let shape = shapes[number] else {
            throw .malformed("a measurement without a shape in \(month.path)")
        }
        lastShape = (number, shape)
        return shape
    }

    /// Finds what the kind part of a series stands for, also when another connection added it.
    func kind(ofSeries series: Int64) throws(StoreError) -> MeasurementKind {
        let number = series & Self.kindMask
        if let kind = kinds[number] { return kind }
        try loadKinds()
        guard let kind = kinds[number] else {
            throw .malformed("a measurement without a quantity in \(month.path)")
        }
        return kind
    }

    /// Gives the number of a shape, and stores the shape if it is new.
    func number(of shape: MeasurementShape) throws(StoreError) -> Int64 {
        if let lastShape, lastShape.shape == shape { return lastShape.number }
        if let number = shapeNumbers[shape] {
            lastShape = (number, shape)
            return number
        }
        // The first two numbers, 0 and 1, take no byte in a row.
        let number = Int64(shapes.count)
        try connection.run(
            "INSERT INTO shape VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", number,
            shape.kind.rawValue, Int(shape.exponent), Int64(bitPattern: shape.status.rawValue),
            shape.offsetMinutes, Int(shape.flags.rawValue), shape.stamp?.delta,
            shape.stamp?.offsetMinutes ?? 0, Int(shape.stamp?.flags.rawValue ?? 0),
            shape.receivedOffsetMinutes, shape.isCorrected)
        shapes[number] = shape
        shapeNumbers[shape] = number
        return number
    }

    /// Gives the number of a subject, and stores it if it is new.
    func number(of subject: Subject, project: UUID) throws(StoreError) -> Int64 {
        if let known = try number(of: subject) { return known }
        try connection.run(
            "INSERT INTO subject (device, child, project) VALUES (?, ?, ?)", subject.device,
            subject.child, project)
        let number = connection.lastInsertedKey
        // The upper half of a chunk's key; its sign stays clear.
        guard (0..<1 << 31).contains(number) else {
            throw .malformed("\(month.path) holds too many devices")
        }
        remember(subject, number)
        return number
    }

    /// Gives the number of a device that the file has values of, or nil.
    func number(of subject: Subject) throws(StoreError) -> Int64? {
        if let number = subjects[subject] { return number }
        let found = try connection.integer(
            "SELECT id FROM subject WHERE device = ? AND child = ?", subject.device, subject.child)
        if let found { remember(subject, found) }
        return found
    }

    private func remember(_ subject: Subject, _ number: Int64) {
        if subjects.count >= Self.subjectLimit { subjects.removeAll(keepingCapacity: true) }
        subjects[subject] = number
    }

    /// Gives the number of a quantity and tag, and stores them if they are new.
    func number(of kind: MeasurementKind) throws(StoreError) -> Int64 {
        if let number = kindNumbers[kind] { return number }
        let number = Int64(kinds.count)
        guard number <= Self.kindMask else {
            throw .invalid(
                field: "quantity",
                message: "\(month.path) holds \(kinds.count) different quantities and tags already")
        }
        try connection.run(
            "INSERT INTO kind VALUES (?, ?, ?)", number, kind.quantity, kind.tag)
        kinds[number] = kind
        kindNumbers[kind] = number
        return number
    }
}
