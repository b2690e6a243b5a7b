import CCommline

/// What is wrong with something that the host handed over.
struct BorderError: Error, Hashable, CustomStringConvertible {
    let description: String
    /// Whether it is only larger than the border allows.
    let isTooMuch: Bool

    init(_ description: String, isTooMuch: Bool = false) {
        self.description = description
        self.isTooMuch = isTooMuch
    }
}

extension commline_text {
    /// The text, or nil where its pointer is missing.
    ///
    /// Bytes that are no UTF-8 become replacement characters.
    var string: String? {
        guard size > 0 else { return "" }
        guard data != nil else { return nil }
        return String(decoding: buffer, as: UTF8.self)
    }

    /// The raw bytes, empty where the pointer is missing.
    var buffer: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: data, count: data == nil ? 0 : Int(size))
    }
}

extension commline_bytes {
    /// The raw bytes, empty where the pointer is missing.
    var buffer: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: data, count: data == nil ? 0 : Int(size))
    }
}

/// Lends a string to C for the time of `body`, without a copy where its storage allows.
func withBorrowed<R>(_ string: String, _ body: (commline_text) -> R) -> R {
    guard !string.isEmpty else { return body(commline_text()) }
    var string = string
    return string.withUTF8 { buffer in
        let start = UnsafeRawPointer(buffer.baseAddress)?.assumingMemoryBound(to: CChar.self)
        return body(
            commline_text(data: start, size: UInt32(clamping: buffer.count), reserved: 0))
    }
}

/// Lends bytes to C for the time of `body`.
func withBorrowed<R>(_ bytes: [UInt8], _ body: (commline_bytes) -> R) -> R {
    bytes.withUnsafeBufferPointer { buffer in
        body(
            commline_bytes(
                data: buffer.isEmpty ? nil : buffer.baseAddress,
                size: UInt32(clamping: buffer.count), reserved: 0))
    }
}

/// The first field of a struct from the host: its size, or 0 where there is none.
func sizeOfStruct(_ pointer: UnsafeRawPointer?) -> Int {
    guard let pointer else { return 0 }
    return Int(pointer.loadUnaligned(as: UInt32.self))
}
