import Glibc
import JSON

/// A page that a case's process shares with the one that started it: where it stands, and what came out.
///
/// It outlives everything that a plugin may do to its process, closing all descriptors included, and
/// without a system call on the way.
struct CasePage {
    private enum Place {
        static let fault = 0
        static let hasForked = 4
        static let isInCall = 8
        static let callBegan = 16
        static let call = 64
        static let step = 256
        static let result = 4096
    }

    static let size = 4 << 20
    private static let longestStep = 3000

    /// What a memory fault was about.
    enum Fault: UInt32 {
        case none = 0
        case stackOverflow, pastTheEnd, readOnly, afterTheCall, other
    }

    let start: UnsafeMutableRawPointer

    /// Makes the file of a page, and maps it.
    ///
    /// - Returns: The page and the descriptor of its file; nil where the system has no room.
    static func make() -> (page: CasePage, descriptor: Int32)? {
        let descriptor = ScratchFile.open()
        guard descriptor >= 0 else { return nil }
        guard ftruncate(descriptor, off_t(size)) == 0, let page = CasePage(mapping: descriptor)
        else {
            Glibc.close(descriptor)
            return nil
        }
        return (page, descriptor)
    }

    /// Maps a page.
    init?(mapping descriptor: Int32) {
        let start = mmap(nil, Self.size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
        guard let start, start != MAP_FAILED else { return nil }
        self.start = start
    }

    func unmap() { munmap(start, Self.size) }

    // MARK: What the case says

    var fault: Fault {
        get { Fault(rawValue: start.load(fromByteOffset: Place.fault, as: UInt32.self)) ?? .other }
        nonmutating set {
            start.storeBytes(of: newValue.rawValue, toByteOffset: Place.fault, as: UInt32.self)
        }
    }

    var hasForked: Bool {
        get { start.load(fromByteOffset: Place.hasForked, as: UInt32.self) != 0 }
        nonmutating set {
            start.storeBytes(
                of: newValue ? 1 : 0, toByteOffset: Place.hasForked, as: UInt32.self)
        }
    }

    /// Since when the case is inside of the plugin, nanoseconds; nil where it is not.
    var callBegan: UInt64? {
        get {
            guard start.load(fromByteOffset: Place.isInCall, as: UInt32.self) != 0 else {
                return nil
            }
            return start.load(fromByteOffset: Place.callBegan, as: UInt64.self)
        }
        nonmutating set {
            // The moment before the mark, and never taken back: whoever reads in between sees an old call.
            if let newValue {
                start.storeBytes(of: newValue, toByteOffset: Place.callBegan, as: UInt64.self)
            }
            start.storeBytes(
                of: newValue == nil ? 0 : 1, toByteOffset: Place.isInCall, as: UInt32.self)
        }
    }

    /// The call into the plugin that is under way or was the last one.
    var call: String {
        get { text(at: Place.call, longest: 120) }
        nonmutating set { write(newValue, at: Place.call, longest: 120) }
    }

    func setCall(_ role: StaticString, _ call: StaticString) {
        var count = 0
        for part in [role, call] {
            for index in 0..<part.utf8CodeUnitCount where count < 120 {
                start.storeBytes(
                    of: part.utf8Start[index], toByteOffset: Place.call + 4 + count,
                    as: UInt8.self)
                count += 1
            }
        }
        start.storeBytes(of: UInt32(count), toByteOffset: Place.call, as: UInt32.self)
    }

    /// What the case is about to try.
    var step: String {
        get { text(at: Place.step, longest: Self.longestStep) }
        nonmutating set { write(newValue, at: Place.step, longest: Self.longestStep) }
    }

    /// What came out, once the case is through.
    var result: CaseResult? {
        let text = text(at: Place.result, longest: Self.size - Place.result - 4)
        guard !text.isEmpty, let json = try? JSONValue(parsing: text) else { return nil }
        return CaseResult(json)
    }

    func finish(_ result: CaseResult) {
        write(result.json.text(), at: Place.result, longest: Self.size - Place.result - 4)
    }

    private func text(at place: Int, longest: Int) -> String {
        let count = min(Int(start.load(fromByteOffset: place, as: UInt32.self)), longest)
        return String(
            decoding: UnsafeRawBufferPointer(start: start + place + 4, count: count),
            as: UTF8.self)
    }

    private func write(_ text: String, at place: Int, longest: Int) {
        var text = text
        text.withUTF8 { bytes in
            let count = min(bytes.count, longest)
            if let base = bytes.baseAddress {
                (start + place + 4).copyMemory(from: base, byteCount: count)
            }
            start.storeBytes(of: UInt32(count), toByteOffset: place, as: UInt32.self)
        }
    }
}

/// Files without a name.
enum ScratchFile {
    /// Opens one.
    ///
    /// - Returns: Its descriptor, or -1.
    static func open() -> Int32 {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(folder)/commline-check-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { return -1 }
        unlink(template)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return descriptor
    }
}

/// The clock that never jumps, in nanoseconds.
func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(clamping: time.tv_sec) * 1_000_000_000 + UInt64(clamping: time.tv_nsec)
}
