import CCommline
import Values

/// Stands between a host and a driver and tells what crosses their border, in the form in which a
/// rehearsal keeps it: so a session with a real device can be recorded and played again.
///
/// The driver gets a link of the recorder's own. Each call goes on to the host's link first; what the host
/// accepted is told. One recorder serves one session.
public final class BorderRecorder: @unchecked Sendable {
    // SAFETY: All variables belong to the thread of the session. A faulty plugin may call the link from
    // another one: then the host refuses the call, and nothing but `host` was read, which is set before the
    // plugin knows the link.

    /// Hears what crosses the border.
    public struct Listener: Sendable {
        /// The session is about to be opened with this request, at this moment.
        public var opens: @Sendable (_ request: String, _ moment: Moment) -> Void
        /// An event is about to be delivered, or an action was accepted.
        public var crosses: @Sendable (TraceEntry) -> Void
        /// The host accepted something that no recording can hold.
        public var fails: @Sendable (String) -> Void

        /// Makes a listener.
        ///
        /// - Parameters:
        ///   - opens: The session is about to be opened with this request, at this moment.
        ///   - crosses: An event is about to be delivered, or an action was accepted.
        ///   - fails: The host accepted something that no recording can hold.
        public init(
            opens: @escaping @Sendable (_ request: String, _ moment: Moment) -> Void,
            crosses: @escaping @Sendable (TraceEntry) -> Void,
            fails: @escaping @Sendable (String) -> Void
        ) {
            self.opens = opens
            self.crosses = crosses
            self.fails = fails
        }
    }

    private let listener: Listener
    private let link: UnsafeMutablePointer<commline_link>
    private(set) var host: UnsafePointer<commline_link>?

    /// Makes a recorder.
    ///
    /// - Parameter listener: Hears what crosses the border.
    public init(_ listener: Listener) {
        self.listener = listener
        link = .allocate(capacity: 1)
        link.initialize(to: Self.makeLinkTable())
        link.pointee.host = Unmanaged.passUnretained(self).toOpaque()
    }

    deinit {
        link.deinitialize(count: 1)
        link.deallocate()
    }

    /// Opens the driver's session.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - host: The host's link.
    ///   - error: Where the driver says why it refuses.
    ///   - open: The driver's function.
    /// - Returns: What the driver's function gave.
    public func open(
        _ request: UnsafePointer<commline_request>, _ host: UnsafePointer<commline_link>,
        _ error: UnsafeMutablePointer<commline_error>,
        _ open: (
            UnsafePointer<commline_request>, UnsafePointer<commline_link>,
            UnsafeMutablePointer<commline_error>
        ) -> OpaquePointer?
    ) -> OpaquePointer? {
        self.host = host
        listener.opens(
            request.pointee.json.string ?? "",
            Moment(
                nanoseconds: request.pointee.monotonic_ns,
                wallMilliseconds: request.pointee.wall_ms))
        return open(request, link, error)
    }

    /// Tells of an event that is about to be delivered.
    ///
    /// - Parameter event: The event.
    public func delivers(_ event: commline_event) {
        listener.crosses(.event(TracedEvent(event)))
    }

    /// Passes a call of the driver on to the host.
    func pass(
        _ name: String, _ call: (UnsafePointer<commline_link>) -> commline_status,
        _ entry: () throws(BorderError) -> TraceEntry
    ) -> commline_status {
        guard let host else { return COMMLINE_INVALID }
        let status = call(host)
        if status == COMMLINE_OK { tell(name, entry) }
        return status
    }

    /// Tells of what the host accepted.
    func tell(_ name: String, _ entry: () throws(BorderError) -> TraceEntry) {
        do throws(BorderError) {
            listener.crosses(try entry())
        } catch {
            listener.fails("\(name): the host accepts it, but a recording cannot hold it: \(error)")
        }
    }
}
