@testable import DLMS

/// Frames of the HDLC link: as the line brings them, and with their checksums made right.
enum HDLCTarget {
    static func run(_ input: [UInt8]) {
        let once = frames([input])
        let middle = input.count / 2
        // However the line cuts the bytes up, the same frames come out.
        let twice = frames([Array(input[..<middle]), Array(input[middle...])])
        Fuzz.insist(once == twice, "frames depend on how bytes arrive")
        for frame in once { check(frame) }
        // Few random bytes have the right checksum, so give it to them.
        if let frame = repaired(input) { check(frame) }
        _ = try? HDLCParameters(decoding: input)
    }

    private static func frames(_ pieces: [[UInt8]]) -> [HDLCFrame] {
        var extractor = HDLCFrameExtractor()
        var frames: [HDLCFrame] = []
        for piece in pieces {
            extractor.append(piece)
            while let item = extractor.next() {
                if case .frame(let frame) = item { frames.append(frame) }
            }
        }
        return frames
    }

    private static func check(_ frame: HDLCFrame) {
        let again = try? HDLCFrame(decoding: frame.encoded()[...])
        Fuzz.insist(again == frame, "a frame does not survive encoding: \(frame)")
    }

    private static func repaired(_ input: [UInt8]) -> HDLCFrame? {
        guard input.count > 1, input.count <= HDLCFrame.largestInformation,
            let control = HDLCControl(rawValue: input[0])
        else { return nil }
        guard let client = HDLCAddress(single: 16),
            let server = HDLCAddress(single: UInt16(input[1] & 0x7F))
        else { return nil }
        return HDLCFrame(
            from: client, to: server, control, isSegmented: input[1] & 0x80 != 0,
            information: Array(input.dropFirst(2)))
    }
}
