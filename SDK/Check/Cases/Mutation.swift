import DriverKit

/// Damages bytes as no line would, to find what a parser did not think of.
enum Mutation {
    /// Gives one or several deliveries in the place of one.
    static func mutated(
        _ bytes: [UInt8], _ samples: [[UInt8]], _ dice: inout Dice
    ) -> [[UInt8]] {
        var bytes = bytes
        let count = 1 + Int(dice.next() % 4)
        for _ in 0..<count { change(&bytes, samples, &dice) }
        bytes = Array(bytes.prefix(65_536))
        guard dice.happens(200), bytes.count > 1 else { return [bytes] }
        let middle = 1 + Int(dice.next() % UInt64(bytes.count - 1))
        return [Array(bytes[..<middle]), Array(bytes[middle...])]
    }

    private static func change(
        _ bytes: inout [UInt8], _ samples: [[UInt8]], _ dice: inout Dice
    ) {
        let place = bytes.isEmpty ? 0 : Int(dice.next() % UInt64(bytes.count))
        switch dice.next() % 9 {
        case 0 where !bytes.isEmpty: bytes[place] = UInt8(truncatingIfNeeded: dice.next())
        case 1 where !bytes.isEmpty: bytes[place] = [0x00, 0xFF, 0x7F, 0x80][place % 4]
        case 2: bytes.insert(UInt8(truncatingIfNeeded: dice.next()), at: place)
        case 3 where !bytes.isEmpty: bytes.remove(at: place)
        case 4: bytes.removeSubrange(place...)
        case 5:
            let length = Int(dice.next() % 64)
            bytes.insert(
                contentsOf: (0..<length).map { _ in UInt8(truncatingIfNeeded: dice.next()) },
                at: place)
        case 6: bytes += samples.randomElement(using: &dice) ?? []
        case 7: bytes = samples.randomElement(using: &dice) ?? []
        default: bytes += bytes[place...]
        }
    }
}
