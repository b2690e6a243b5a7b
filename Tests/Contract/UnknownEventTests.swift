import CCommline
import Glibc
import Testing

@testable import Plugins

/// Hosts of a later 1.x may have events that a driver of 1.0 does not know: it ignores them.
@Suite("An event that nobody knows yet", .timeLimit(.minutes(5)))
struct UnknownEventTests {
    @Test(
        "is ignored by a good driver, and told from one that is not",
        arguments: [
            ("unknown_event_right", 0), ("unknown_event_abuse", 3), ("send_right", 0),
        ])
    func unknown(name: String, calls: Int) throws {
        typealias Entry = @convention(c) () -> UnsafePointer<commline_plugin>?
        let library = try #require(dlopen(try Foundry.library(name), RTLD_NOW | RTLD_LOCAL))
        let symbol = try #require(dlsym(library, "commline_plugin_entry"))
        let table = try #require(unsafeBitCast(symbol, to: Entry.self)())
        let found = try #require(table.pointee.extension?(COMMLINE_EXT_DRIVER))
        let driver = found.load(as: commline_driver.self)
        var heard: Int32 = 0
        let session = try withUnsafeMutablePointer(to: &heard) { counter in
            // A link that only counts who ends its session.
            var link = commline_link()
            link.size = UInt32(MemoryLayout<commline_link>.size)
            link.host = UnsafeMutableRawPointer(counter)
            link.finish = { link, _, _, _ in
                link?.pointee.host?.assumingMemoryBound(to: Int32.self).pointee += 1
                return COMMLINE_OK
            }
            link.note = { _, _, _ in COMMLINE_OK }
            return try withUnsafePointer(to: link) { link in
                let session = EventLending.text("{}") { json in
                    var request = commline_request()
                    request.size = UInt32(MemoryLayout<commline_request>.size)
                    request.json = json
                    var error = commline_error()
                    return driver.open?(&request, link, &error)
                }
                let opened = try #require(session ?? nil)
                for kind: commline_event_kind in [11, 1000, .max] {
                    var event = commline_event()
                    event.size = UInt32(MemoryLayout<commline_event>.size)
                    event.kind = kind
                    driver.handle?(opened, &event)
                }
                driver.close?(opened)
                return opened
            }
        }
        #expect(heard == Int32(calls), "\(session)")
    }
}
