import HTTP
import JSON
import Testing

@testable import API

@Suite struct HostResourceTests {
    @Test func tellsStrangersNoMoreThanTheyNeed() async throws {
        try await TestHost.with { host in
            #expect(try await host.ask(.get, "/healthz").json == ["status": "ok"])
            let ready = try await host.ask(.get, "/readyz")
            #expect(ready.status == 200)
            #expect(ready.json == ["status": "ready"])
            let user = try await host.member("somebody", role: .subscriber)
            #expect(try await host.ask(.get, "/readyz", as: user).json == ["status": "ready"])
        }
    }

    @Test func tellsTheOperatorWhatIsAmiss() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let ready = try await host.ask(.get, "/readyz", as: admin)
            #expect(ready.json["checks"]?["store"] == "ok")
            #expect(ready.text.contains("admin"))
        }
    }

    @Test func isUnreadyWithoutItsStore() async throws {
        try await TestHost.with { host in
            await host.store.close()
            let ready = try await host.ask(.get, "/readyz")
            #expect(ready.status == 503)
            #expect(ready.json["status"] == "unready")
        }
    }

    @Test func writesMetricsThatPrometheusReads() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let metrics = try await host.ask(.get, "/metrics", as: admin)
            #expect(metrics.headers["content-type"]?.hasPrefix("text/plain; version=0.0.4") == true)
            let lines = metrics.text.split(separator: "\n")
            #expect(lines.contains("commline_build_info{version=\"1.2.3\"} 1"))
            #expect(lines.contains("commline_sessions_running 0"))
            var described: Set<Substring> = []
            for line in lines {
                if line.hasPrefix("# TYPE ") {
                    described.insert(line.split(separator: " ")[2])
                    continue
                }
                if line.hasPrefix("#") { continue }
                let name = line.prefix { $0 != "{" && $0 != " " }
                let isDescribed =
                    described.contains(name)
                    || ["_bucket", "_sum", "_count"].contains { suffix in
                        name.hasSuffix(suffix) && described.contains(name.dropLast(suffix.count))
                    }
                #expect(isDescribed, "\(line)")
                #expect(line.split(separator: " ").last.flatMap { Double($0) } != nil, "\(line)")
            }
        }
    }

    @Test func writesHistograms() {
        var writer = MetricsWriter()
        writer.histogram(
            "x_seconds", "X.", bounds: [0.1, 1],
            [(labels: [("plugin", "a\"b")], counts: [2, 3, 1], sum: 4.5)])
        #expect(
            writer.text == """
                # HELP x_seconds X.
                # TYPE x_seconds histogram
                x_seconds_bucket{plugin="a\\"b",le="0.1"} 2
                x_seconds_bucket{plugin="a\\"b",le="1"} 5
                x_seconds_bucket{plugin="a\\"b",le="+Inf"} 6
                x_seconds_sum{plugin="a\\"b"} 4.5
                x_seconds_count{plugin="a\\"b"} 6

                """)
    }

    @Test func listsPluginsAndTypes() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let plugins = try await host.ask(.get, "plugins", as: admin)
            let dlms = try #require(plugins.items.first { $0["id"] == "dlms" })
            // The tests load manifests and no libraries.
            #expect(dlms["state"] == "refused")
            let one = try await host.ask(.get, "plugins/dlms", as: admin)
            #expect(one.json["manifest"]?["id"] == "dlms")
            #expect(try await host.ask(.get, "plugins/none", as: admin).status == 404)
            let types = try await host.ask(.get, "types", as: admin)
            #expect(types.text.contains("CHAN_TYPE_TCP_OP_IP_PORT"))
            #expect(types.text.contains("DT_CE307"))
        }
    }
}
