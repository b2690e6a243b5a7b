import CCommline
import Glibc
import JSON
import Synchronization
import Testing

@testable import DriverKit

@Suite struct BorderTests {
    private static let echo: Stage.DriverBody = { _, link async throws(DriverFailure) in
        do {
            try await link.waitForConnection()
            while true { try link.send(try await link.receive()) }
        } catch {
            throw DriverFailure(error)
        }
    }

    private static func request(_ body: @escaping Stage.DriverBody = echo) -> String {
        Stage.request(Stage.keep(body)).text()
    }

    // MARK: - The tables

    @Test func namesThePluginAndItsTables() throws {
        let plugin = try #require(Stage.entry).assumingMemoryBound(to: commline_plugin.self).pointee
        #expect(plugin.size == UInt32(MemoryLayout<commline_plugin>.size))
        #expect(plugin.abi_major == 1 && plugin.abi_minor == 0)
        #expect(plugin.id.map { String(cString: $0) } == "stage")
        #expect(plugin.version.map { String(cString: $0) } == "1.2.3")
        #expect(plugin.vendor.map { String(cString: $0) } == "Tests")
        #expect(plugin.extension(nil) == nil)
        #expect(plugin.extension("commline.driver/2") == nil)
        #expect(plugin.extension(COMMLINE_EXT_SOURCE) == nil)
        #expect(plugin.extension(COMMLINE_EXT_DRIVER) != nil)
        #expect(plugin.extension(COMMLINE_EXT_DRIVER) == plugin.extension(COMMLINE_EXT_DRIVER))
        #expect(plugin.extension(COMMLINE_EXT_SIMULATOR) != nil)
        plugin.deactivate()
    }

    @Test func activatesOnceAndOnlyForAWholeHost() throws {
        // Tables that cannot be had are refused each time; a plugin without them has none.
        let log = HostLog()
        #expect(throws: BorderError.self) { try log.attach(nil) }
        var host = commline_host()
        #expect(throws: BorderError.self) { try log.attach(&host) }
        host.size = UInt32(MemoryLayout<commline_host>.size)
        #expect(throws: BorderError.self) { try log.attach(&host) }
        host.abi_major = 1
        #expect(throws: BorderError.self) { try log.attach(&host) }
        _ = try Stage.plugin()
        let plugin = try #require(Stage.entry).assumingMemoryBound(to: commline_plugin.self).pointee
        #expect(plugin.activate(nil) == COMMLINE_INVALID)
    }

    @Test func refusesAPluginThatCannotBePrepared() throws {
        let definition = PluginDefinition(
            id: "x", version: "1", vendor: "v", driver: nil, simulator: nil,
            prepare: { () throws(PreparationError) in throw PreparationError("install libx") })
        var host = commline_host()
        host.size = UInt32(MemoryLayout<commline_host>.size)
        host.abi_major = 1
        host.log = { _, _, _ in }
        #expect(definition.activate(&host) == COMMLINE_UNSUPPORTED)
        #expect(definition.activate(&host) == COMMLINE_INVALID)
    }

    // MARK: - Opening

    @Test func refusesASpoiltRequest() {
        let host = HostileHost()
        host.open(Self.request()) { request, _, _ in request.size = 55 }
        #expect(host.session == nil)
        #expect(host.refusal == "request: the struct has 55 bytes, ABI 1.0 needs 56")
        host.open(Self.request()) { request, _, _ in request.json.data = nil }
        #expect(host.refusal == "request: the JSON is missing")
        host.open(Self.request()) { request, _, _ in request.json.size = 5 }
        #expect(host.refusal.hasPrefix("request: "))
        host.open("{\"device\":{\"type\":\"\u{ff}\"}") { request, _, _ in request.json.size -= 1 }
        #expect(host.session == nil)
        #expect(HostileHost.driver()?.open(nil, nil, nil) == nil)
        #expect(host.calls.isEmpty)
    }

