import CCommline
import DriverKit
import Glibc
import JSON
import Manifests

/// Why a case cannot be carried out: the plugin fails it.
struct CaseFailure: Error, Hashable, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// What a case works with, in its own process.
final class CaseContext {
    let job: CheckJob
    let page: CasePage
    let witness: CaseWitness
    private let parent = getppid()
    private var openedManifest: Manifest?
    private var preparedPlugin: RehearsedPlugin?

    init(job: CheckJob, page: CasePage, lent: LentMemory) {
        self.job = job
        self.page = page
        witness = CaseWitness(page: page, lent: lent)
    }

    /// Says what is about to be tried: where the plugin falls, this is what it fell at.
    func step(_ text: String) {
        // Whoever started the check is gone: nobody wants to know any more.
        if getppid() != parent { _exit(1) }
        page.step = text
    }

    /// The manifest; a case that needs one fails where it cannot be read.
    func manifest() throws(CaseFailure) -> Manifest {
        if let openedManifest { return openedManifest }
        let bytes: [UInt8]
        do throws(WholeFile.Failure) {
            bytes = try WholeFile.read(job.manifest)
        } catch {
            throw CaseFailure(error.description)
        }
        let (manifest, defects) = Manifest.read(bytes, file: job.manifest)
        guard let manifest else {
            throw CaseFailure("the manifest is not valid: \(defects.first?.description ?? "")")
        }
        openedManifest = manifest
        return manifest
    }

    /// Opens the library and asks for its table, without activating the plugin.
    func entry() throws(CaseFailure) -> UnsafePointer<commline_plugin>? {
        try entryFunction()()
    }

    typealias Entry = @convention(c) () -> UnsafePointer<commline_plugin>?

    func entryFunction() throws(CaseFailure) -> Entry {
        step("opening the library")
        let path = job.library.contains("/") ? job.library : "./" + job.library
        guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
            throw CaseFailure("the library cannot be opened: \(String(cString: dlerror()))")
        }
        guard let symbol = dlsym(handle, "commline_plugin_entry") else {
            throw CaseFailure(
                "the library does not export commline_plugin_entry; declare it COMMLINE_EXPORT "
                    + "and see that the version script lets it out")
        }
        step("calling commline_plugin_entry")
        return unsafeBitCast(symbol, to: Entry.self)
    }

    /// The plugin, activated.
    func plugin() throws(CaseFailure) -> RehearsedPlugin {
        if let preparedPlugin { return preparedPlugin }
        let table = try entry()
        step("activating the plugin")
        watchForks()
        do throws(RehearsalError) {
            let plugin = try RehearsedPlugin.at(table)
            preparedPlugin = plugin
            return plugin
        } catch {
            throw CaseFailure(error.description)
        }
    }

    /// How closely sessions are looked at.
    var oversight: Oversight { Oversight(witness: witness) }

    private func watchForks() {
        forkPage = page.start
        pthread_atfork(
            {
                guard let start = forkPage else { return }
                start.storeBytes(of: 1, toByteOffset: 4, as: UInt32.self)
            }, nil, nil)
    }
}

// SAFETY: written once, before the plugin is activated.
nonisolated(unsafe) private var forkPage: UnsafeMutableRawPointer?
