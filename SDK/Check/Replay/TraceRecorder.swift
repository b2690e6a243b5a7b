import CCommline
import DriverKit
import Glibc
import JSON
import Synchronization
import Wire

/// Writes a session down while it happens, in the form that `replay` reads.
///
/// Each line is in the file before the next thing happens, so that a driver which falls leaves a recording
/// that leads up to its fall. The file is for its owner alone: a recording holds what was sent, passwords
/// included, as it was sent.
package final class TraceRecorder: Sendable {
    private struct State {
        var problem: String?
        var isOpened = false
        var events = 0
    }

    private final class File: Sendable {
        let descriptor: Int32
        let state = Mutex(State())

        init(_ descriptor: Int32) {
            self.descriptor = descriptor
        }

        deinit {
            close(descriptor)
        }

        func write(_ line: JSONValue) {
            var rest = line.bytes()[...] + [UInt8(ascii: "\n")]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes {
                    Glibc.write(descriptor, $0.baseAddress, $0.count)
                }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else {
                    return fail("the recording is cut short: \(String(cString: strerror(errno)))")
                }
                rest = rest.dropFirst(count)
            }
        }

        /// Keeps the first problem.
        func fail(_ problem: String) {
            state.withLock { $0.problem = $0.problem ?? problem }
        }
    }

    private let file: File
    private let border: BorderRecorder

    /// Creates the file; one that is there already is replaced.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - plugin: The plugin's id.
    ///   - version: The plugin's version.
    /// - Throws: A `WholeFile.Failure` where it cannot be written.
    package init(
        path: String, plugin: String, version: String
    ) throws(WholeFile.Failure) {
        // A file of its own: the old one may be open elsewhere, or readable by others.
        let draft = path + ".new"
        unlink(draft)
        let descriptor = Glibc.open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw WholeFile.failure("cannot write", path) }
        let file = File(descriptor)
        guard rename(draft, path) == 0 else {
            let failure = WholeFile.failure("cannot write", path)
            unlink(draft)
            throw failure
        }
        self.file = file
        border = BorderRecorder(
            BorderRecorder.Listener(
                opens: { request, moment in
                    guard let request = try? JSONValue(parsing: request) else {
                        return file.fail("the request is no JSON")
                    }
                    file.state.withLock { $0.isOpened = true }
                    file.write(
                        Recording.header(of: plugin, version, request: request, at: moment))
                },
                crosses: { entry in
                    if case .event = entry { file.state.withLock { $0.events += 1 } }
                    file.write(Recording.json(entry))
                },
                fails: { file.fail($0) }))
    }

    /// Why the recording cannot be played again, or nil.
    package var problem: String? {
        file.state.withLock { state in
            state.problem
                ?? (state.isOpened
                    ? nil : "it is empty: without a connection the driver was not even opened")
        }
    }

    /// How many events were delivered.
    package var events: Int { file.state.withLock { $0.events } }

    /// Opens the driver's session through the recorder.
    package func open(
        _ request: UnsafePointer<commline_request>, _ host: UnsafePointer<commline_link>,
        _ error: UnsafeMutablePointer<commline_error>,
        _ open: (
            UnsafePointer<commline_request>, UnsafePointer<commline_link>,
            UnsafeMutablePointer<commline_error>
        ) -> OpaquePointer?
    ) -> OpaquePointer? {
        border.open(request, host, error, open)
    }

    /// Writes an event down that is about to be delivered.
    package func delivers(_ event: commline_event) {
        border.delivers(event)
    }
}
