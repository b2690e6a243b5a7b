/// Bytes on their way to the other side of a worker's socket: frames, one behind the other, in a buffer that
/// is used again and again.
///
/// Both sides are the same program, so the form has no versions: integers are little-endian, texts and bytes
/// are preceded by their length. The four bytes in front of the first frame are the packet's own.
final class WireBuffer {
    /// In front of each packet: whether the next packet goes on with the same frame.
    static let packetHeaderSize = 4
    static let frameHeaderSize = 12

    private var base: UnsafeMutableRawPointer
    private var capacity: Int
    private(set) var count = packetHeaderSize

    init(capacity: Int = 16 * 1024) {
        self.capacity = capacity
        base = .allocate(byteCount: capacity, alignment: 8)
    }

    deinit {
        base.deallocate()
    }

    var isEmpty: Bool { count == Self.packetHeaderSize }

    private func reserve(_ size: Int) {
        let needed = count + size
        guard needed > capacity else { return }
        let larger = max(needed, capacity * 2)
        let new = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 8)
        new.copyMemory(from: base, byteCount: count)
        base.deallocate()
        base = new
        capacity = larger
    }

    // MARK: Values

    func put<Number: FixedWidthInteger & BitwiseCopyable>(_ number: Number) {
        reserve(MemoryLayout<Number>.size)
        base.storeBytes(of: number.littleEndian, toByteOffset: count, as: Number.self)
        count += MemoryLayout<Number>.size
    }

    func put(_ flag: Bool) {
        put(flag ? 1 : 0 as UInt8)
    }

    func put(_ bytes: UnsafeRawBufferPointer) {
        put(UInt32(bytes.count))
        reserve(bytes.count)
        if let start = bytes.baseAddress {
            (base + count).copyMemory(from: start, byteCount: bytes.count)
        }
        count += bytes.count
    }

    func put(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { put($0) }
    }

    func put(_ text: String) {
        var text = text
        text.withUTF8 { put(UnsafeRawBufferPointer($0)) }
    }

    /// Writes how many elements follow, and then each of them.
    func put<Elements: Collection>(_ elements: Elements, _ write: (Elements.Element) -> Void) {
        put(UInt32(elements.count))
        for element in elements { write(element) }
    }

    // MARK: Frames

    /// Begins a frame and answers its place, for `end`.
    func begin(_ kind: FrameKind, session: UInt32 = 0) -> Int {
        let place = count
        put(UInt32(0))
        put(session)
        put(UInt32(kind.rawValue))
        return place
    }

    func end(_ place: Int) {
        let size = UInt32(count - place - Self.frameHeaderSize)
        base.storeBytes(of: size.littleEndian, toByteOffset: place, as: UInt32.self)
    }

    // MARK: Packets

    /// Hands over what has gathered as packets of at most `limit` bytes, and is empty again.
    ///
    /// What does not fit into one packet is cut; each but the last one says that another follows.
    func takePackets(limit: Int, _ send: (UnsafeRawBufferPointer) -> Void) {
        guard !isEmpty else { return }
        let room = limit - Self.packetHeaderSize
        var place = Self.packetHeaderSize
        while place < count {
            let size = min(room, count - place)
            // The header takes the place of bytes that have been sent already.
            let start = place - Self.packetHeaderSize
            let goesOn: UInt32 = place + size < count ? 1 : 0
            base.storeBytes(of: goesOn.littleEndian, toByteOffset: start, as: UInt32.self)
            send(UnsafeRawBufferPointer(start: base + start, count: size + Self.packetHeaderSize))
            place += size
        }
        count = Self.packetHeaderSize
        if capacity > 1 << 20 { shrink() }
    }

    /// Gives back what one very large frame has taken.
    private func shrink() {
        base.deallocate()
        capacity = 64 * 1024
        base = .allocate(byteCount: capacity, alignment: 8)
    }
}

/// What a frame is.
enum FrameKind: UInt8 {
    // To the worker.
    case open = 1
    case event
    case close
    /// Nothing more comes: deactivate the plugin and exit.
    case stop
    case sourceStart
    case sourceConfirm
    case sourceCancel
    // From the worker.
    case ready = 65
    case failed
    case opened
    case refused
    case turn
    case closed
    case log
    case sourceReport
    case sourceEnd
}
