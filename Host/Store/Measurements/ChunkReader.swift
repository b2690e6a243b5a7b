/// Reads the entries of a chunk one by one.
///
/// It borrows the bytes: it must not live longer than the row that they lie in. Bytes of a damaged
/// file are refused and never end the process.
struct ChunkReader {
    private let bytes: UnsafeRawBufferPointer
    private var position = 1
    private var forecast: ChunkForecast
    /// Where the text of the entry that was read last lies; nil for none.
    private var textRange: Range<Int>?

    /// Begins with a chunk.
    ///
    /// - Parameters:
    ///   - bytes: What ``ChunkWriter`` made.
    ///   - start: The time of the first entry.
    /// - Throws: `.malformed` for a form that is not known.
    init(_ bytes: UnsafeRawBufferPointer, start: UInt32) throws(StoreError) {
        guard bytes.first == ChunkWriter.version else { throw Self.damaged }
        self.bytes = bytes
        forecast = ChunkForecast(start: start)
    }

    /// Reads the next entry; nil at the end.
    ///
    /// Its text, if it has one, is not read but told by ``text``.
    mutating func next() throws(StoreError) -> PackedEntry? {
        guard position < bytes.count else { return nil }
        let token = try number()
        var control: ChunkControl = []
        if token & 1 == 1 {
            guard position < bytes.count else { throw Self.damaged }
            control = ChunkControl(rawValue: bytes[position])
            position += 1
            guard !control.isEmpty, control.isSubset(of: .known) else { throw Self.damaged }
        }
        var distance = forecast.advance
        if control.contains(.time) { distance = try small() }
        guard forecast.move(by: distance) else { throw Self.damaged }
        var kind = forecast.kind
        if control.contains(.kind) { kind = Int32(truncatingIfNeeded: try small()) }
        guard forecast.allows(kind) else { throw Self.damaged }
        var shape = forecast.shape(of: kind)
        if control.contains(.shape) { shape = Int32(truncatingIfNeeded: try small()) }
        guard shape >= 0 else { throw Self.damaged }
        var received = forecast.received
        if control.contains(.received) { received &+= Self.unfolded(try number()) }
        let change = control.contains(.wide) ? try number() : token >> 1
        textRange = nil
        if control.contains(.text) {
            let count = try number()
            guard count <= UInt64(bytes.count - position) else { throw Self.damaged }
            textRange = position..<position + Int(count)
            position += Int(count)
        }
        let entry = PackedEntry(
            time: forecast.time, kind: kind, shape: shape,
            number: forecast.number(of: kind) &+ Self.unfolded(change), received: received)
        forecast.note(entry)
        return entry
    }

    /// The text of the entry that was read last.
    var text: String? {
        textRange.map { String(decoding: bytes[$0], as: UTF8.self) }
    }

    private static let damaged = StoreError.malformed("a chunk of measurements")

    static func unfolded(_ number: UInt64) -> Int64 {
        Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
    }

    private mutating func small() throws(StoreError) -> UInt32 {
        guard let number = UInt32(exactly: try number()) else { throw Self.damaged }
        return number
    }

    private mutating func number() throws(StoreError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < bytes.count, shift < 64 {
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7F) &<< shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw Self.damaged
    }
}

extension Chunk {
    /// Reads a whole chunk.
    init(_ bytes: UnsafeRawBufferPointer, start: UInt32) throws(StoreError) {
        var reader = try ChunkReader(bytes, start: start)
        entries.reserveCapacity(Self.mostEntries)
        while let entry = try reader.next() { append(entry, text: reader.text) }
    }
}
