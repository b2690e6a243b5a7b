import Glibc
import Log
import Manifests
import Packaging
import Reactor
import Synchronization
import Values

/// Where and how a host runs its plugins.
package struct PluginHostOptions: Sendable {
    /// Folders with manifests, the first one's plugins first.
    package var manifests: [String]
    /// Folders with libraries.
    package var directories: [PluginDirectory]
    /// What plugins are told.
    package var hostVersion: String
    /// Plugins that the operator trusts to run in the host's own process; `*` is all.
    package var inline: Set<String> = []
    package var limits = WorkerLimits()
    /// The keys of signers whom the operator trusts.
    package var trusted = TrustedKeys()
    /// The program that is started as `PROGRAM worker …`: this one.
    package var program = "/proc/self/exe"

    package init(manifests: [String], directories: [PluginDirectory], hostVersion: String) {
        self.manifests = manifests
        self.directories = directories
        self.hostVersion = hostVersion
    }
}

/// Why a plugin was not loaded again; what ran before goes on.
package enum ReloadError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No manifest has this id.
    case unknown(String)
    /// The manifest is wrong.
    case manifest(String)
    /// The library cannot be used.
    case library(LoadError)
    /// Code in this process cannot be exchanged.
    case inline(String)
    /// Settings that are stored would not hold any more.
    case settings(plugin: String, protocols: [String])
    /// The same reload is under way.
    case busy(String)

    package var description: String {
        switch self {
        case .unknown(let id):
            "there is no manifest of a plugin \"\(id)\"; put \(id).json into a folder of manifests"
        case .manifest(let text): text
        case .library(let error): error.description
        case .inline(let id):
            "plugin \(id) runs in the host's own process, where code cannot be exchanged; restart the "
                + "host, or run it without --inline \(id)"
        case .settings(let plugin, let protocols):
            "the new version of plugin \(plugin) does not accept the settings of "
                + protocols.joined(separator: ", ")
                + "; correct them, or ask the vendor for a version that accepts what the old one did"
        case .busy(let id): "plugin \(id) is being loaded already; wait for that"
        }
    }
}