    @Test func refusesALinkWithHoles() {
        let host = HostileHost()
        host.open(Self.request()) { _, link, _ in link.size = 144 }
        #expect(host.refusal == "the host's link table has 144 bytes, ABI 1.0 needs 152")
        let holes: [(inout commline_link) -> Void] = [
            { $0.send = nil }, { $0.redact = nil }, { $0.deadline = nil }, { $0.now = nil },
            { $0.random = nil }, { $0.emit = nil }, { $0.outcome = nil }, { $0.note = nil },
            { $0.progress = nil }, { $0.inventory = nil }, { $0.remember = nil },
            { $0.reserve = nil }, { $0.line = nil }, { $0.reconnect = nil },
            { $0.complete = nil }, { $0.finish = nil }, { $0.yielded = nil },
        ]
        for hole in holes {
            let host = HostileHost()
            host.open(Self.request()) { _, link, _ in hole(&link) }
            #expect(host.refusal == "the host's link table has an empty entry")
        }
    }

    @Test(arguments: [0, 1, 2, 20, 27, 28, 29, 30, 256])
    func writesNoMoreOfAnErrorThanFits(_ capacity: UInt32) {
        let host = HostileHost()
        // "request, /device/type: \"é\"…" has a letter of two bytes that must not be halved.
        host.open("{\"device\":{\"type\":\"X\"},\"mode\":\"ééé\"}") { _, _, error in
            error.text_capacity = capacity
        }
        let whole = "request, /mode: \"ééé\" is none of task, monitor"
        let bytes = Array(host.refusal.utf8)
        if capacity == 0 {
            #expect(bytes.first == 1)
        } else {
            #expect(bytes.count < Int(capacity))
            #expect(whole.hasPrefix(host.refusal))
        }
    }

    @Test func survivesAnErrorWithoutATextOrOfTheWrongSize() {
        let host = HostileHost()
        host.open("{}") { _, _, error in error.text = nil }
        host.open("{}") { _, _, error in error.size = 4 }
        #expect(host.session == nil)
    }

    // MARK: - Events

    @Test func ignoresEventsThatAreNone() throws {
        let driver = try #require(HostileHost.driver())
        var event = commline_event()
        driver.handle(nil, &event)
        driver.close(nil)
        let host = HostileHost()
        host.open(Self.request())
        driver.handle(host.session, nil)
        for size in [0, 4, 8, 64, 103] as [UInt32] {
            host.handle(COMMLINE_EVENT_CONNECTED) { $0.size = size }
        }
        for kind in [0, 11, 12, 1000, .max] as [commline_event_kind] { host.handle(kind) }
        host.handle(COMMLINE_EVENT_RECEIVED) { $0.bytes.size = 5 }
        host.handle(COMMLINE_EVENT_CONNECTED) {
            $0.bytes.size = 9
            $0.peer.size = 9
            $0.flags = .max
        }
        host.handle(COMMLINE_EVENT_RECEIVED) { $0.bytes.size = .max }
        host.handle(COMMLINE_EVENT_COMMAND) { $0.text.size = 7 }
        #expect(host.calls.isEmpty)
        host.handle(COMMLINE_EVENT_COMMAND) {
            $0.request_id = 1
            $0.text.size = 7
        }
        host.handle(COMMLINE_EVENT_DEADLINE)
        host.handle(COMMLINE_EVENT_WRITABLE)
        host.handle(COMMLINE_EVENT_CREDIT)
        host.handle(COMMLINE_EVENT_YIELD) { $0.monotonic_ns = .max }
        #expect(host.calls == ["complete"])
        host.handle(COMMLINE_EVENT_CLOSING) {
            $0.grace_ms = .max
            $0.monotonic_ns = .max
        }
        #expect(host.calls.last == "finish")
        host.handle(COMMLINE_EVENT_CONNECTED)
        host.handle(COMMLINE_EVENT_RECEIVED)
        host.close()
        #expect(host.calls.count { $0 == "finish" } == 1)
    }

