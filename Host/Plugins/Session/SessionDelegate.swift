/// Hears what a session does.
///
/// Every function is called on the thread of the session's reactor, in the order in which things happened,
/// and must return at once. All functions of `DeviceSession` may be called from inside.
package protocol SessionDelegate: AnyObject, Sendable {
    /// Asks to store a batch; answer with `DeviceSession.storeConfirmed(upTo:)` once it is on disk.
    func session(_ session: DeviceSession, wrote batch: SessionBatch)

    /// Hands over lines of the task's journal, secrets blanked.
    func session(_ session: DeviceSession, noted notes: [SessionNote])

    /// Hands over lines of the extended journal, secrets blanked.
    func session(_ session: DeviceSession, traced lines: [TraceLine])

    /// Tells how far the session has come.
    func session(_ session: DeviceSession, progressed progress: SessionProgress)

    /// Asks for numbers of a durable counter, at least `count` in one block: `DeviceSession.grant`.
    func session(_ session: DeviceSession, needs count: UInt64, of counter: String)

    /// Tells that a command of a monitor session has ended.
    func session(_ session: DeviceSession, completed command: CommandEnd)

    /// Tells that the session is over and its channel closed; the last call, exactly one.
    func session(_ session: DeviceSession, finished end: SessionEnd)
}
