/// Damage by chance, the same for the same generator.
enum Mutation {
    /// Changes, drops, doubles or inserts a few bytes.
    static func mutated(
        _ bytes: [UInt8], _ random: inout some RandomNumberGenerator
    ) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let index = bytes.isEmpty ? 0 : Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0 where !bytes.isEmpty:
                bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1 where !bytes.isEmpty: bytes[index] = UInt8.random(in: 0...255, using: &random)
            case 2 where !bytes.isEmpty: bytes.remove(at: index)
            case 3: bytes.insert(UInt8.random(in: 0...255, using: &random), at: index)
            case 4 where !bytes.isEmpty: bytes.removeSubrange(index...)
            default: bytes.insert(contentsOf: [0x84, 0xFF, 0xFF, 0xFF, 0xFF], at: index)
            }
        }
        return bytes
    }
}