/// The plugins of a running host: loads them, and exchanges one for a newer version while sessions run.
package final class PluginHost: Sendable {
    private struct State {
        var current = PluginSet(catalogue: Catalogue(), plugins: [])
        /// Plugins that a newer version has replaced, for as long as the host runs.
        var retired: [Plugin] = []
        var busy: Set<String> = []
    }

    private let options: PluginHostOptions
    private let loader: PluginLoader
    private let reactor: Reactor
    private let state = Mutex(State())
    private static let log = Log("plugins")

    /// Makes a host without plugins; `load` brings them.
    ///
    /// - Parameters:
    ///   - options: Where and how.
    ///   - reactor: Where probes are watched.
    package init(_ options: PluginHostOptions, on reactor: Reactor) {
        self.options = options
        self.reactor = reactor
        loader = PluginLoader(
            directories: options.directories, hostVersion: options.hostVersion,
            trusted: options.trusted)
    }

    /// The plugins now.
    package var current: PluginSet { state.withLock { $0.current } }

    // MARK: Loading

    /// Reads the manifests, probes and loads the libraries; what is wrong with one plugin harms no other, and
    /// is written to the log.
    package func load() async {
        let catalogue = Catalogue.load(directories: options.manifests)
        for defect in catalogue.defects {
            Self.log.write(
                defect.severity == .error ? .error : .warning, defect.description)
        }
        let results = await withTaskGroup(
            of: (Int, Result<Plugin, LoadError>).self
        ) { group in
            for (place, manifest) in catalogue.manifests.enumerated() {
                group.addTask { (place, await self.result(of: manifest, metrics: PluginMetrics())) }
            }
            var results: [(Int, Result<Plugin, LoadError>)] = []
            for await result in group { results.append(result) }
            return results.sorted { $0.0 < $1.0 }.map(\.1)
        }
        var plugins: [Plugin] = []
        var refusals: [LoadError] = []
        for result in results {
            switch result {
            case .success(let plugin):
                plugins.append(plugin)
                Self.log.info(
                    "loaded",
                    [
                        "plugin": plugin.id, "version": plugin.version,
                        "isolation": plugin.isolation.rawValue,
                    ])
            case .failure(let error):
                refusals.append(error)
                Self.log.error(error.description)
            }
        }
        let set = PluginSet(catalogue: catalogue, plugins: plugins, refusals: refusals)
        state.withLock { $0.current = set }
    }

    private func isolation(of id: String) -> Manifest.Isolation {
        options.inline.contains(id) || options.inline.contains("*") ? .inline : .process
    }

    private func result(
        of manifest: Manifest, metrics: PluginMetrics
    ) async -> Result<Plugin, LoadError> {
        do throws(LoadError) {
            return .success(try await plugin(of: manifest, metrics: metrics))
        } catch {
            return .failure(error)
        }
    }

    private func plugin(
        of manifest: Manifest, metrics: PluginMetrics
    ) async throws(LoadError) -> Plugin {
        let (library, path) = try loader.verified(manifest)
        let spec = WorkerSpec(
            library: library,
            task: WorkerTask(
                kind: .driver, plugin: manifest.id, version: manifest.version,
                hostVersion: options.hostVersion, memoryMiB: manifest.limits.memoryMiB,
                parent: getpid()), program: options.program, limits: options.limits)
        let greeting: WorkerGreeting
        switch await PluginProbe.run(spec, on: reactor) {
        case .success(let found): greeting = found
        case .failure(let failure):
            throw LoadError(
                plugin: manifest.id, library: path, problem: failure.problem,
                remedy: failure.remedy)
        }
        if !greeting.hasDriver, !manifest.deviceTypes.isEmpty {
            throw LoadError(
                plugin: manifest.id, library: path,
                problem: "has no driver, although its manifest lists device types",
                remedy: "ask the plugin's vendor to correct it")
        }
        if isolation(of: manifest.id) == .inline { return try loader.load(manifest) }
        return Plugin(
            id: manifest.id, version: manifest.version,
            runtime: WorkerRuntime(spec, capacity: manifest.limits.sessions),
            isolation: .process, sha256: library.sha256, hasSimulator: greeting.hasSimulator,
            metrics: metrics)
    }

    // MARK: Loading again

    /// Reads a plugin's manifest and library again.
    ///
    /// New sessions go to the new version, running ones finish on the old one. Whatever is wrong with the new version, the old one goes on.
    ///
    /// - Parameters:
    ///   - id: The plugin.
    ///   - vet: Names the stored protocols and channels that the new catalogue does not accept.
    /// - Returns: How the plugin stands now.
    /// - Throws: Why nothing has changed.
    @discardableResult
    package func reload(
        _ id: String, vet: @Sendable (Catalogue) async -> [String]
    ) async throws(ReloadError) -> PluginSet.Status {
        guard state.withLock({ $0.busy.insert(id).inserted }) else { throw .busy(id) }
        defer { state.withLock { _ = $0.busy.remove(id) } }
        do throws(ReloadError) {
            let status = try await exchange(id, vet)
            Self.log.info("loaded again", ["plugin": id, "version": status.version])
            return status
        } catch {
            Self.log.error("not loaded again", ["plugin": id, "reason": error.description])
            state.withLock { $0.current.note(refusedReload: error.description, of: id) }
            throw error
        }
    }

    private func exchange(
        _ id: String, _ vet: @Sendable (Catalogue) async -> [String]
    ) async throws(ReloadError) -> PluginSet.Status {
        let fresh = Catalogue.load(directories: options.manifests)
        guard let manifest = fresh.manifests.first(where: { $0.id == id }) else {
            let defects = fresh.defects.filter {
                $0.severity == .error && $0.file.hasSuffix("/\(id).json")
            }
            guard !defects.isEmpty else { throw .unknown(id) }
            throw .manifest(defects.map(\.description).joined(separator: "\n"))
        }
        let old = current
        if isolation(of: id) == .inline, old.plugin(id) != nil { throw .inline(id) }
        let metrics = old.plugin(id)?.metrics ?? PluginMetrics()
        let plugin: Plugin
        do throws(LoadError) {
            plugin = try await self.plugin(of: manifest, metrics: metrics)
        } catch {
            throw .library(error)
        }
        let catalogue = old.catalogue.replacing(manifest, orderedAs: fresh)
        let refused = await vet(catalogue)
        guard refused.isEmpty else { throw .settings(plugin: id, protocols: refused) }
        let replaced = state.withLock { state -> Plugin? in
            let replaced = state.current.plugin(id)
            state.current = state.current.replacing(plugin, catalogue)
            if let replaced { state.retired.append(replaced) }
            return replaced
        }
        replaced?.runtime.retire()
        return current.status(of: id) ?? PluginSet.Status(refused: id, "it is gone")
    }

    /// Looks for callbacks in the host's own threads that do not return; to be called now and then from a
    /// thread that runs no plugin.
    package func lookAfterInline() {
        for plugin in current.all {
            guard let longest = plugin.runtime.longestCallback, longest > .milliseconds(100),
                plugin.metrics.stuck(at: SystemClock.monotonicNanoseconds)
            else { continue }
            Self.log.error(
                "the plugin is degraded: a callback in the host's own thread does not return, and its "
                    + "sessions wait with it; restart the host without --inline for this plugin",
                ["plugin": plugin.id, "ms": "\(longest.milliseconds)"])
        }
    }

    /// Ends all workers; all sessions are over.
    package func stop() async {
        let plugins = state.withLock { $0.current.all + $0.retired }
        for plugin in plugins { await plugin.runtime.stop() }
    }
}
