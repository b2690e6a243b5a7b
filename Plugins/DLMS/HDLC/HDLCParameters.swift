/// Why the information field of an SNRM or UA frame holds no link parameters.
enum HDLCParametersError: Error, Hashable, Sendable {
    /// It does not begin with the format and group identifiers 0x81 0x80, or its length is wrong.
    case notParameters
    /// A parameter has another length than 1, 2 or 4 bytes, or ends behind the field.
    case parameterLength(identifier: UInt8)
    /// A value that no link can have.
    case outOfRange(identifier: UInt8, value: UInt32)
}

/// What the two ends of a link agree on when it is set up: field sizes and windows.
///
/// Transmit and receive are seen from the end that sends the frame.
/// Source: IEC 62056-46, 6.4.4.4.3; GOST R 58940-2020, 7.3.15.
struct HDLCParameters: Hashable, Sendable {
    /// The information field sizes that SPODES allows.
    static let informationRange = 32...HDLCFrame.largestInformation
    /// What holds when nothing is said: fields of 128 bytes, windows of one frame.
    static let standard = HDLCParameters()

    /// The longest information field that this end sends.
    var transmitInformation = 128
    /// The longest information field that this end takes.
    var receiveInformation = 128
    /// How many frames this end sends before it waits for an acknowledgement, 1...7.
    var transmitWindow = 1
    /// How many frames this end takes before it acknowledges, 1...7.
    var receiveWindow = 1

    private enum Identifier {
        static let transmitInformation: UInt8 = 5
        static let receiveInformation: UInt8 = 6
        static let transmitWindow: UInt8 = 7
        static let receiveWindow: UInt8 = 8
    }

    /// Makes the parameters of an end that has windows of one frame.
    init(transmitInformation: Int = 128, receiveInformation: Int = 128) {
        self.transmitInformation = transmitInformation
        self.receiveInformation = receiveInformation
    }

    /// Decodes an information field; an empty one, and each parameter left out, means the standard
    /// value.
    init(decoding field: [UInt8]) throws(HDLCParametersError) {
        guard !field.isEmpty else { return }
        guard field.count >= 3, field[0] == 0x81, field[1] == 0x80,
            Int(field[2]) == field.count - 3
        else { throw .notParameters }
        var index = 3
        while index < field.count {
            let identifier = field[index]
            guard index + 1 < field.count else { throw .parameterLength(identifier: identifier) }
            let length = Int(field[index + 1])
            let end = index + 2 + length
            guard end <= field.count else { throw .parameterLength(identifier: identifier) }
            try take(identifier, field[(index + 2)..<end])
            index = end
        }
    }

    private mutating func take(
        _ identifier: UInt8, _ bytes: ArraySlice<UInt8>
    ) throws(HDLCParametersError) {
        // Identifiers above 8 are a user's own and say nothing about the link.
        guard (Identifier.transmitInformation...Identifier.receiveWindow).contains(identifier)
        else { return }
        guard [1, 2, 4].contains(bytes.count) else {
            throw .parameterLength(identifier: identifier)
        }
        let value = bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let isWindow = identifier >= Identifier.transmitWindow
        let lowest: UInt32 = isWindow ? 1 : UInt32(Self.informationRange.lowerBound)
        guard value >= lowest, !isWindow || value <= 7 else {
            throw .outOfRange(identifier: identifier, value: value)
        }
        let size = Int(min(value, UInt32(Self.informationRange.upperBound)))
        switch identifier {
        case Identifier.transmitInformation: transmitInformation = size
        case Identifier.receiveInformation: receiveInformation = size
        case Identifier.transmitWindow: transmitWindow = size
        default: receiveWindow = size
        }
    }

    /// The information field that says this; sizes below 256 take one byte, windows four.
    func encoded() -> [UInt8] {
        var field: [UInt8] = [0x81, 0x80, 0]
        func size(_ identifier: UInt8, _ value: Int) {
            let value = UInt16(clamping: value)
            field +=
                value < 0x100
                ? [identifier, 1, UInt8(value)]
                : [identifier, 2, UInt8(value >> 8), UInt8(value & 0xFF)]
        }
        size(Identifier.transmitInformation, transmitInformation)
        size(Identifier.receiveInformation, receiveInformation)
        field += [Identifier.transmitWindow, 4, 0, 0, 0, UInt8(clamping: transmitWindow)]
        field += [Identifier.receiveWindow, 4, 0, 0, 0, UInt8(clamping: receiveWindow)]
        field[2] = UInt8(field.count - 3)
        return field
    }

    /// What this end may use when the other end has said `peer`: the smaller of each pair.
    func agreed(with peer: HDLCParameters) -> HDLCParameters {
        var agreed = self
        agreed.transmitInformation = min(transmitInformation, peer.receiveInformation)
        agreed.receiveInformation = min(receiveInformation, peer.transmitInformation)
        agreed.transmitWindow = min(transmitWindow, peer.receiveWindow)
        agreed.receiveWindow = min(receiveWindow, peer.transmitWindow)
        return agreed
    }
}
