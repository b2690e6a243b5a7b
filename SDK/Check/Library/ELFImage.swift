/// Little-endian fields of a file; what lies outside of it is nil.
struct ELFFields {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    func number(at place: Int, _ width: Int) -> UInt64? {
        guard place >= 0, place <= bytes.count - width else { return nil }
        return bytes[place..<place + width].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    func text(at place: Int) -> String? {
        guard place >= 0, place < bytes.count,
            let end = bytes[place...].firstIndex(of: 0)
        else { return nil }
        return String(decoding: bytes[place..<end], as: UTF8.self)
    }
}

/// The entries of a dynamic section.
struct DynamicTable {
    var entries: [(tag: UInt64, value: UInt64)] = []

    func first(_ tag: UInt64) -> UInt64? { entries.first { $0.tag == tag }?.value }

    func all(_ tag: UInt64) -> [UInt64] { entries.filter { $0.tag == tag }.map(\.value) }
}

/// The segments of a library.
struct ELFImage {
    private struct Segment {
        let type: UInt64
        let offset: UInt64
        let address: UInt64
        let size: UInt64
    }

    private let fields: ELFFields
    private let segments: [Segment]

    init(_ fields: ELFFields) throws(ELFLibrary.Defect) {
        self.fields = fields
        guard let start = fields.number(at: 32, 8), let count = fields.number(at: 56, 2),
            fields.number(at: 54, 2) == 56, count > 0
        else { throw ELFLibrary.Defect(description: "the library has a damaged header") }
        var segments: [Segment] = []
        for index in 0..<Int(count) {
            let (place, overflow) = Int(clamping: start).addingReportingOverflow(index * 56)
            guard !overflow, let type = fields.number(at: place, 4),
                let offset = fields.number(at: place + 8, 8),
                let address = fields.number(at: place + 16, 8),
                let size = fields.number(at: place + 32, 8)
            else {
                throw ELFLibrary.Defect(description: "the file ends in its program headers")
            }
            let (end, isTooLong) = offset.addingReportingOverflow(size)
            // PT_LOAD and PT_DYNAMIC; the linker maps them without looking at the file's size.
            if type == 1 || type == 2, isTooLong || end > UInt64(fields.bytes.count) {
                throw ELFLibrary.Defect(description: "the file is cut off: a segment is missing")
            }
            segments.append(Segment(type: type, offset: offset, address: address, size: size))
        }
        self.segments = segments
    }

    /// Where in the file an address of the library lies.
    func offset(of address: UInt64) -> Int? {
        for segment in segments where segment.type == 1 && address >= segment.address {
            let distance = address - segment.address
            if distance < segment.size { return Int(clamping: segment.offset + distance) }
        }
        return nil
    }

    func dynamicTable() throws(ELFLibrary.Defect) -> DynamicTable {
        guard let segment = segments.first(where: { $0.type == 2 }) else {
            throw ELFLibrary.Defect(
                description: "the file is no shared library: it has no dynamic section")
        }
        var table = DynamicTable()
        var place = Int(clamping: segment.offset)
        let end = Int(clamping: segment.offset + segment.size)
        while place + 16 <= end, let tag = fields.number(at: place, 8), tag != 0,
            let value = fields.number(at: place + 8, 8)
        {
            table.entries.append((tag, value))
            place += 16
        }
        return table
    }

    /// How many symbols the dynamic table has; only the hash tables tell.
    func symbolCount(_ dynamic: DynamicTable) throws(ELFLibrary.Defect) -> Int {
        if let place = dynamic.first(4).flatMap(offset(of:)),
            let count = fields.number(at: place + 4, 4)
        {
            return Int(count)
        }
        let defect = ELFLibrary.Defect(description: "the library has no hash table of symbols")
        guard let place = dynamic.first(0x6FFF_FEF5).flatMap(offset(of:)),
            let buckets = fields.number(at: place, 4), let first = fields.number(at: place + 4, 4),
            let filters = fields.number(at: place + 8, 4)
        else { throw defect }
        let bucketStart = place + 16 + Int(filters) * 8
        var last: UInt64 = 0
        for index in 0..<Int(buckets) {
            guard let bucket = fields.number(at: bucketStart + index * 4, 4) else { throw defect }
            last = max(last, bucket)
        }
        guard last >= first else { return Int(first) }
        let chains = bucketStart + Int(buckets) * 4
        // The lowest bit of a chain's entry marks its end.
        while let entry = fields.number(at: chains + Int(last - first) * 4, 4) {
            last += 1
            if entry & 1 == 1 { return Int(last) }
        }
        throw defect
    }
}
