import Glibc

/// A progress bar on standard error; silent where nobody watches a terminal.
struct ProgressBar {
    private let width = 32
    private let isShown: Bool
    private var last = ""

    /// Makes a bar that is shown only on a terminal, unless told otherwise.
    init(isShown: Bool = isatty(2) == 1) {
        self.isShown = isShown
    }

    /// Shows how far the work has come.
    ///
    /// - Parameters:
    ///   - fraction: 0…1.
    ///   - label: What is being done.
    mutating func show(_ fraction: Double, _ label: String) {
        guard isShown else { return }
        let part = Swift.min(Swift.max(fraction, 0), 1)
        let full = Int(part * Double(width))
        let bar =
            String(repeating: "█", count: full) + String(repeating: "░", count: width - full)
        let text = "\r\(bar) \(Int(part * 100))% \(label)\u{1B}[K"
        guard text != last else { return }
        last = text
        Terminal.writeError(text)
    }

    /// Removes the bar.
    mutating func clear() {
        guard isShown, !last.isEmpty else { return }
        Terminal.writeError("\r\u{1B}[K")
        last = ""
    }
}

/// Text to the terminal, whole even where a pipe takes it in pieces.
enum Terminal {
    /// Writes to standard output.
    static func write(_ text: String) { write(text, to: 1) }

    /// Writes to standard error.
    static func writeError(_ text: String) { write(text, to: 2) }

    private static func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Glibc.write(
                    descriptor,
                    UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: rest)).baseAddress,
                    rest.count)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }
    }
}
