import Check
import Testing

@Suite("ELF libraries")
struct ELFLibraryTests {
    private static func bytes() throws -> [UInt8] {
        let bench = try Workbench()
        return try WholeFile.read(try bench.compile("right"))
    }

    @Test("are read as the linker reads them")
    func reading() throws {
        let library = try ELFLibrary(try Self.bytes())
        #expect(library.exports.contains("commline_plugin_entry"))
        #expect(library.needed.contains("libc.so.6"))
        #expect(library.imports.contains("calloc"))
        #expect(!library.imports.contains("commline_plugin_entry"))
    }

    @Test("of another kind are refused in words")
    func refused() throws {
        let bytes = try Self.bytes()
        func problem(_ bytes: [UInt8]) -> String {
            do throws(ELFLibrary.Defect) {
                _ = try ELFLibrary(bytes)
                return ""
            } catch {
                return error.description
            }
        }
        #expect(problem([]) == "the file is empty")
        #expect(problem(Array("#!/bin/sh".utf8)).contains("not an ELF file"))
        #expect(problem(Array(bytes.prefix(40))) == "the file ends in its header")
        #expect(problem(Array(bytes.prefix(bytes.count / 4))).contains("cut off"))
        var other = bytes
        other[18] = 243
        #expect(problem(other).contains("another machine: e_machine is 243"))
        var object = bytes
        object[16] = 1
        #expect(problem(object).contains("no shared library"))
    }

    @Test("never trap the reader, however they are damaged")
    func damaged() throws {
        let bytes = try Self.bytes()
        var random = Lehmer()
        var refusals = 0
        for round in 0..<3000 {
            var copy = bytes
            // Mostly where the tables are: the header, the program headers and the dynamic section.
            for _ in 0..<4 {
                let place = Int.random(
                    in: 0..<(round % 2 == 0 ? 2000 : copy.count), using: &random)
                copy[place] = UInt8.random(in: 0...255, using: &random)
            }
            do throws(ELFLibrary.Defect) {
                _ = try ELFLibrary(copy)
            } catch {
                refusals += 1
            }
        }
        #expect(refusals > 0)
    }
}

/// Numbers that only look random, the same in every run (Park and Miller, 1988).
private struct Lehmer: RandomNumberGenerator {
    private var state: UInt64 = 20_261_121

    mutating func next() -> UInt64 {
        var result: UInt64 = 0
        for _ in 0..<4 {
            state = state * 48_271 % 0x7FFF_FFFF
            result = result << 16 | state & 0xFFFF
        }
        return result
    }
}
