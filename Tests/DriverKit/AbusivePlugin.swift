import CCommline

/// The raw tables of ``AbusiveDriver``; each test may spoil them in its own copy.
enum AbusivePlugin {
    /// Makes new tables, which live as long as the process.
    static func entry(
        _ spoil: (inout commline_plugin) -> Void = { _ in }
    ) -> UnsafeRawPointer {
        let plugin = UnsafeMutablePointer<commline_plugin>.allocate(capacity: 1)
        let id: StaticString = "abusive"
        let text = UnsafeRawPointer(id.utf8Start).assumingMemoryBound(to: CChar.self)
        plugin.initialize(
            to: commline_plugin(
                size: UInt32(MemoryLayout<commline_plugin>.size), abi_major: 1, abi_minor: 0,
                reserved: 0, id: text, version: text, vendor: text,
                activate: { _ in COMMLINE_OK }, deactivate: {},
                extension: { id in
                    guard let id, String(cString: id) == COMMLINE_EXT_DRIVER else { return nil }
                    return UnsafeRawPointer(AbusivePlugin.driver(.whole))
                }))
        spoil(&plugin.pointee)
        return UnsafeRawPointer(plugin)
    }

    enum Spoilt { case whole, short, hollow }

    static func driver(_ spoilt: Spoilt) -> UnsafePointer<commline_driver> {
        let driver = UnsafeMutablePointer<commline_driver>.allocate(capacity: 1)
        driver.initialize(
            to: commline_driver(
                size: UInt32(MemoryLayout<commline_driver>.size), reserved: 0,
                open: { request, link, _ in AbusivePlugin.open(request, link) },
                handle: { session, event in
                    guard let state = AbusivePlugin.state(session),
                        event?.pointee.kind == COMMLINE_EVENT_CONNECTED,
                        !state.pointee.abuse.isDoneInOpen, !state.pointee.abuse.isDoneInClose
                    else { return }
                    state.pointee.abuse.act(state.pointee.link)
                },
                close: { session in
                    guard let state = AbusivePlugin.state(session) else { return }
                    if state.pointee.abuse.isDoneInClose {
                        state.pointee.abuse.act(state.pointee.link)
                    }
                    state.deinitialize(count: 1)
                    state.deallocate()
                }))
        if spoilt == .short { driver.pointee.size -= 1 }
        if spoilt == .hollow { driver.pointee.handle = nil }
        return UnsafePointer(driver)
    }

    private static func state(
        _ session: OpaquePointer?
    ) -> UnsafeMutablePointer<AbusiveDriver.State>? {
        session.map { UnsafeMutablePointer($0) }
    }

    /// The request names the abuse by its place: `{"abuse":7,…`.
    private static func open(
        _ request: UnsafePointer<commline_request>?, _ link: UnsafePointer<commline_link>?
    ) -> OpaquePointer? {
        guard let request, let link, let data = request.pointee.json.data else { return nil }
        let bytes = UnsafeRawBufferPointer(start: data, count: Int(request.pointee.json.size))
        let digits = bytes.drop { $0 != UInt8(ascii: ":") }.dropFirst()
            .prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard let index = Int(String(decoding: digits, as: UTF8.self)),
            AbusiveDriver.all.indices.contains(index)
        else { return nil }
        let abuse = AbusiveDriver.all[index]
        if abuse.isDoneInOpen { abuse.act(link) }
        let state = UnsafeMutablePointer<AbusiveDriver.State>.allocate(capacity: 1)
        state.initialize(to: AbusiveDriver.State(link: link, abuse: abuse))
        return OpaquePointer(state)
    }
}
