import Glibc

/// Memory that is lent to a plugin for one call, laid so that its misuse is noticed at once: it ends at a
/// page that nobody may touch, cannot be written to where it is lent for reading, and is taken away when
/// the call returns.
final class LentMemory {
    static let slotSize = 1 << 20
    static let slotCount = 6
    static let pageSize = Int(sysconf(Int32(_SC_PAGESIZE)))
    static var stride: Int { slotSize + pageSize }
    static var size: Int { stride * slotCount }

    let start: UnsafeMutableRawPointer
    private var lent: [(page: UnsafeMutableRawPointer, size: Int)] = []

    init?() {
        let start = mmap(
            nil, Self.size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
        guard let start, start != MAP_FAILED else { return nil }
        self.start = start
    }

    deinit { munmap(start, Self.size) }

    /// Lends a copy; nil where there is no room.
    func lend(
        _ bytes: UnsafeRawBufferPointer, isWritable: Bool
    ) -> UnsafeMutableRawBufferPointer? {
        guard let source = bytes.baseAddress, bytes.count <= Self.slotSize,
            lent.count < Self.slotCount
        else { return nil }
        let end = start + lent.count * Self.stride + Self.slotSize
        let place = end - bytes.count
        let inFront = (Self.slotSize - bytes.count) & (Self.pageSize - 1)
        let page = place - inFront
        guard mprotect(page, end - page, PROT_READ | PROT_WRITE) == 0 else { return nil }
        place.copyMemory(from: source, byteCount: bytes.count)
        if !isWritable { mprotect(page, end - page, PROT_READ) }
        lent.append((page, end - page))
        FaultGuard.lentSlots = lent.count
        return UnsafeMutableRawBufferPointer(start: place, count: bytes.count)
    }

    /// Takes everything back.
    func takeBack() {
        for (page, size) in lent { mprotect(page, size, PROT_NONE) }
        lent.removeAll(keepingCapacity: true)
        FaultGuard.lentSlots = 0
    }
}
