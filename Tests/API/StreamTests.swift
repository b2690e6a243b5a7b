import JSON
import Synchronization
import Testing

@testable import API
@testable import Access
@testable import HTTP

@Suite struct StreamTests {
    /// Collects what a stream sends until it has sent enough, and then goes away.
    private func listen(
        _ host: TestHost, as token: String, headers: HeaderFields = [:], until count: Int,
        _ act: @escaping @Sendable () async throws -> Void
    ) async throws -> String {
        var headers = headers
        headers.set("Authorization", "Bearer \(token)")
        let response = await host.api.service.respond(
            to: HTTPRequest(.get, "/api/v1/stream", headers: headers))
        #expect(response.status == .ok)
        guard case .events(let produce) = response.body else {
            Testing.Issue.record("the answer is no stream")
            return ""
        }
        let heard = Mutex("")
        let writer = EventWriter(
            BodyWriter { bytes async throws(BodyWriter.Failure) in
                let events = heard.withLock { text in
                    text += String(decoding: bytes, as: UTF8.self)
                    return text.split(separator: "\n").filter { $0.hasPrefix("event:") }.count
                }
                if events >= count { throw .disconnected }
            })
        let listener = Task {
            do throws(BodyWriter.Failure) {
                try await produce(writer)
            } catch {
                // The listener has gone: that is how every one of these streams ends.
            }
        }
        try await act()
        await listener.value
        return heard.withLock { $0 }
    }

    @Test func tellsOfChangesAsTheyCome() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let text = try await listen(host, as: admin, until: 2) {
                let id = try await host.device(by: admin)
                _ = try await host.ask(.patch, "devices/\(id)", as: admin, ["reserve": "a"])
            }
            #expect(text.contains("event: device.created\n"))
            #expect(text.contains("event: device.updated\n"))
            #expect(text.contains("\"entity\":\"device\""))
        }
    }

    @Test func goesOnWhereItBroke() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let first = try await listen(host, as: admin, until: 1) {
                _ = try await host.device("1", by: admin)
            }
            let id = first.split(separator: "\n").first { $0.hasPrefix("id: ") }?.dropFirst(4)
            _ = try await host.device("2", by: admin)
            let second = try await listen(
                host, as: admin, headers: ["Last-Event-ID": String(id ?? "")], until: 1
            ) {}
            #expect(second.contains("event: device.created"))
            #expect(!second.contains("event: reset"))
        }
    }

    @Test func saysWhenSomethingIsGone() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let text = try await listen(
                host, as: admin, headers: ["Last-Event-ID": "99999999"], until: 1
            ) {}
            #expect(text.contains("event: reset"))
        }
    }

    @Test func tellsListenersOnlyWhatTheyMayRead() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let user = try await host.member("somebody", role: .user)
            let text = try await listen(host, as: user, until: 1) {
                _ = try await host.ask(.post, "groups", as: admin, ["name": "hidden"])
                _ = try await host.device(by: admin)
            }
            #expect(!text.contains("group.created"))
            #expect(text.contains("device.created"))
        }
    }
}
