/// How a meter writes text.
///
/// Octet strings do not say. Field reports speak of Windows-1251, the standard's example is ISO
/// 8859-5.
enum CodePage: String, Sendable, CaseIterable {
    /// UTF-8 where the bytes are valid UTF-8, else Windows-1251.
    case automatic = "auto"
    case utf8 = "utf-8"
    case windows1251 = "windows-1251"
    case iso8859Part5 = "iso-8859-5"

    /// Decodes text; padding of zeros and spaces is dropped, what cannot be decoded becomes U+FFFD.
    func decode(_ bytes: [UInt8]) -> String {
        let padding: Set<UInt8> = [0x00, 0x20]
        let end = bytes.lastIndex { !padding.contains($0) }.map { $0 + 1 } ?? 0
        let start = bytes[..<end].firstIndex { !padding.contains($0) } ?? end
        let text = bytes[start..<end]
        switch self {
        case .automatic:
            return String(validating: text, as: UTF8.self) ?? Self.windows1251.decode(bytes)
        case .utf8:
            return String(decoding: text, as: UTF8.self)
        case .windows1251:
            return Self.string(text, from: 0x80, Self.upperWindows1251)
        case .iso8859Part5:
            return Self.string(text, from: 0xA0, Self.upperISO8859Part5)
        }
    }

    /// Encodes text; what the code page lacks becomes a question mark.
    func encode(_ text: String) -> [UInt8] {
        switch self {
        case .automatic, .utf8: Array(text.utf8)
        case .windows1251: Self.bytes(text, from: 0x80, Self.upperWindows1251)
        case .iso8859Part5: Self.bytes(text, from: 0xA0, Self.upperISO8859Part5)
        }
    }

    private static func string(
        _ bytes: some Sequence<UInt8>, from first: UInt8, _ upper: [UInt16]
    ) -> String {
        var text = String.UnicodeScalarView()
        for byte in bytes {
            let code = byte < first ? UInt16(byte) : upper[Int(byte - first)]
            text.append(Unicode.Scalar(code) ?? "\u{FFFD}")
        }
        return String(text)
    }

    private static func bytes(_ text: String, from first: UInt8, _ upper: [UInt16]) -> [UInt8] {
        text.unicodeScalars.map { scalar in
            if scalar.value < UInt32(first) { return UInt8(scalar.value) }
            let index = upper.firstIndex { UInt32($0) == scalar.value }
            return index.map { UInt8(Int(first) + $0) } ?? UInt8(ascii: "?")
        }
    }

    /// 0x80...0xFF of Windows-1251.
    private static let upperWindows1251: [UInt16] =
        [
            0x0402, 0x0403, 0x201A, 0x0453, 0x201E, 0x2026, 0x2020, 0x2021, 0x20AC, 0x2030, 0x0409,
            0x2039, 0x040A, 0x040C, 0x040B, 0x040F, 0x0452, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
            0x2013, 0x2014, 0xFFFD, 0x2122, 0x0459, 0x203A, 0x045A, 0x045C, 0x045B, 0x045F, 0x00A0,
            0x040E, 0x045E, 0x0408, 0x00A4, 0x0490, 0x00A6, 0x00A7, 0x0401, 0x00A9, 0x0404, 0x00AB,
            0x00AC, 0x00AD, 0x00AE, 0x0407, 0x00B0, 0x00B1, 0x0406, 0x0456, 0x0491, 0x00B5, 0x00B6,
            0x00B7, 0x0451, 0x2116, 0x0454, 0x00BB, 0x0458, 0x0405, 0x0455, 0x0457,
        ] + Array(0x0410...0x044F)

    /// 0xA0...0xFF of ISO 8859-5.
    private static let upperISO8859Part5: [UInt16] =
        [0x00A0] + Array(0x0401...0x040C) + [0x00AD, 0x040E, 0x040F] + Array(0x0410...0x044F)
        + [0x2116] + Array(0x0451...0x045C) + [0x00A7, 0x045E, 0x045F]
}
