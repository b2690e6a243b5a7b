import JSON

/// Follows a run to its end.
enum RunProgress {
    /// Shows a bar until the run is done.
    ///
    /// - Returns: The run as it ended.
    static func follow(_ id: String, _ client: APIClient) async throws -> JSONValue {
        var bar = ProgressBar()
        defer { bar.clear() }
        var wait = Duration.milliseconds(50)
        while true {
            let run = try await client.send(.get, client.path("runs/\(id)"))
            let statistics = run["statistics"]
            let all = statistics?["all"]?.int ?? 0
            let open = (statistics?["pending"]?.int ?? 0) + (statistics?["running"]?.int ?? 0)
            bar.show(
                (run["progress"]?.double ?? 0) / 100, "\(all - open) of \(all) devices")
            if run["state"]?.string == "done" { return run }
            await client.pause(wait)
            wait = min(wait * 2, .seconds(1))
        }
    }

    /// What a person reads of a run that is done.
    static func summary(_ run: JSONValue) -> String {
        let statistics = run["statistics"]
        let parts = ["all", "success", "partial", "error", "nothing", "cancelled"].compactMap {
            name -> String? in
            guard let number = statistics?[name]?.int, number > 0 || name == "all" else {
                return nil
            }
            return "\(name) \(number)"
        }
        let name = run["resultName"]?["en"]?.string ?? run["result"]?.string ?? "?"
        return "\(run["name"]?.string ?? "run"): \(name) (\(parts.joined(separator: ", ")))\n"
    }

    /// The exit code that says how a run ended.
    static func exitCode(_ run: JSONValue) -> ExitCode {
        switch run["result"]?.string {
        case "success": .success
        case "partial": .partial
        default: .failure
        }
    }
}
