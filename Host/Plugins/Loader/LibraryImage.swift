/// Judges whether bytes may be given to the dynamic linker.
///
/// The linker trusts its input: a file that ends early is a SIGBUS, not an error. So the header and the
/// bounds of every segment are checked first.
enum LibraryImage {
    private static let headerSize = 64
    private static let programHeaderSize = 56
    /// PT_LOAD and PT_DYNAMIC (System V ABI, chapter 5).
    private static let loadable: UInt32 = 1
    private static let dynamic: UInt32 = 2

    #if arch(x86_64)
        private static let machine: UInt16 = 62
        private static let machineName = "x86-64"
    #elseif arch(arm64)
        private static let machine: UInt16 = 183
        private static let machineName = "arm64"
    #endif

    /// What is wrong with the bytes as a library of this machine, or nil.
    static func problem(of bytes: [UInt8]) -> String? {
        guard bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46]) else {
            return bytes.isEmpty ? "is empty" : "is no library: it is not an ELF file"
        }
        guard bytes.count >= headerSize else { return "is cut off within its header" }
        // EI_CLASS and EI_DATA: 64 bits, little-endian.
        guard bytes[4] == 2, bytes[5] == 1 else {
            return "is for another machine: this host is a 64-bit little-endian one"
        }
        let fields = Fields(bytes: bytes)
        guard fields.half(at: 18) == machine else {
            return "is for another machine: e_machine is \(fields.half(at: 18)), this host is "
                + "\(machineName) (\(machine))"
        }
        // ET_DYN
        guard fields.half(at: 16) == 3 else {
            return "is an ELF file of type \(fields.half(at: 16)), but no shared library"
        }
        return problem(ofSegments: fields)
    }

    private static func problem(ofSegments fields: Fields) -> String? {
        let start = fields.long(at: 32)
        let count = UInt64(fields.half(at: 56))
        guard fields.half(at: 54) == UInt16(programHeaderSize), count > 0 else {
            return "has a damaged header"
        }
        let size = UInt64(fields.bytes.count)
        let (end, overflow) = start.addingReportingOverflow(count * UInt64(programHeaderSize))
        guard !overflow, end <= size else { return "is cut off within its program headers" }
        var hasDynamic = false
        for number in 0..<count {
            let place = Int(start) + Int(number) * programHeaderSize
            let type = fields.word(at: place)
            guard type == loadable || type == dynamic else { continue }
            hasDynamic = hasDynamic || type == dynamic
            let (last, overflow) = fields.long(at: place + 8)
                .addingReportingOverflow(fields.long(at: place + 32))
            guard !overflow, last <= size else { return "is cut off: a segment is missing" }
        }
        return hasDynamic ? nil : "is no shared library: it has no dynamic section"
    }

    /// Little-endian fields at places that lie within the bytes.
    private struct Fields {
        let bytes: [UInt8]

        func half(at place: Int) -> UInt16 { UInt16(truncatingIfNeeded: number(place, 2)) }
        func word(at place: Int) -> UInt32 { UInt32(truncatingIfNeeded: number(place, 4)) }
        func long(at place: Int) -> UInt64 { number(place, 8) }

        private func number(_ place: Int, _ width: Int) -> UInt64 {
            bytes[place..<place + width].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
    }
}
