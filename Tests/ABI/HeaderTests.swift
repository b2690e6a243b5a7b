import Testing

@Suite struct HeaderTests {
    static let compilers = [
        ["gcc", "-std=c99"], ["gcc", "-std=c11"], ["g++", "-x", "c++", "-std=c++17"],
        ["clang", "-std=c99"], ["clang", "-std=c11"], ["clang", "-x", "c++", "-std=c++17"],
    ]

    @Test(arguments: compilers)
    func compilesWithoutAWarning(_ compiler: [String]) throws {
        try Tool.withFolder { folder in
            let source = folder + "/header.c"
            // Twice, because a header is included more than once.
            let text = """
                #include "commline.h"
                #include "commline.h"
                int commline_use(commline_status status);
                int commline_use(commline_status status) { return status == COMMLINE_OK; }

                """
            try Tool.write(text, to: source)
            let flags = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only"]
            let result = try Tool.run(compiler + flags + ["-I", Tool.include, source])
            #expect(result.status == 0, "\(result.output)")
        }
    }

    @Test func compilesWhereThereIsNoCLibrary() throws {
        let flags = ["-std=c11", "-ffreestanding", "-nostdlibinc", "-fsyntax-only", "-x", "c"]
        let result = try Tool.run(["clang"] + flags + [Tool.include + "/commline.h"])
        #expect(result.status == 0, "\(result.output)")
    }

    @Test func includesNothingButThreeStandardHeaders() throws {
        let header = try Tool.text(of: Tool.include + "/commline.h")
        let code = DocumentedFunction.withoutComments(header)
        let includes = code.split(separator: "\n").filter {
            $0.drop { $0 == " " }.hasPrefix("#") && $0.contains("include")
        }
        #expect(
            includes == ["#include <stdbool.h>", "#include <stddef.h>", "#include <stdint.h>"])
    }

    @Test func tagsEachFunctionWithItsThread() throws {
        let header = try Tool.text(of: Tool.include + "/commline.h")
        let functions = try DocumentedFunction.all(in: header)
        let pointers = DocumentedFunction.withoutComments(header).split(separator: "(*").count - 1
        #expect(functions.count == pointers + 1)
        for function in functions {
            #expect(
                function.tags.count == 1,
                "\(function.name) has the tags \(function.tags) in: \(function.comment)")
        }
    }

    @Test func usesNoTypeWithoutAFixedWidth() throws {
        let header = try Tool.text(of: Tool.include + "/commline.h")
        let code = DocumentedFunction.withoutComments(header)
        let words = Set(code.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init))
        for word in ["long", "short", "unsigned", "float", "double", "enum", "union", "size_t"] {
            #expect(!words.contains(word), "\(word)")
        }
        #expect(!code.contains("..."), "variable arguments")
    }
}

/// A function or function pointer of the header with the comment above it.
struct DocumentedFunction {
    let name: String
    let comment: String

    /// The thread tags of the comment.
    var tags: [String] {
        ["session", "worker", "any", "load"].flatMap { tag in
            comment.split(separator: "[\(tag)]", omittingEmptySubsequences: false).dropFirst()
                .map { _ in tag }
        }
    }

    static func all(in header: String) throws(ToolError) -> [DocumentedFunction] {
        var functions: [DocumentedFunction] = []
        var comment = ""
        for piece in pieces(of: header) {
            switch piece {
            case .comment(let text): comment = text
            case .code(let text):
                // A comment belongs to the first declaration behind it.
                for declaration in text.split(separator: ";", omittingEmptySubsequences: false) {
                    if let name = functionName(in: declaration) {
                        functions.append(DocumentedFunction(name: name, comment: comment))
                    }
                    if declaration.contains(where: { !$0.isWhitespace }) { comment = "" }
                }
            }
        }
        return functions
    }

    static func withoutComments(_ header: String) -> String {
        pieces(of: header).map { if case .code(let text) = $0 { text } else { " " } }.joined()
    }

    private enum Piece {
        case comment(String)
        case code(String)
    }

    private static func pieces(of header: String) -> [Piece] {
        var pieces: [Piece] = []
        for part in header.split(separator: "/*", omittingEmptySubsequences: false) {
            let halves = part.split(
                separator: "*/", maxSplits: 1, omittingEmptySubsequences: false)
            if halves.count == 2 { pieces.append(.comment(String(halves[0]))) }
            pieces.append(.code(String(halves[halves.count - 1])))
        }
        return pieces
    }

    private static func functionName(in declaration: Substring) -> String? {
        if let start = declaration.firstRange(of: "(*") {
            return String(declaration[start.upperBound...].prefix { $0 != ")" })
        }
        return declaration.contains("commline_plugin_entry(") ? "commline_plugin_entry" : nil
    }
}
