// A driver in Swift that reads behind the end of an array, as a parser does that trusts its meter.
//
// An ordinary driver of the line protocol of plugin.h, by hand over the C tables: a device whose serial number
// begins with BAD meets the defect.

import CCommline

private final class Session {
    let link: UnsafePointer<commline_link>
    let isBad: Bool
    var line: [UInt8] = []

    init(_ link: UnsafePointer<commline_link>, isBad: Bool) {
        self.link = link
        self.isBad = isBad
    }

    func send(_ text: StaticString) {
        var send = commline_send()
        send.size = UInt32(MemoryLayout<commline_send>.size)
        send.bytes = commline_bytes(
            data: text.utf8Start, size: UInt32(text.utf8CodeUnitCount), reserved: 0)
        _ = link.pointee.send(link, &send)
    }

    func received(_ bytes: UnsafeBufferPointer<UInt8>) {
        line += bytes
        guard line.last == UInt8(ascii: "\n") else { return }
        var hundredths: Int64 = 0
        // The field behind the last one, which only the meter's word says is there.
        for place in 0..<(isBad ? line.count + 40 : line.count) {
            let digit = Int64(line[place]) - 48
            if (0...9).contains(digit) { hundredths = hundredths &* 10 &+ digit }
        }
        report(hundredths)
        _ = link.pointee.finish(link, COMMLINE_CODE_OK, 0, nil)
    }

    private func report(_ value: Int64) {
        let (archive, quantity): (StaticString, StaticString) = ("CURRENT", "A+")
        func text(_ literal: StaticString) -> commline_text {
            commline_text(
                data: UnsafeRawPointer(literal.utf8Start).assumingMemoryBound(to: CChar.self),
                size: UInt32(literal.utf8CodeUnitCount), reserved: 0)
        }
        var record = commline_record()
        record.size = UInt32(MemoryLayout<commline_record>.size)
        record.kind = COMMLINE_RECORD_MEASUREMENT
        record.value_kind = COMMLINE_VALUE_DECIMAL
        record.archive = text(archive)
        record.quantity = text(quantity)
        record.mantissa = value
        record.exponent = -2
        record.item = COMMLINE_NO_ITEM
        record.status = 1
        _ = link.pointee.emit(link, &record)
    }
}

private func table<Table>(_ value: Table) -> UnsafeMutablePointer<Table> {
    let pointer = UnsafeMutablePointer<Table>.allocate(capacity: 1)
    pointer.initialize(to: value)
    return pointer
}

nonisolated(unsafe) private let driver: UnsafeMutablePointer<commline_driver> = {
    var driver = commline_driver()
    driver.size = UInt32(MemoryLayout<commline_driver>.size)
    driver.open = { request, link, _ in
        guard let request, let link, let text = request.pointee.json.data else { return nil }
        let isBad = String(cString: text).contains("\"serialNumber\":\"BAD")
        return OpaquePointer(Unmanaged.passRetained(Session(link, isBad: isBad)).toOpaque())
    }
    driver.handle = { session, event in
        guard let session, let event else { return }
        let own = Unmanaged<Session>.fromOpaque(UnsafeRawPointer(session)).takeUnretainedValue()
        switch event.pointee.kind {
        case COMMLINE_EVENT_CONNECTED: own.send("READ\n")
        case COMMLINE_EVENT_RECEIVED:
            own.received(
                UnsafeBufferPointer(
                    start: event.pointee.bytes.data, count: Int(event.pointee.bytes.size)))
        case COMMLINE_EVENT_CANCEL, COMMLINE_EVENT_CLOSING, COMMLINE_EVENT_DISCONNECTED:
            _ = own.link.pointee.finish(own.link, COMMLINE_CODE_CANCELLED, 0, nil)
        default: break
        }
    }
    driver.close = { session in
        guard let session else { return }
        Unmanaged<Session>.fromOpaque(UnsafeRawPointer(session)).release()
    }
    return table(driver)
}()

nonisolated(unsafe) private let plugin: UnsafeMutablePointer<commline_plugin> = {
    func text(_ literal: StaticString) -> UnsafePointer<CChar> {
        UnsafeRawPointer(literal.utf8Start).assumingMemoryBound(to: CChar.self)
    }
    var plugin = commline_plugin()
    plugin.size = UInt32(MemoryLayout<commline_plugin>.size)
    plugin.abi_major = UInt32(COMMLINE_ABI_MAJOR)
    plugin.abi_minor = UInt32(COMMLINE_ABI_MINOR)
    plugin.id = text("index-abuse")
    plugin.version = text("1.0.0")
    plugin.vendor = text("Tests")
    plugin.activate = { _ in COMMLINE_OK }
    plugin.deactivate = {}
    plugin.extension = { id in
        guard let id, String(cString: id) == COMMLINE_EXT_DRIVER else { return nil }
        return UnsafeRawPointer(driver)
    }
    return table(plugin)
}()

/// The one exported symbol.
@c(commline_plugin_entry) public func entry() -> UnsafePointer<commline_plugin>? {
    UnsafePointer(plugin)
}
