import Access
import HTTP
import JSON
import Store

/// Whether the host lives, whether it is ready, and what it counts.
enum HostResource {
    static let endpoints: [Endpoint] = [
        .root("/healthz", .open, healthForm, health),
        .root("/readyz", .open, readyForm, ready),
        .root("/metrics", .permission(.readMetrics), metricsForm, metrics),
    ]

    private static let healthShape = ObjectShape(
        "Health", [.output("status", .choice(["ok"]), Phrase("Состояние.", "The state."))])

    private static let readyShape = ObjectShape(
        "Readiness",
        [
            .output(
                "status", .choice(["ready", "unready"]), Phrase("Состояние.", "The state.")),
            .output(
                "checks", .map(.text(upTo: 200)),
                Phrase(
                    "Проверки; видны тому, у кого есть Read.Host.",
                    "What was checked; told to who has Read.Host.")),
            .output(
                "warnings", .list(.text(upTo: 500)),
                Phrase(
                    "Предупреждения; видны тому, у кого есть Read.Host.",
                    "What should be mended; told to who has Read.Host.")),
        ])

    private static let healthForm = EndpointForm(
        id: "readHealth", tag: .host, summary: Phrase("Жив ли хост.", "Tells that the host lives."),
        answers: [.json(.object(healthShape), Phrase("Жив.", "It lives."))])
    private static let readyForm = EndpointForm(
        id: "readReadiness", tag: .host,
        summary: Phrase("Готов ли хост к работе.", "Tells whether the host is ready to work."),
        answers: [
            .json(.object(readyShape), Phrase("Готов.", "It is ready.")),
            .json(.object(readyShape), status: 503, Phrase("Не готов.", "It is not ready.")),
        ])
    private static let metricsForm = EndpointForm(
        id: "readMetrics", tag: .host,
        summary: Phrase("Метрики в формате Prometheus.", "Reads metrics as Prometheus text."),
        answers: [
            .init(
                200, Phrase("Метрики.", "The metrics."),
                [("text/plain", .text(upTo: 10_000_000))])
        ])

    @Sendable private static func health(_ call: Call) async throws(Failure) -> Answer {
        .json(["status": "ok"])
    }

    /// The store is the one thing without which nothing works; what is amiss beside it is a warning.
    ///
    /// The details are for callers who may know them: that a published password is in force is just
    /// what a stranger would like to hear.
    @Sendable private static func ready(_ call: Call) async throws(Failure) -> Answer {
        var body: JSONObject = ["status": "ready"]
        var store = "ok"
        do throws(Failure) {
            _ = try await call.read { (snapshot) throws(StoreError) in try snapshot.newestChange() }
        } catch {
            body["status"] = "unready"
            store = error.code.rawValue
        }
        let isReady = store == "ok"
        let pause = call.services.store.condition.pause
        if isReady, await isTrusted(call) {
            let refused = call.services.plugins().statuses.filter {
                if case .refused = $0.state { true } else { false }
            }
            body["checks"] = [
                "store": .string(pause == nil ? store : "paused"),
                "plugins": .string(refused.isEmpty ? "ok" : "refused"),
            ]
            var warnings = refused.map {
                Phrase("Плагин \($0.id) не загружен.", "The plugin \($0.id) is not loaded.")
            }
            if let pause { warnings.append(phrase(pause)) }
            let names = try await call.gate { (gate) throws(AccessError) in
                try await gate.defaultPasswords()
            }
            if !names.isEmpty {
                let list = names.joined(separator: ", ")
                warnings.append(
                    Phrase(
                        "Действует опубликованный пароль по умолчанию: \(list).",
                        "The published default password is in force for: \(list)."))
            }
            body["warnings"] = JSONValue(texts: warnings.map { $0[call.language] })
        }
        return .json(.object(body), status: isReady ? .ok : .serviceUnavailable)
    }

    private static func phrase(_ pause: StorePause) -> Phrase {
        switch pause.reason {
        case .diskFull:
            Phrase(
                "Диск заполнен: сбор данных приостановлен и продолжится сам. Освободите место.",
                "The disk is full: collection is paused and resumes by itself. Free some space.")
        case .inputOutput:
            Phrase(
                "Диск не принимает запись: сбор данных приостановлен и продолжится сам. Проверьте диск.",
                "The disk refuses to write: collection is paused and resumes by itself. Check the disk."
            )
        }
    }

    private static func isTrusted(_ call: Call) async -> Bool {
        guard let token = call.request.bearerToken else { return false }
        do throws(AccessError) {
            let caller = try await call.services.gate.authenticate(
                token: token, address: call.request.address)
            return caller.permissions.contains(.readHost)
        } catch {
            // Whoever cannot show who it is sees what strangers see.
            return false
        }
    }

    @Sendable private static func metrics(_ call: Call) async throws(Failure) -> Answer {
        let text = await HostMetrics.text(call.services)
        return Answer(
            HTTPResponse(
                .ok,
                headers: [
                    "Content-Type": "text/plain; version=0.0.4; charset=utf-8",
                    "Cache-Control": "no-store",
                ], body: .bytes(Array(text.utf8))))
    }
}
