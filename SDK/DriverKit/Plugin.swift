import CCommline
import Synchronization

/// One plugin: what stands behind the one exported symbol of its library.
///
/// The whole entry file of a plugin:
///
/// ```swift
/// import DriverKit
///
/// private let plugin = Plugin(
///     id: "pulse", version: "1.0.0", vendor: "Example", driver: PulseCounter.self)
///
/// @c(commline_plugin_entry)
/// public func entry() -> UnsafeRawPointer? { plugin.entry }
/// ```
///
/// The tables are made once and live as long as the process.
public struct Plugin: Sendable {
    let definition: PluginDefinition
    private let slot: Int?

    /// Makes a plugin.
    ///
    /// A library needs one. A process that links several (a test) may have ``PluginSlots/count``.
    ///
    /// - Parameters:
    ///   - id: As in the manifest: lower-case letters, digits, `-` and `.`.
    ///   - version: As in the manifest: a semantic version.
    ///   - vendor: Who makes it.
    ///   - driver: The type of its driver, or nil.
    ///   - simulator: The type of its simulated devices, or nil.
    ///   - prepare: Runs once while the library is being loaded: the moment to load system libraries,
    ///     because a worker process may not afterwards. Throwing refuses the plugin.
    public init(
        id: StaticString, version: StaticString, vendor: StaticString,
        driver: (any Driver.Type)? = nil, simulator: (any Simulator.Type)? = nil,
        prepare: @escaping @Sendable () throws(PreparationError) -> Void = {}
    ) {
        definition = PluginDefinition(
            id: id, version: version, vendor: vendor, driver: driver, simulator: simulator,
            prepare: prepare)
        slot = PluginSlots.claim(definition)
    }

    /// What `commline_plugin_entry` returns: the plugin's static `commline_plugin`, or nil where the
    /// process has used up its slots.
    public var entry: UnsafeRawPointer? {
        slot.flatMap(PluginSlots.table).map { UnsafeRawPointer($0) }
    }
}

/// Why a plugin cannot be used in this process, in words for the host's log.
public struct PreparationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The reason.
    public let description: String

    /// Makes an error.
    ///
    /// - Parameter description: The reason, and what would help.
    public init(_ description: String) {
        self.description = description
    }
}

/// What a plugin is made of, and the host that it was activated by.
final class PluginDefinition: Sendable {
    let id: StaticString
    let version: StaticString
    let vendor: StaticString
    let driver: (any Driver.Type)?
    let simulator: (any Simulator.Type)?
    let log = HostLog()
    private let prepare: @Sendable () throws(PreparationError) -> Void
    private let wasActivated = Mutex(false)

    init(
        id: StaticString, version: StaticString, vendor: StaticString,
        driver: (any Driver.Type)?, simulator: (any Simulator.Type)?,
        prepare: @escaping @Sendable () throws(PreparationError) -> Void
    ) {
        self.prepare = prepare
        self.id = id
        self.version = version
        self.vendor = vendor
        self.driver = driver
        self.simulator = simulator
    }

    /// Takes the host, once in a process.
    func activate(_ host: UnsafePointer<commline_host>?) -> commline_status {
        let isFirst = wasActivated.withLock { wasActivated in
            defer { wasActivated = true }
            return !wasActivated
        }
        guard isFirst else {
            log.write(.error, "the host activated \(id) twice")
            return COMMLINE_INVALID
        }
        do throws(BorderError) {
            try log.attach(host)
        } catch {
            // Without the host's log there is nobody to tell why.
            return COMMLINE_INVALID
        }
        do throws(PreparationError) {
            try prepare()
            return COMMLINE_OK
        } catch {
            log.write(.error, "\(id) cannot be used: \(error)")
            return COMMLINE_UNSUPPORTED
        }
    }

    /// Opens a session with a device.
    func openDriver(
        _ request: UnsafePointer<commline_request>?, _ link: UnsafePointer<commline_link>?,
        _ error: UnsafeMutablePointer<commline_error>?
    ) -> OpaquePointer? {
        open(.driver, link, error) { () throws(RequestError) in
            let request = try Request(request)
            guard let type = driver else { throw RequestError("", "the plugin has no driver") }
            let session: Session.Body = { link in
                do throws(DriverFailure) {
                    try await type.init().run(request, on: link)
                    return nil
                } catch {
                    return error
                }
            }
            return (request.moment, session)
        }
    }

    /// Makes a simulated device.
    func openSimulator(
        _ request: UnsafePointer<commline_request>?, _ link: UnsafePointer<commline_link>?,
        _ error: UnsafeMutablePointer<commline_error>?
    ) -> OpaquePointer? {
        open(.simulator, link, error) { () throws(RequestError) in
            let device = try SimulatedDevice(request)
            guard let type = simulator else {
                throw RequestError("", "the plugin has no simulator")
            }
            let session: Session.Body = { link in
                do throws(DriverFailure) {
                    try await type.init().run(device, on: link)
                    return nil
                } catch {
                    return error
                }
            }
            return (device.moment, session)
        }
    }

    private func open(
        _ role: Session.Role, _ link: UnsafePointer<commline_link>?,
        _ error: UnsafeMutablePointer<commline_error>?,
        _ prepare: () throws(RequestError) -> (Moment, Session.Body)
    ) -> OpaquePointer? {
        let host: HostLink
        do throws(BorderError) {
            host = try HostLink(link)
        } catch let reason {
            return refuse(error, .internalError, reason.description)
        }
        do throws(RequestError) {
            let (moment, body) = try prepare()
            let session = Session(host: host, role: role, now: moment, log: log)
            session.start(body)
            return OpaquePointer(Unmanaged.passRetained(session).toOpaque())
        } catch let reason {
            return refuse(error, .configuration, reason.description)
        }
    }
}
