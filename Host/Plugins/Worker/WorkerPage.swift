import CSystem

/// A page that the host and one of its workers share: it names the session inside a callback, so that the
/// one which brought the worker down is known even when nothing can be said any more.
///
/// The worker writes, the host reads. Whatever the host reads is a hint: a plugin may have written into it.
struct WorkerPage: ~Copyable {
    static let size = 4096

    /// The words, in the order in which they lie.
    private enum Word: Int {
        /// The session inside a callback, counted from 1; 0 outside of callbacks.
        case current
        /// When that callback began, in monotonic nanoseconds.
        case start
        /// Callbacks begun so far.
        case progress
        /// The session of the latest callback, counted from 1.
        case latest
    }

    private let words: UnsafeMutablePointer<UInt64>

    /// Maps the page of a memory file; nil where the system refuses.
    init?(descriptor: Int32) {
        guard let address = csys_map_shared(descriptor, Self.size) else { return nil }
        words = address.bindMemory(to: UInt64.self, capacity: Self.size / 8)
    }

    deinit {
        csys_unmap(words, Self.size)
    }

    private func load(_ word: Word) -> UInt64 { csys_load_word(words + word.rawValue) }

    private func store(_ word: Word, _ value: UInt64) {
        csys_store_word(words + word.rawValue, value)
    }

    // MARK: The worker's side

    func enter(_ session: UInt32, at now: UInt64) {
        store(.start, now)
        store(.latest, UInt64(session) + 1)
        store(.progress, load(.progress) &+ 1)
        store(.current, UInt64(session) + 1)
    }

    func leave() {
        store(.current, 0)
    }

    // MARK: The host's side

    /// The session inside a callback.
    var current: UInt32? { Self.session(load(.current)) }
    /// The session of the latest callback.
    var latest: UInt32? { Self.session(load(.latest)) }
    var start: UInt64 { load(.start) }
    var progress: UInt64 { load(.progress) }

    private static func session(_ word: UInt64) -> UInt32? {
        word == 0 ? nil : UInt32(exactly: word - 1)
    }
}
