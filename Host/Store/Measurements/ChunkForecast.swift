/// What the next entry of a chunk is expected to be.
///
/// The writer and the reader of a chunk keep the same expectations, and only what differs from them is
/// written: a meter that gives the same quantities at even distances costs its changing digits.
struct ChunkForecast {
    /// Of the entries that come now.
    private(set) var time: UInt32
    /// Of the entry before; at first the time of the first entry.
    var received: Int64
    private(set) var shape: Int32 = 0
    private var step: UInt32 = 0
    /// The kinds at the moment before, in order.
    private var pattern: [Int32] = []
    /// The kinds at this moment so far.
    private var current: [Int32] = []
    /// By kind: the number and the shape before; a shape of -1 for none.
    private var numbers: [Int64] = []
    private var shapes: [Int32] = []

    init(start: UInt32) {
        time = start
        received = Int64(start)
        pattern.reserveCapacity(32)
        current.reserveCapacity(32)
        numbers.reserveCapacity(32)
        shapes.reserveCapacity(32)
    }

    /// The expected distance from the moment before: nothing while its pattern goes on.
    var advance: UInt32 {
        pattern.isEmpty || current.count < pattern.count ? 0 : step
    }

    /// Goes on by a distance; nothing when the entry is of the same moment.
    ///
    /// - Returns: False when the time is beyond what a file can hold.
    mutating func move(by distance: UInt32) -> Bool {
        guard distance > 0 else { return true }
        let (sum, overflow) = time.addingReportingOverflow(distance)
        guard !overflow else { return false }
        time = sum
        step = distance
        swap(&pattern, &current)
        current.removeAll(keepingCapacity: true)
        return true
    }

    /// The expected kind, after the time is known.
    var kind: Int32 {
        if current.count < pattern.count { return pattern[current.count] }
        return (current.last ?? -1) + 1
    }

    /// Whether a kind may come now: kinds ascend within a moment.
    func allows(_ kind: Int32) -> Bool {
        kind > (current.last ?? -1) && Int64(kind) < 1 << MeasurementDatabase.kindBits
    }

    /// The expected number of a kind.
    func number(of kind: Int32) -> Int64 {
        Int(kind) < numbers.count ? numbers[Int(kind)] : 0
    }

    /// The expected shape of a kind.
    func shape(of kind: Int32) -> Int32 {
        guard Int(kind) < shapes.count, shapes[Int(kind)] >= 0 else { return shape }
        return shapes[Int(kind)]
    }

    /// Takes note of an entry.
    mutating func note(_ entry: PackedEntry) {
        let kind = Int(entry.kind)
        while numbers.count <= kind {
            numbers.append(0)
            shapes.append(-1)
        }
        numbers[kind] = entry.number
        shapes[kind] = entry.shape
        shape = entry.shape
        received = entry.received
        current.append(entry.kind)
    }
}

/// The parts of an entry that are written because they were not expected.
struct ChunkControl: OptionSet {
    let rawValue: UInt8

    static let kind = ChunkControl(rawValue: 1)
    static let time = ChunkControl(rawValue: 2)
    static let shape = ChunkControl(rawValue: 4)
    static let received = ChunkControl(rawValue: 8)
    /// The change of the number takes 64 bits and stands by itself.
    static let wide = ChunkControl(rawValue: 16)
    static let text = ChunkControl(rawValue: 32)

    static let known: ChunkControl = [.kind, .time, .shape, .received, .wide, .text]
}
