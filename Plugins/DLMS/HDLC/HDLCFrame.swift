/// Why bytes are not a frame of type 3.
enum HDLCFrameError: Error, Hashable, Sendable {
    /// A frame begins and ends with 0x7E; one of the two flags is not there.
    case missingFlag
    /// Fewer bytes than the shortest frame has.
    case tooShort(Int)
    /// The upper four bits of the frame format field are not 1010.
    case notTypeThree(UInt8)
    /// The length in the frame format field is not the number of bytes between the flags.
    case lengthMismatch(declared: Int, actual: Int)
    /// The header check sequence does not fit the header.
    case headerChecksum
    /// The frame check sequence does not fit the frame.
    case frameChecksum
    /// An address has no last byte, three bytes, or more than four.
    case address
    /// The control field stands for no frame that COSEM links use.
    case control(UInt8)
}

/// One HDLC frame of type 3, between its flags.
///
/// Source: IEC 62056-46, 6.4; GOST R 58940-2020, 9.3.
struct HDLCFrame: Hashable, Sendable {
    /// The byte that begins and ends each frame.
    static let flag: UInt8 = 0x7E
    /// The shortest frame: format, two addresses of one byte, control, FCS.
    static let shortest = 7
    /// The longest frame: what the eleven bits of the length can say.
    static let longest = 0x7FF
    /// The most that a frame can carry with the longest addresses.
    static let largestInformation = 2030

    var destination: HDLCAddress
    var source: HDLCAddress
    var control: HDLCControl
    /// True when more frames of the same message follow.
    var isSegmented = false
    /// The information field; at most ``largestInformation`` bytes.
    var information: [UInt8] = []

    /// Makes a frame from its parts.
    init(
        from source: HDLCAddress, to destination: HDLCAddress, _ control: HDLCControl,
        isSegmented: Bool = false, information: [UInt8] = []
    ) {
        self.source = source
        self.destination = destination
        self.control = control
        self.isSegmented = isSegmented
        self.information = information
    }

    /// Decodes one whole frame with both its flags.
    init(decoding bytes: ArraySlice<UInt8>) throws(HDLCFrameError) {
        guard bytes.count >= 2, bytes.first == Self.flag, bytes.last == Self.flag else {
            throw .missingFlag
        }
        let body = bytes.dropFirst().dropLast()
        guard body.count >= Self.shortest else { throw .tooShort(body.count) }
        let header = try HDLCHeader(decoding: body)
        guard header.length == body.count else {
            throw .lengthMismatch(declared: header.length, actual: body.count)
        }
        guard FrameChecksum.follows(body.startIndex..<body.endIndex - 2, in: body) else {
            throw .frameChecksum
        }
        guard let control = HDLCControl(rawValue: header.control) else {
            throw .control(header.control)
        }
        destination = header.destination
        source = header.source
        isSegmented = header.isSegmented
        self.control = control
        information = header.hasInformation ? Array(body[(header.end + 2)...].dropLast(2)) : []
    }

    /// The frame as it goes on the wire, with both flags.
    ///
    /// The information field must not be longer than ``largestInformation``: the link layer, which
    /// cuts messages into frames, sees to it.
    func encoded() -> [UInt8] {
        var bytes: [UInt8] = [Self.flag, 0, 0]
        bytes.reserveCapacity(information.count + 20)
        destination.encode(into: &bytes)
        source.encode(into: &bytes)
        bytes.append(control.rawValue)
        let checks = information.isEmpty ? 2 : 4
        let length = bytes.count - 1 + information.count + checks
        let format = 0xA000 | (isSegmented ? 0x0800 : 0) | UInt16(length & Self.longest)
        bytes[1] = UInt8(format >> 8)
        bytes[2] = UInt8(format & 0xFF)
        if !information.isEmpty {
            FrameChecksum.append(to: &bytes, from: 1)
            bytes += information
        }
        FrameChecksum.append(to: &bytes, from: 1)
        bytes.append(Self.flag)
        return bytes
    }
}

/// The part of a frame before its information field.
struct HDLCHeader {
    let length: Int
    let isSegmented: Bool
    let destination: HDLCAddress
    let source: HDLCAddress
    let control: UInt8
    /// The index behind the control field.
    let end: Int

    /// True when a header check sequence and an information field follow.
    let hasInformation: Bool

    /// Decodes the header at the beginning of `body`, which starts behind the opening flag.
    ///
    /// A wrong header check sequence is an error as soon as its bytes are there, so that a damaged
    /// length cannot make a reader wait for two thousand bytes.
    init(decoding body: ArraySlice<UInt8>) throws(HDLCFrameError) {
        let start = body.startIndex
        guard body.count >= 2 else { throw .tooShort(body.count) }
        guard body[start] & 0xF0 == 0xA0 else { throw .notTypeThree(body[start]) }
        isSegmented = body[start] & 0x08 != 0
        length = Int(body[start] & 0x07) << 8 | Int(body[start + 1])
        guard length >= HDLCFrame.shortest else { throw .tooShort(length) }
        var index = start + 2
        guard let destination = HDLCAddress(decoding: body, at: &index),
            let source = HDLCAddress(decoding: body, at: &index), index < body.endIndex
        else { throw .address }
        self.destination = destination
        self.source = source
        control = body[index]
        end = index + 1
        let rest = start + length - end
        hasInformation = rest > 2
        if rest < 2 { throw .lengthMismatch(declared: length, actual: end - start + 2) }
        if hasInformation, body.endIndex >= end + 2 {
            guard rest >= 5, FrameChecksum.follows(start..<end, in: body) else {
                throw .headerChecksum
            }
        }
    }
}
