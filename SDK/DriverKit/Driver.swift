/// Speaks one protocol to one family of devices.
///
/// A driver is straight-line code over a ``Link``; it opens no socket, starts no task and keeps nothing
/// between two sessions but what it gives the host to ``Link/remember(_:_:)``.
///
/// ```swift
/// struct PulseCounter: Driver {
///     func run(_ request: Request, on link: Link) async throws(DriverFailure) {
///         do {
///             let timeout = try request.settings.duration("TIMEOUT", default: .seconds(5))
///             try await link.waitForConnection()
///             let reply = try await link.exchange(Array("READ\r\n".utf8), timeout: timeout)
///             …
///         } catch {
///             throw DriverFailure(error)
///         }
///     }
/// }
/// ```
///
/// The body begins when the session is opened, before there is a connection: settings that cannot work
/// are found without dialling anybody. It is resumed by the host's events and runs on no thread of its
/// own; whatever it awaits other than its link (`Task.sleep`, a detached task) ends the session.
public protocol Driver: Sendable {
    /// Makes the driver of one session.
    init()

    /// Serves one session from its beginning to its end.
    ///
    /// Returning ends the session well: items without an outcome count as done. Throwing ends it with
    /// the failure's code, which items without an outcome share.
    ///
    /// - Parameters:
    ///   - request: What is asked for.
    ///   - link: The way to the device and to the host.
    /// - Throws: Why the session ended early.
    func run(_ request: Request, on link: Link) async throws(DriverFailure)
}
