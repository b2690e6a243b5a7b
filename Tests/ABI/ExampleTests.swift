import Testing

@Suite struct ExampleTests {
    @Test func isShort() throws {
        let source = try Tool.text(of: Tool.example + "/example_driver.c")
        #expect(source.split(separator: "\n", omittingEmptySubsequences: false).count - 1 < 150)
    }

    @Test func usesNothingButTheHeaderAndTheCLibrary() throws {
        let source = try Tool.text(of: Tool.example + "/example_driver.c")
        let includes = source.split(separator: "\n").filter { $0.hasPrefix("#include") }
        #expect(
            includes == [
                "#include \"commline.h\"", "#include <stdlib.h>", "#include <string.h>",
            ])
    }

    @Test(arguments: ["c99", "c11"])
    func exportsOneSymbolWhenGCCBuildsIt(_ standard: String) throws {
        try Tool.withFolder { folder in
            let library = folder + "/libexample-c.so"
            let compiled = try Tool.run([
                "gcc", "-std=\(standard)", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fPIC",
                "-shared", "-fvisibility=hidden", "-I", Tool.include, "-o", library,
                Tool.example + "/example_driver.c",
            ])
            #expect(compiled.status == 0, "\(compiled.output)")
            let symbols = try Tool.run(["nm", "-D", "--defined-only", library])
            let names = symbols.output.split(separator: "\n").compactMap {
                $0.split(separator: " ").last
            }
            #expect(names == ["commline_plugin_entry"])
        }
    }

    @Test func isBuiltWithItsSimulatorByItsMakefile() throws {
        try Tool.withFolder { folder in
            let copied = try Tool.run(["cp", "-r", Tool.root + "/SDK", folder])
            #expect(copied.status == 0, "\(copied.output)")
            let made = try Tool.run(["make", "-C", folder + "/SDK/Examples/C"])
            #expect(made.status == 0, "\(made.output)")
            let symbols = try Tool.run([
                "nm", "-D", "--defined-only", folder + "/SDK/Examples/C/libexample-c.so",
            ])
            #expect(symbols.output.split(separator: "\n").count == 1, "\(symbols.output)")
        }
    }
}