    @Test func acceptsAStructThatHasGrown() {
        let host = HostileHost()
        host.open(Self.request()) { request, link, error in
            request.size += 64
            link.size += 64
            error.size += 64
        }
        host.handle(COMMLINE_EVENT_CONNECTED) { $0.size += 64 }
        [7].withUnsafeBufferPointer { bytes in
            host.handle(COMMLINE_EVENT_RECEIVED) {
                $0.bytes = commline_bytes(data: bytes.baseAddress, size: 1, reserved: 0)
            }
        }
        #expect(host.calls == ["send"])
        host.close()
    }

    @Test(arguments: [COMMLINE_INVALID, COMMLINE_TOO_MUCH, COMMLINE_UNSUPPORTED, 77, .min])
    func turnsEachRefusalIntoAnError(_ status: commline_status) {
        let host = HostileHost()
        let codes = Mutex<[LinkError]>([])
        host.open(
            Self.request { (_, link) async throws(DriverFailure) in
                do throws(LinkError) {
                    try await link.waitForConnection()
                    try link.send([1])
                } catch {
                    codes.withLock { $0.append(error) }
                    throw DriverFailure(error)
                }
            })
        host.status = status
        host.handle(COMMLINE_EVENT_CONNECTED)
        let refusal: LinkError.Refusal =
            switch status {
            case COMMLINE_INVALID: .invalid
            case COMMLINE_TOO_MUCH: .tooMuch
            case COMMLINE_UNSUPPORTED: .unsupported
            default: .unknown(status)
            }
        #expect(codes.withLock { $0 } == [.refused(action: "send", refusal)])
        // A finish that is refused is tried once more without its message, and no third time.
        #expect(host.calls == ["send", "finish", "finish"])
        host.close()
    }

    // MARK: - Two at once

    @Test func ignoresAnEventWithinAnAction() throws {
        // Activated first: a plugin has no log before.
        let plugin = try Stage.plugin()
        let host = HostileHost()
        host.open(Self.request())
        host.handle(COMMLINE_EVENT_CONNECTED)
        host.onSend = { host.handle(COMMLINE_EVENT_CANCEL) }
        [7].withUnsafeBufferPointer { bytes in
            host.handle(COMMLINE_EVENT_RECEIVED) {
                $0.bytes = commline_bytes(data: bytes.baseAddress, size: 1, reserved: 0)
            }
        }
        #expect(host.calls == ["send"])
        host.close()
        #expect(host.calls == ["send"])
        #expect(plugin.log.contains { $0.contains("while another was handled") })
    }

    @Test func unwindsWhenItIsClosedWithinAnAction() {
        let host = HostileHost()
        host.open(Self.request())
        host.handle(COMMLINE_EVENT_CONNECTED)
        host.onSend = { host.close() }
        [7].withUnsafeBufferPointer { bytes in
            host.handle(COMMLINE_EVENT_RECEIVED) {
                $0.bytes = commline_bytes(data: bytes.baseAddress, size: 1, reserved: 0)
            }
        }
        #expect(host.calls == ["send"])
    }

    @Test func ignoresAnEventOnAnotherThreadMeanwhile() {
        let host = HostileHost()
        host.open(Self.request())
        host.handle(COMMLINE_EVENT_CONNECTED)
        host.onSend = {
            var thread = pthread_t()
            let argument = Unmanaged.passUnretained(host).toOpaque()
            let failure = pthread_create(
                &thread, nil,
                { argument in
                    guard let argument else { return nil }
                    Unmanaged<HostileHost>.fromOpaque(argument).takeUnretainedValue()
                        .handle(COMMLINE_EVENT_CANCEL)
                    return nil
                }, argument)
            if failure == 0 { pthread_join(thread, nil) }
        }
        [7].withUnsafeBufferPointer { bytes in
            host.handle(COMMLINE_EVENT_RECEIVED) {
                $0.bytes = commline_bytes(data: bytes.baseAddress, size: 1, reserved: 0)
            }
        }
        #expect(host.calls == ["send"])
        host.close()
    }
}
