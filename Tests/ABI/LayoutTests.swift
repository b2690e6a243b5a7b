import CCommline
import Testing

@Suite struct LayoutTests {
    @Test(arguments: ["x86_64-linux-gnu", "aarch64-linux-gnu"])
    func isFrozen(_ target: String) throws {
        try Tool.withFolder { folder in
            let source = folder + "/layout.c"
            try Tool.write(Self.assertions(), to: source)
            let flags = ["--target=\(target)", "-std=c11", "-ffreestanding", "-fsyntax-only"]
            let result = try Tool.run(["clang"] + flags + ["-I", Tool.include, source])
            #expect(result.status == 0, "\(result.output)")
        }
    }

    @Test func isTheSameInSwift() {
        #expect(ImportedStruct.all.map(\.name) == FrozenStruct.all.map(\.name))
        for (imported, frozen) in zip(ImportedStruct.all, FrozenStruct.all) {
            #expect(imported.size == frozen.size, "\(frozen.name)")
            #expect(imported.offsets == frozen.fields.map(\.offset), "\(frozen.name)")
        }
    }

    @Test func coversEachStructOfTheHeader() throws {
        let code = DocumentedFunction.withoutComments(
            try Tool.text(of: Tool.include + "/commline.h"))
        let defined = code.split(separator: "struct ").dropFirst().compactMap { text in
            let name = text.prefix { $0.isLetter || $0 == "_" }
            return text.dropFirst(name.count).hasPrefix(" {") ? String(name) : nil
        }
        #expect(defined == FrozenStruct.all.map(\.name))
    }

    @Test func leavesNoHoleThatACompilerFills() {
        for frozen in FrozenStruct.all {
            var end = 0
            for field in frozen.fields {
                #expect(field.offset == end, "a hole before \(frozen.name).\(field.name)")
                end = field.offset + field.size
            }
            #expect(end == frozen.size, "a hole at the end of \(frozen.name)")
        }
    }

    @Test func beginsEachStructThatMayGrowWithItsSize() {
        let fixed = ["commline_text", "commline_bytes", "commline_range"]
        for frozen in FrozenStruct.all where !fixed.contains(frozen.name) {
            let first = frozen.fields.first
            #expect(first?.name == "size" && first?.offset == 0 && first?.size == 4)
        }
    }

    @Test func keepsItsExtensionNames() {
        let imported = [
            COMMLINE_EXT_DRIVER, COMMLINE_EXT_INBOUND, COMMLINE_EXT_TRANSPORT,
            COMMLINE_EXT_UPLINK, COMMLINE_EXT_SOURCE, COMMLINE_EXT_SIMULATOR,
            COMMLINE_EXT_HTTP_DRAFT,
        ]
        #expect(imported == FrozenConstants.extensions.map(\.id))
    }

    @Test func coversEachConstantOfTheHeader() throws {
        let header = try Tool.text(of: Tool.include + "/commline.h")
        let defined = header.split(separator: "\n").compactMap { line -> String? in
            let words = line.split(separator: " ")
            guard words.count > 2, words[0] == "#define", words[1] != "COMMLINE_EXPORT" else {
                return nil
            }
            return String(words[1])
        }
        let frozen =
            FrozenConstants.numbers.map(\.name) + FrozenConstants.extensions.map(\.name)
        #expect(Set(defined) == Set(frozen))
    }

    /// A C file that compiles only where the header has the frozen layout and the frozen values.
    private static func assertions() -> String {
        var lines = ["#include \"commline.h\""]
        for frozen in FrozenStruct.all {
            lines.append(check("sizeof(\(frozen.name)) == \(frozen.size)"))
            for field in frozen.fields {
                let name = "\(frozen.name), \(field.name)"
                lines.append(check("offsetof(\(name)) == \(field.offset)"))
                let member = "(((\(frozen.name) *)0)->\(field.name))"
                lines.append(check("sizeof\(member) == \(field.size)"))
            }
        }
        for (name, value) in FrozenConstants.numbers {
            lines.append(check("\(name) == \(value)"))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func check(_ condition: String) -> String {
        "_Static_assert(\(condition), \"frozen since ABI 1.0\");"
    }
}
