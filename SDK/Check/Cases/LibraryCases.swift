import Glibc

/// What the library is, before it is opened.
enum LibraryCases {
    static let all: [CheckCase] = [
        CheckCase("library", "An ELF library of this machine that exports the entry.", library),
        CheckCase(
            "symbols", "Needs nothing but the C library and its own runtime.", symbols),
        CheckCase("exports", "Exports commline_plugin_entry and nothing else.", exports),
    ]

    private static let entry = "commline_plugin_entry"
    /// What every Linux has; also the dynamic linker's own name.
    private static let system = [
        "libc.so.", "libm.so.", "libpthread.so.", "libdl.so.", "librt.so.", "libgcc_s.so.",
        "libstdc++.so.", "ld-linux", "libc.musl-",
    ]

    private static func read(_ context: CaseContext) throws(CaseFailure) -> ELFLibrary {
        context.step("reading \(context.job.library)")
        do {
            return try ELFLibrary(try WholeFile.read(context.job.library))
        } catch {
            throw CaseFailure("\(error)")
        }
    }

    private static func library(
        _ context: CaseContext, _ findings: inout Findings
    ) throws(CaseFailure) {
        let library = try read(context)
        guard library.exports.contains(entry) else {
            throw CaseFailure(
                "\(entry) is not exported: declare it COMMLINE_EXPORT and see that neither "
                    + "-fvisibility=hidden nor a version script hides it")
        }
        _ = try context.entryFunction()
    }

    private static func symbols(
        _ context: CaseContext, _ findings: inout Findings
    ) throws(CaseFailure) {
        let library = try read(context)
        let folder =
            context.job.library.lastIndex(of: "/").map {
                String(context.job.library[..<$0])
            } ?? "."
        var handles: [UnsafeMutableRawPointer] = []
        for name in library.needed {
            if system.contains(where: name.hasPrefix) {
                if let handle = dlopen(name, RTLD_LAZY | RTLD_LOCAL) { handles.append(handle) }
            } else if name.hasPrefix("libswift") || name.hasPrefix("lib_Swift")
                || name.hasPrefix("libFoundation") || name.hasPrefix("libBlocksRuntime")
                || name == "libdispatch.so"
            {
                findings.fail(
                    "needs the shared Swift runtime (\(name)): link with -static-stdlib, so that "
                        + "it brings its own")
            } else if library.searchPaths.contains(where: { $0.hasPrefix("$ORIGIN") }),
                access("\(folder)/\(name)", R_OK) == 0
            {
                findings.warn("brings \(name) beside it; linking it statically is safer")
                if let handle = dlopen("\(folder)/\(name)", RTLD_LAZY | RTLD_LOCAL) {
                    handles.append(handle)
                }
            } else {
                findings.fail(
                    "needs \(name), which not every host has: link it statically, or bring it "
                        + "beside the library with the run path $ORIGIN")
            }
        }
        // Without a name of a library the linker still finds what the program itself has brought; a plugin
        // must not rely on that.
        let foreign = library.imports.filter { name in
            !handles.contains { dlsym($0, name) != nil }
        }
        guard findings.failures.isEmpty else { return }
        for name in foreign.prefix(5) {
            findings.fail(
                "the symbol \(name) is in none of the libraries that it names "
                    + "(\(library.needed.joined(separator: ", "))): a plugin needs no symbol of "
                    + "the host, and has to bring what it uses")
        }
        if foreign.count > 5 { findings.fail("… and \(foreign.count - 5) more symbols") }
        findings.note("\(library.imports.count) symbols of \(library.needed.count) libraries")
    }

    private static func exports(
        _ context: CaseContext, _ findings: inout Findings
    ) throws(CaseFailure) {
        // The linker's own marks are no names that anybody may run into.
        let marks: Set<String> = ["_init", "_fini", "_edata", "_end", "__bss_start"]
        let others = try read(context).exports.filter { $0 != entry && !marks.contains($0) }
        guard !others.isEmpty else { return }
        findings.warn(
            "exports \(others.count) more symbols, such as \(others.prefix(3).joined(separator: ", "))"
                + ": hide them with -fvisibility=hidden or a version script, so that two plugins "
                + "never meet in one")
    }
}
