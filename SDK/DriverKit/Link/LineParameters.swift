import CCommline

/// Speed and framing of a serial line.
public struct LineParameters: Hashable, Sendable {
    /// How a character is protected.
    public enum Parity: UInt8, Hashable, Sendable {
        /// No parity bit.
        case none = 0
        /// An odd number of ones.
        case odd = 1
        /// An even number of ones.
        case even = 2
    }

    /// Bits a second, 300...921600.
    public var baud: Int
    /// Bits of a character, 7 or 8.
    public var dataBits: UInt8
    /// How a character is protected.
    public var parity: Parity
    /// Stop bits, 1 or 2.
    public var stopBits: UInt8

    /// Makes line parameters.
    ///
    /// - Parameters:
    ///   - baud: Bits a second, 300...921600.
    ///   - dataBits: Bits of a character, 7 or 8.
    ///   - parity: How a character is protected.
    ///   - stopBits: Stop bits, 1 or 2.
    public init(baud: Int, dataBits: UInt8 = 8, parity: Parity = .none, stopBits: UInt8 = 1) {
        self.baud = baud
        self.dataBits = dataBits
        self.parity = parity
        self.stopBits = stopBits
    }

    var foreign: commline_line {
        commline_line(
            size: UInt32(MemoryLayout<commline_line>.size), baud: UInt32(clamping: baud),
            data_bits: dataBits, parity: parity.rawValue, stop_bits: stopBits,
            reserved: (0, 0, 0, 0, 0))
    }
}
