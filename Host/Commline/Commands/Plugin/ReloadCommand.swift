import JSON

/// `commline plugin reload`: a running host takes the version of a plugin that lies on disk now.
enum ReloadCommand {
    static let spec = CommandSpec(
        name: "plugin reload", summary: "Has a running host load a plugin again.",
        discussion: """
            New sessions go to the version that lies on disk now, running ones finish on the old one. \
            A version that cannot be used changes nothing; then the exit code is 1.

            example:
              commline plugin install acme-meter-0.2.0.cplugin --into /var/lib/commline/plugins
              commline plugin reload acme-meter
            """,
        positionals: [PositionalSpec(name: "plugin", help: "The plugin's id, as dlms.")],
        options: [.switch("--json", "Prints the plugin as JSON.")] + APIClient.options, run: run)

    private static func run(_ arguments: ParsedArguments) async throws -> ExitCode {
        let id = arguments.positionals[0]
        return try await APIClient.use(arguments) { client in
            // Plugins belong to the host, whatever the project.
            let path = "/api/v1/plugins/" + APIClient.encoded(id)
            let plugins = try await client.list("/api/v1/plugins")
            let before = plugins.first { $0["id"]?.string == id }
            let after = try await client.send(.post, path + "/reload")
            if arguments.has("--json") {
                Terminal.write(after.text(pretty: true) + "\n")
                return .success
            }
            let new = words(after)
            let old = before.map(words) ?? "not there"
            Terminal.write(
                old == new
                    ? "\(id): \(new), loaded again; it is the same version\n"
                    : "\(id): \(old) -> \(new)\n")
            return .success
        }
    }

    /// The version, and how it stands where that has to be told.
    private static func words(_ plugin: JSONValue) -> String {
        let version = plugin["version"]?.string ?? "?"
        let digest = plugin["sha256"]?.string.map { ", SHA-256 \($0.prefix(12))…" } ?? ""
        let state = plugin["state"]?.string ?? "ready"
        return version + digest + (state == "ready" ? "" : ", \(state)")
    }
}
