import JSON

/// Why bytes from the other side cannot be what it meant to say.
struct WireError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }

    static let tooShort = WireError("a frame ends early")
}

/// Reads frames and their values; whatever the bytes are, it ends with a value or an error.
struct WireReader {
    private let bytes: UnsafeRawBufferPointer
    private var place = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { place == bytes.count }

    /// Checks that nothing is left.
    func finish(_ what: String) throws(WireError) {
        guard isAtEnd else { throw WireError("\(what) has bytes behind its end") }
    }

    // MARK: Values

    mutating func number<Number: FixedWidthInteger & BitwiseCopyable>(
        _ type: Number.Type = Number.self
    ) throws(WireError) -> Number {
        let size = MemoryLayout<Number>.size
        guard bytes.count - place >= size else { throw .tooShort }
        defer { place += size }
        return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: Number.self))
    }

    mutating func flag() throws(WireError) -> Bool {
        switch try number(UInt8.self) {
        case 0: return false
        case 1: return true
        case let other: throw WireError("\(other) is no flag")
        }
    }

    /// A stretch of the bytes, preceded by its length; borrowed.
    mutating func stretch() throws(WireError) -> UnsafeRawBufferPointer {
        let size = Int(try number(UInt32.self))
        guard bytes.count - place >= size else { throw .tooShort }
        defer { place += size }
        return UnsafeRawBufferPointer(rebasing: bytes[place..<place + size])
    }

    mutating func array() throws(WireError) -> [UInt8] {
        Array(try stretch())
    }

    mutating func text() throws(WireError) -> String {
        let stretch = try stretch()
        guard let text = String(validating: stretch, as: UTF8.self) else {
            throw WireError("a text is not valid UTF-8")
        }
        return text
    }

    mutating func json() throws(WireError) -> JSONValue {
        let text = try stretch()
        do throws(JSONError) {
            return try JSONValue(parsing: Array(text))
        } catch {
            throw WireError("a document is not JSON: \(error)")
        }
    }

    /// An object; an empty text is an empty one.
    mutating func object() throws(WireError) -> JSONObject {
        let mark = place
        guard try !stretch().isEmpty else { return [:] }
        place = mark
        guard case .object(let object) = try json() else {
            throw WireError("a document is no object")
        }
        return object
    }

    /// Elements, preceded by how many there are; each has at least `size` bytes.
    mutating func elements<Element>(
        size: Int = 1, _ read: (inout WireReader) throws(WireError) -> Element
    ) throws(WireError) -> [Element] {
        let count = Int(try number(UInt32.self))
        guard count <= (bytes.count - place) / max(size, 1) else { throw .tooShort }
        var elements: [Element] = []
        elements.reserveCapacity(count)
        for _ in 0..<count { elements.append(try read(&self)) }
        return elements
    }

    // MARK: Frames

    /// The next frame, or nil at the end.
    mutating func frame() throws(WireError) -> Frame? {
        guard !isAtEnd else { return nil }
        let size = Int(try number(UInt32.self))
        let session = try number(UInt32.self)
        let raw = try number(UInt32.self)
        guard let kind = UInt8(exactly: raw).flatMap(FrameKind.init) else {
            throw WireError("there is no frame \(raw)")
        }
        guard bytes.count - place >= size else { throw .tooShort }
        defer { place += size }
        return Frame(
            kind: kind, session: session,
            payload: WireReader(UnsafeRawBufferPointer(rebasing: bytes[place..<place + size])))
    }

    struct Frame {
        let kind: FrameKind
        let session: UInt32
        var payload: WireReader
    }
}

/// Puts packets together to whole frames.
struct PacketAssembly {
    private let limit: Int
    private var gathered: [UInt8] = []

    /// Makes an assembly.
    ///
    /// - Parameter limit: The most bytes that may be gathered.
    init(limit: Int) {
        self.limit = limit
    }

    /// Takes a packet and calls `body` with frames once they are whole.
    mutating func take(
        _ packet: UnsafeRawBufferPointer,
        _ body: (inout WireReader) throws(WireError) -> Void
    ) throws(WireError) {
        guard packet.count > WireBuffer.packetHeaderSize else { throw .tooShort }
        let goesOn = packet.loadUnaligned(as: UInt32.self)
        guard goesOn <= 1 else { throw WireError("a packet has no header") }
        let rest = UnsafeRawBufferPointer(rebasing: packet[WireBuffer.packetHeaderSize...])
        if goesOn == 0, gathered.isEmpty {
            var reader = WireReader(rest)
            return try body(&reader)
        }
        guard gathered.count + rest.count <= limit else {
            throw WireError("a frame has more than \(limit) bytes")
        }
        gathered.append(contentsOf: rest)
        guard goesOn == 0 else { return }
        let whole = gathered
        gathered = []
        let result: Result<Void, WireError> = whole.withUnsafeBytes { bytes in
            var reader = WireReader(bytes)
            do throws(WireError) {
                return .success(try body(&reader))
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }
}
