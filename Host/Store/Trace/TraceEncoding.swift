/// Lines of the extended journal as bytes: small numbers, because most lines resemble the one before.
struct TraceEncoder {
    private(set) var bytes: [UInt8] = []
    private(set) var count = 0
    private var monotonic: UInt64 = 0
    private var wall: Int64 = 0
    private var peer = ""

    mutating func append(_ line: TraceLine) {
        bytes.append(line.direction.rawValue)
        // Differences wrap around and are added up the same way, so that none is ever lost.
        number(zigzag(Int64(bitPattern: line.monotonic &- monotonic)))
        number(zigzag(line.wall.milliseconds &- wall))
        if line.peer == peer {
            number(0)
        } else {
            let text = Array(line.peer.utf8)
            number(UInt64(text.count) + 1)
            bytes += text
        }
        number(UInt64(line.blanked.count))
        for range in line.blanked {
            let range = range.clamped(to: 0..<Int.max)
            number(UInt64(range.lowerBound))
            number(UInt64(range.count))
        }
        number(UInt64(line.bytes.count))
        bytes += line.bytes
        monotonic = line.monotonic
        wall = line.wall.milliseconds
        peer = line.peer
        count += 1
    }

    private mutating func number(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    private func zigzag(_ value: Int64) -> UInt64 {
        UInt64(bitPattern: value << 1 ^ value >> 63)
    }
}

/// Reads what `TraceEncoder` wrote.
struct TraceDecoder {
    private let bytes: [UInt8]
    private var offset = 0
    private var monotonic: UInt64 = 0
    private var wall: Int64 = 0
    private var peer = ""

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Reads all lines.
    ///
    /// - Throws: `.malformed` when the bytes are not lines to their end.
    mutating func lines() throws(StoreError) -> [TraceLine] {
        var lines: [TraceLine] = []
        while offset < bytes.count { lines.append(try line()) }
        return lines
    }

    private mutating func line() throws(StoreError) -> TraceLine {
        guard let direction = TraceDirection(rawValue: bytes[offset]) else { throw Self.damaged }
        offset += 1
        // The other half of the wrapping differences.
        monotonic &+= UInt64(bitPattern: try signed())
        wall &+= try signed()
        let peerLength = try number()
        if peerLength > 0 {
            peer = String(decoding: try take(peerLength - 1), as: UTF8.self)
        }
        var blanked: [Range<Int>] = []
        for _ in 0..<(try number()) {
            let start = try length(try number())
            let (end, overflow) = start.addingReportingOverflow(try length(try number()))
            guard !overflow else { throw Self.damaged }
            blanked.append(start..<end)
        }
        let content = try take(try number())
        return TraceLine(
            monotonic: monotonic, wall: Moment(milliseconds: wall), direction: direction,
            bytes: Array(content), blanked: blanked, peer: peer)
    }

    private mutating func number() throws(StoreError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard offset < bytes.count else { throw Self.damaged }
            let byte = bytes[offset]
            offset += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw Self.damaged
    }

    private mutating func signed() throws(StoreError) -> Int64 {
        let value = try number()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    private mutating func take(_ count: UInt64) throws(StoreError) -> ArraySlice<UInt8> {
        let count = try length(count)
        guard count <= bytes.count - offset else { throw Self.damaged }
        defer { offset += count }
        return bytes[offset..<offset + count]
    }

    private func length(_ value: UInt64) throws(StoreError) -> Int {
        guard let length = Int(exactly: value) else { throw Self.damaged }
        return length
    }

    private static let damaged = StoreError.malformed("a block of the extended journal")
}
