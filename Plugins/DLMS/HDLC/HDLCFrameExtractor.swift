/// Finds frames in a stream of bytes that may begin anywhere and hold anything.
///
/// Frames are told apart by flags and their own length, as type 3 frames have no stuffing. After
/// noise or damage the search goes on at the next flag. The buffer holds at most one unfinished
/// frame besides the bytes appended last.
struct HDLCFrameExtractor: Sendable {
    /// What was found.
    enum Item: Hashable, Sendable {
        case frame(HDLCFrame)
        /// A frame began here and was not one.
        case damaged(HDLCFrameError)
        /// So many bytes belonged to no frame.
        case noise(Int)
    }

    private var buffer: [UInt8] = []
    private var start = 0

    /// The longest header: format, two addresses of four bytes, control, header check sequence.
    private static let longestHeader = 2 + 4 + 4 + 1 + 2

    /// True while a frame has begun and not ended.
    var isWithinFrame: Bool { buffer.count - start > 1 }

    /// How many bytes were appended and not returned yet.
    var pendingCount: Int { buffer.count - start }

    /// Takes bytes as they came from the line.
    mutating func append(_ bytes: some Sequence<UInt8>) {
        if start > 0 {
            buffer.removeSubrange(..<start)
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// Forgets everything that was not returned yet.
    mutating func removeAll() {
        buffer.removeAll(keepingCapacity: true)
        start = 0
    }

    /// Gives up an unfinished frame, when nothing came for too long; what follows its first byte is
    /// searched again.
    mutating func abandonFrame() {
        if start < buffer.count { start += 1 }
    }

    /// Returns the next thing found, or nil when more bytes are needed.
    mutating func next() -> Item? {
        while true {
            guard let flag = buffer[start...].firstIndex(of: HDLCFrame.flag) else {
                let noise = buffer.count - start
                removeAll()
                return noise > 0 ? .noise(noise) : nil
            }
            if flag > start {
                defer { start = flag }
                return .noise(flag - start)
            }
            // A flag may close one frame and open the next, and flags may fill the time between
            // frames.
            guard start + 2 < buffer.count else { return nil }
            if buffer[start + 1] == HDLCFrame.flag || buffer[start + 1] & 0xF0 != 0xA0 {
                start += 1
                continue
            }
            return frame()
        }
    }

    /// Reads the frame whose flag and format field are there.
    private mutating func frame() -> Item? {
        let body = buffer[(start + 1)...]
        let length = Int(body[start + 1] & 0x07) << 8 | Int(body[start + 2])
        do throws(HDLCFrameError) {
            guard length >= HDLCFrame.shortest else { throw .tooShort(length) }
            if body.count <= length {
                if body.count >= min(length, Self.longestHeader) {
                    _ = try HDLCHeader(decoding: body)
                }
                return nil
            }
            let frame = try HDLCFrame(decoding: buffer[start...start + length + 1])
            start += length + 1
            return .frame(frame)
        } catch {
            start += 1
            return .damaged(error)
        }
    }
}
