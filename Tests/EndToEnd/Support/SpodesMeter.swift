import Glibc
import JSON

/// The independent meter of `Tests/Peers/spodes_meter.py`, running.
final class SpodesMeter {
    let port: UInt16
    /// What the meter holds, in its own words.
    let truth: JSONValue
    private let child: Child

    init(_ arguments: [String] = [], in scratch: Scratch) throws {
        let file = scratch.path + "/truth-\(UInt32.random(in: 0...UInt32.max)).json"
        guard access(Workplace.python, X_OK) == 0 else {
            throw Trouble.ended("no \(Workplace.python): run .ci/prepare test")
        }
        child = try Child(
            Workplace.python,
            [Workplace.root + "/Tests/Peers/spodes_meter.py", "--truth", file] + arguments,
            in: scratch)
        port = try child.boundPort()
        truth = try JSONValue(parsing: try Files.read(file))
    }
}

extension Child {
    /// Waits for the line that names the port, or the first of the ports.
    func boundPort() throws -> UInt16 {
        let line = try line(containing: "127.0.0.1:")
        let digits = line.split(separator: "127.0.0.1:").last?.prefix(while: \.isNumber)
        guard let port = digits.flatMap({ UInt16($0) }) else {
            throw Trouble.answer("no port in \"\(line)\"")
        }
        return port
    }
}
