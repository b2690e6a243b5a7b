import JSON
import Testing

/// The C example as a vendor builds it, and as he changes it.
enum ExampleDriver {
    static let manifest = Workplace.manifests + "/example-c.json"
    private static let sources = Workplace.root + "/SDK/Examples/C"

    /// Builds driver and simulator into a folder of their own.
    ///
    /// - Parameters:
    ///   - name: The folder.
    ///   - scratch: Where it is made.
    ///   - change: Changes the driver's source; nil for the example as it is.
    /// - Returns: The library's path.
    /// - Throws: What `gcc` says, or that the change changes nothing.
    static func library(
        _ name: String, in scratch: Scratch, _ change: ((String) -> String)? = nil
    ) throws -> String {
        let source = try Files.text(sources + "/example_driver.c")
        let changed = change?(source) ?? source
        if change != nil, changed == source { throw Trouble.answer("\(name): nothing was changed") }
        let file = try scratch.file("\(name).c", Array(("#include <stdio.h>\n" + changed).utf8))
        let library = try scratch.folder(name) + "/libexample-c.so"
        let arguments = [
            "-std=c11", "-O1", "-fPIC", "-fvisibility=hidden", "-shared", "-DEXAMPLE_SIMULATOR",
            "-I", Workplace.root + "/SDK/include", "-o", library, file,
            sources + "/example_simulator.c",
        ]
        let child = try Child("/usr/bin/gcc", arguments, in: scratch)
        let (status, _) = try child.finish()
        guard status == 0 else { throw Trouble.ended("gcc: \(child.errors)") }
        return library
    }

    /// Writes the manifest of a library beside it.
    ///
    /// - Returns: The folder of both.
    @discardableResult
    static func describe(
        _ library: String, version: String = "1.0.0", in scratch: Scratch
    ) throws -> String {
        let folder = String(library.dropLast("/libexample-c.so".count))
        let digest = try Child("/usr/bin/sha256sum", [library], in: scratch).finish().output
        var object = try JSONValue(parsing: try Files.read(manifest)).object ?? [:]
        object["sha256"] = .string(String(digest.prefix(64)))
        object["version"] = .string(version)
        try Files.write(
            JSONValue.object(object).bytes(pretty: true), to: folder + "/example-c.json")
        return folder
    }
}
