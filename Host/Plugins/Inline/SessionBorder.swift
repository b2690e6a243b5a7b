import CCommline

/// Stands between the host and one driver in this process, and sees everything that crosses: for recordings.
///
/// Used on the thread of the session. Where there is none, which is everywhere but in
/// `commline plugin try --record`, the plugin's functions are called directly.
package protocol SessionBorder: AnyObject, Sendable {
    /// Opens the driver's session with `open`; it may give the driver another link in the place of the host's.
    func open(
        _ request: UnsafePointer<commline_request>, _ host: UnsafePointer<commline_link>,
        _ error: UnsafeMutablePointer<commline_error>,
        _ open: (
            UnsafePointer<commline_request>, UnsafePointer<commline_link>,
            UnsafeMutablePointer<commline_error>
        ) -> OpaquePointer?
    ) -> OpaquePointer?

    /// An event is about to be delivered.
    func delivers(_ event: commline_event)
}

extension SessionFunctions {
    /// Opens a session, through the border where there is one.
    func opened(
        _ request: UnsafePointer<commline_request>, _ link: UnsafePointer<commline_link>,
        _ error: UnsafeMutablePointer<commline_error>
    ) -> OpaquePointer? {
        guard let border else { return open(request, link, error) }
        return border.open(request, link, error) { open($0, $1, $2) }
    }
}
