/// Writes a chunk as bytes.
///
/// A byte with the version of the form, then the entries. An entry is one variable-length number: the
/// change of its number against the same kind before, and in the lowest bit whether a control byte
/// and what it announces follow. Most entries take one to three bytes.
struct ChunkWriter {
    static let version: UInt8 = 1

    private var bytes: [UInt8] = []
    private var forecast: ChunkForecast

    /// Writes a part of a chunk, which is not empty.
    static func bytes(_ chunk: Chunk, _ part: Range<Int>) -> [UInt8] {
        guard let first = chunk.entries[part].first else { return [version] }
        var writer = ChunkWriter(start: first.time, count: part.count)
        for place in part {
            let entry = chunk.entries[place]
            writer.write(entry, text: chunk.text(of: entry))
        }
        return writer.bytes
    }

    private init(start: UInt32, count: Int) {
        forecast = ChunkForecast(start: start)
        bytes.reserveCapacity(count * 4 + 32)
        bytes.append(Self.version)
    }

    private mutating func write(_ entry: PackedEntry, text: String?) {
        var control: ChunkControl = []
        // Entries ascend, so that the distance does not wrap around.
        let distance = entry.time &- forecast.time
        if distance != forecast.advance { control.insert(.time) }
        _ = forecast.move(by: distance)
        if entry.kind != forecast.kind { control.insert(.kind) }
        if entry.shape != forecast.shape(of: entry.kind) { control.insert(.shape) }
        if entry.received != forecast.received { control.insert(.received) }
        if text != nil { control.insert(.text) }
        // Wraps around here and in the reader, so that every pair of numbers works.
        let change = Self.folded(entry.number &- forecast.number(of: entry.kind))
        let isWide = change >> 63 == 1
        if isWide { control.insert(.wide) }
        append((isWide ? 0 : change << 1) | (control.isEmpty ? 0 : 1))
        if !control.isEmpty {
            bytes.append(control.rawValue)
            if control.contains(.time) { append(UInt64(distance)) }
            if control.contains(.kind) { append(UInt64(UInt32(bitPattern: entry.kind))) }
            if control.contains(.shape) { append(UInt64(UInt32(bitPattern: entry.shape))) }
            if control.contains(.received) {
                append(Self.folded(entry.received &- forecast.received))
            }
            if isWide { append(change) }
            if let text {
                append(UInt64(text.utf8.count))
                bytes.append(contentsOf: text.utf8)
            }
        }
        forecast.note(entry)
    }

    /// Small numbers of either sign become small numbers.
    static func folded(_ number: Int64) -> UInt64 {
        UInt64(bitPattern: number << 1 ^ number >> 63)
    }

    private mutating func append(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }
}
