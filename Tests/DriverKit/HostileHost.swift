import CCommline
import DriverKit

/// A host whose every answer a test decides, for what no well-behaved host does.
final class HostileHost {
    /// What each call of the link answers.
    var status = COMMLINE_OK
    /// The names of the calls so far.
    var calls: [String] = []
    /// What happens within `send`.
    var onSend: () -> Void = {}
    /// The text of the last refused `open`.
    var refusal = ""

    private(set) var session: OpaquePointer?
    private let link = UnsafeMutablePointer<commline_link>.allocate(capacity: 1)

    init() {
        link.initialize(to: Self.table())
        link.pointee.host = Unmanaged.passUnretained(self).toOpaque()
    }

    deinit {
        link.deallocate()
    }

    static func driver() -> commline_driver? {
        let plugin = Stage.entry?.assumingMemoryBound(to: commline_plugin.self).pointee
        return plugin?.extension?(COMMLINE_EXT_DRIVER)?
            .assumingMemoryBound(to: commline_driver.self).pointee
    }

    /// Opens a session after `change` has spoilt the request, the link's table or the error.
    func open(
        _ json: String,
        _ change: (inout commline_request, inout commline_link, inout commline_error) -> Void = {
            _, _, _ in
        }
    ) {
        guard let driver = Self.driver() else { return }
        var words = [CChar](repeating: 1, count: 256)
        var json = json
        json.withUTF8 { json in
            words.withUnsafeMutableBufferPointer { words in
                var request = commline_request()
                request.size = UInt32(MemoryLayout<commline_request>.size)
                request.json.data = UnsafeRawPointer(json.baseAddress)?
                    .assumingMemoryBound(to: CChar.self)
                request.json.size = UInt32(json.count)
                request.file = -1
                var error = commline_error()
                error.size = UInt32(MemoryLayout<commline_error>.size)
                error.text = words.baseAddress
                error.text_capacity = 256
                change(&request, &link.pointee, &error)
                session = driver.open(&request, link, &error)
            }
        }
        let text = words.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        refusal = session == nil ? String(decoding: text, as: UTF8.self) : ""
    }

    /// Delivers an event after `change` has spoilt it.
    func handle(_ kind: commline_event_kind, _ change: (inout commline_event) -> Void = { _ in }) {
        var event = commline_event()
        event.size = UInt32(MemoryLayout<commline_event>.size)
        event.kind = kind
        change(&event)
        Self.driver()?.handle(session, &event)
    }

    func close() {
        guard let session else { return }
        self.session = nil
        Self.driver()?.close(session)
    }

    private func note(_ name: String) -> commline_status {
        calls.append(name)
        return status
    }

    private static func table() -> commline_link {
        var table = commline_link()
        table.size = UInt32(MemoryLayout<commline_link>.size)
        table.send = { link, _ in
            let host = hostile(link)
            let status = host?.note("send")
            host?.onSend()
            return status ?? COMMLINE_INVALID
        }
        table.redact = { link, _, _ in hostile(link)?.note("redact") ?? COMMLINE_INVALID }
        table.deadline = { link, _ in hostile(link)?.note("deadline") ?? COMMLINE_INVALID }
        table.now = { link, _, _ in hostile(link)?.note("now") ?? COMMLINE_INVALID }
        table.random = { link, _, _ in hostile(link)?.note("random") ?? COMMLINE_INVALID }
        table.emit = { link, _ in hostile(link)?.note("emit") ?? COMMLINE_INVALID }
        table.outcome = { link, _ in hostile(link)?.note("outcome") ?? COMMLINE_INVALID }
        table.note = { link, _, _ in hostile(link)?.note("note") ?? COMMLINE_INVALID }
        table.progress = { link, _, _, _ in hostile(link)?.note("progress") ?? COMMLINE_INVALID }
        table.inventory = { link, _ in hostile(link)?.note("inventory") ?? COMMLINE_INVALID }
        table.remember = { link, _, _ in hostile(link)?.note("remember") ?? COMMLINE_INVALID }
        table.reserve = { link, _, _, _ in hostile(link)?.note("reserve") ?? COMMLINE_INVALID }
        table.line = { link, _ in hostile(link)?.note("line") ?? COMMLINE_INVALID }
        table.reconnect = { link, _ in hostile(link)?.note("reconnect") ?? COMMLINE_INVALID }
        table.complete = { link, _, _, _ in hostile(link)?.note("complete") ?? COMMLINE_INVALID }
        table.finish = { link, _, _, _ in hostile(link)?.note("finish") ?? COMMLINE_INVALID }
        table.yielded = { link, _ in hostile(link)?.note("yielded") ?? COMMLINE_INVALID }
        return table
    }
}

private func hostile(_ link: UnsafePointer<commline_link>?) -> HostileHost? {
    guard let host = link?.pointee.host else { return nil }
    return Unmanaged<HostileHost>.fromOpaque(host).takeUnretainedValue()
}
