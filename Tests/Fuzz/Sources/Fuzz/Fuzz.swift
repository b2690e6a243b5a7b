import Glibc

/// Runs one decoder on whatever the fuzzer thinks up: `Fuzz <target> [options of libFuzzer]`.
///
/// A decoder may refuse anything, with an error. What it accepts it must be able to say again: each
/// target encodes what it decoded and decodes that to the same. A trap or a disagreement ends the
/// process, which the fuzzer reports with the input that did it.
@main
enum Fuzz {
    /// The decoder that this process tries; set once, before the first input.
    nonisolated(unsafe) private static var target: ([UInt8]) -> Void = { _ in }

    static func main() {
        let targets: [String: ([UInt8]) -> Void] = [
            "hdlc": HDLCTarget.run, "axdr": AXDRTarget.run, "http": HTTPTarget.run,
            "json": JSONTarget.run, "manifest": ManifestTarget.run, "package": PackageTarget.run,
            "worker": WorkerTarget.run,
        ]
        let arguments = CommandLine.arguments
        guard arguments.count > 1, let chosen = targets[arguments[1]] else {
            print("usage: Fuzz <\(targets.keys.sorted().joined(separator: "|"))> [options]")
            exit(64)
        }
        target = chosen
        var words = ([arguments[0]] + arguments.dropFirst(2)).map { strdup($0) } + [nil]
        var count = Int32(words.count - 1)
        words.withUnsafeMutableBufferPointer { buffer in
            var start = buffer.baseAddress
            exit(
                runDriver(&count, &start) { bytes, size in
                    Fuzz.target(Array(UnsafeBufferPointer(start: bytes, count: size)))
                    return 0
                })
        }
    }

    /// Ends the process when the product disagrees with itself.
    static func insist(_ holds: Bool, _ what: String) {
        guard !holds else { return }
        print("disagreement: \(what)")
        fflush(nil)
        abort()
    }
}

/// The fuzzer's own loop, in its runtime library.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<Int32>,
    _ words: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32
