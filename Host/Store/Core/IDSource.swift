import Synchronization
import Values

/// Makes identifiers: UUIDs of version 7, each above the one before.
final class IDSource: Sendable {
    private let generator = Mutex(UUIDGenerator())

    func next(_ now: Moment) -> UUID {
        generator.withLock { generator in
            var random = SystemRandomNumberGenerator()
            return generator.next(milliseconds: now.milliseconds, using: &random)
        }
    }
}
