extension PluginHost {
    /// Runs a plugin's integrator in a worker process of its own.
    ///
    /// A run goes on with the version that began it, also where the plugin is loaded again meanwhile.
    ///
    /// - Parameters:
    ///   - id: The plugin.
    ///   - opening: What is to be done.
    ///   - filter: The secrets of the request; nothing that people read shows them.
    ///   - delegate: Hears everything, on a reactor's thread; kept until it has heard of the end.
    /// - Returns: The run: what is on disk is confirmed to it, and it may be cancelled.
    /// - Throws: A `SourceRefusal` where nothing was begun; then the delegate hears nothing.
    package func runSource(
        _ id: String, _ opening: SourceOpening, filter: SecretFilter = SecretFilter([]),
        delegate: any SourceDelegate
    ) throws(SourceRefusal) -> SourceWorker {
        guard let plugin = current.plugin(id) else { throw .unknown(id) }
        guard let sources = plugin.sources else { throw .noSource(id) }
        return try sources.run(opening, filter: filter, on: reactor, delegate: delegate)
    }
}
