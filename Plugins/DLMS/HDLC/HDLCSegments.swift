/// A message cut into pieces that fit the information field.
struct HDLCSegments: Sendable {
    private let message: [UInt8]
    private let size: Int
    private var start = 0

    /// Makes the pieces of a message; an empty message is one empty piece.
    init(_ message: [UInt8] = [], size: Int = HDLCFrame.largestInformation) {
        self.message = message
        self.size = max(1, size)
    }

    private var end: Int { min(message.count, start + size) }

    /// The piece to send now.
    var current: ArraySlice<UInt8> { message[start..<end] }

    /// The place of the piece in the message.
    var range: Range<Int> { start..<end }

    /// True when no piece follows the current one.
    var isLast: Bool { end == message.count }

    /// Goes on to the next piece, if there is one.
    mutating func advance() {
        start = end
    }
}
