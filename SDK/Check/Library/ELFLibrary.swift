/// What the dynamic linker would read of a shared library, read without opening it.
///
/// Source: System V ABI, chapters 4 and 5; the GNU hash table as glibc's `dl-lookup.c` reads it.
package struct ELFLibrary: Sendable {
    /// What is wrong with a file as a library of this machine.
    package struct Defect: Error, Hashable, CustomStringConvertible {
        package let description: String
    }

    /// A symbol of the dynamic table.
    package struct Symbol: Hashable, Sendable {
        package let name: String
        /// Nobody is asked to have it: without it the address is 0.
        package let isWeak: Bool
        package let isDefined: Bool
        /// Whether other libraries see it.
        package let isVisible: Bool
    }

    /// The libraries that it names, in order.
    package let needed: [String]
    /// Where it looks for them, `$ORIGIN` and all.
    package let searchPaths: [String]
    package let symbols: [Symbol]

    #if arch(x86_64)
        private static let machine = (number: UInt64(62), name: "x86-64")
    #elseif arch(arm64)
        private static let machine = (number: UInt64(183), name: "arm64")
    #endif

    /// Reads a library.
    ///
    /// - Parameter bytes: The whole file.
    /// - Throws: What is wrong with it.
    package init(_ bytes: [UInt8]) throws(Defect) {
        guard bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46]) else {
            throw Defect(
                description: bytes.isEmpty
                    ? "the file is empty" : "the file is no library: it is not an ELF file")
        }
        let fields = ELFFields(bytes)
        guard bytes.count >= 64 else { throw Defect(description: "the file ends in its header") }
        // EI_CLASS and EI_DATA: 64 bits, little-endian.
        guard bytes[4] == 2, bytes[5] == 1 else {
            throw Defect(description: "the library is not for a 64-bit little-endian machine")
        }
        guard let machine = fields.number(at: 18, 2), machine == Self.machine.number else {
            throw Defect(
                description: "the library is for another machine: e_machine is "
                    + "\(fields.number(at: 18, 2) ?? 0), this one is \(Self.machine.name) "
                    + "(\(Self.machine.number))")
        }
        // ET_DYN
        guard fields.number(at: 16, 2) == 3 else {
            throw Defect(description: "the file is no shared library: link it with -shared")
        }
        let image = try ELFImage(fields)
        let dynamic = try image.dynamicTable()
        let strings = dynamic.first(5).flatMap { image.offset(of: $0) }
        guard let strings, let tableOffset = dynamic.first(6).flatMap({ image.offset(of: $0) })
        else {
            throw Defect(description: "the dynamic section names no strings or no symbols")
        }
        func name(_ offset: UInt64) throws(Defect) -> String {
            guard let text = fields.text(at: strings + Int(clamping: offset)) else {
                throw Defect(description: "a name of the dynamic section lies outside of the file")
            }
            return text
        }
        var needed: [String] = []
        for offset in dynamic.all(1) { needed.append(try name(offset)) }
        var paths: [String] = []
        for offset in dynamic.all(29) + dynamic.all(15) {
            paths += try name(offset).split(separator: ":").map(String.init)
        }
        self.needed = needed
        searchPaths = paths
        var symbols: [Symbol] = []
        // The first one is always the undefined symbol without a name.
        for index in 1..<max(1, try image.symbolCount(dynamic)) {
            let place = tableOffset + index * 24
            guard let nameOffset = fields.number(at: place, 4),
                let info = fields.number(at: place + 4, 1),
                let other = fields.number(at: place + 5, 1),
                let section = fields.number(at: place + 6, 2)
            else { throw Defect(description: "the table of symbols is cut off") }
            let binding = info >> 4
            let visibility = other & 3
            symbols.append(
                Symbol(
                    name: try name(nameOffset), isWeak: binding == 2, isDefined: section != 0,
                    // STB_GLOBAL, STB_WEAK, STB_GNU_UNIQUE; STV_DEFAULT, STV_PROTECTED
                    isVisible: [1, 2, 10].contains(binding) && [0, 3].contains(visibility)))
        }
        self.symbols = symbols
    }

    /// The symbols that others see.
    package var exports: [String] {
        symbols.filter { $0.isDefined && $0.isVisible }.map(\.name)
    }

    /// The symbols that others must have.
    package var imports: [String] {
        symbols.filter { !$0.isDefined && !$0.isWeak && !$0.name.isEmpty }.map(\.name)
    }
}
