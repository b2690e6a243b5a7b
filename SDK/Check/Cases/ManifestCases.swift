import DriverKit
import JSON
import Manifests

/// The manifest by itself.
enum ManifestCases {
    static let all: [CheckCase] = [
        CheckCase("manifest", "The manifest is valid, and everything in it is known.", manifest),
        CheckCase("simulator", "The plugin brings a simulator of its devices.", simulator),
        CheckCase("settings", "The settings' defaults open a session.", settings),
    ]

    private static func manifest(
        _ context: CaseContext, _ findings: inout Findings
    ) throws(CaseFailure) {
        context.step("reading \(context.job.manifest)")
        let bytes: [UInt8]
        do throws(WholeFile.Failure) {
            bytes = try WholeFile.read(context.job.manifest)
        } catch {
            throw CaseFailure(error.description)
        }
        let (manifest, defects) = Manifest.read(bytes, file: context.job.manifest)
        for defect in defects {
            switch defect.severity {
            case .error: findings.fail(defect.description)
            case .warning: findings.warn(defect.description)
            }
        }
        guard let manifest else { return }
        let library = context.job.library.split(separator: "/").last.map(String.init) ?? ""
        if library != manifest.library {
            findings.warn(
                "the manifest names the library \(manifest.library), but \(library) is checked")
        }
        for type in manifest.deviceTypes
        where type.archives.isEmpty && type.journals.isEmpty && type.states.isEmpty
            && type.commands.isEmpty
        {
            findings.warn("\(type.symbol) declares nothing that could be asked of it")
        }
    }

    private static func simulator(
        _ context: CaseContext, _ findings: inout Findings
    ) throws(CaseFailure) {
        let manifest = try context.manifest()
        guard let subject = Subject.all(of: manifest).first else {
            return findings.skip("the manifest has no device types")
        }
        let plugin = try context.plugin()
        context.step("opening the simulator for \(subject.name)")
        do throws(RehearsalError) {
            let device = try RehearsedSession(
                of: plugin, as: .simulator, request: subject.simulation,
                clock: VirtualClock(now: Subject.now), oversight: context.oversight)
            if let refusal = device.refusal {
                findings.fail(
                    "the simulator refused to open \(subject.name): "
                        + "\(refusal.message?.description ?? "")")
            }
            device.close()
            for violation in device.violations { findings.fail("simulator: \(violation)") }
        } catch {
            findings.fail(
                "the plugin has no commline.simulator/1: without one, nobody can test the driver "
                    + "without a device")
        }
    }

    private static func settings(
        _ context: CaseContext, _ findings: inout Findings
    ) throws(CaseFailure) {
        let manifest = try context.manifest()
        let plugin = try context.plugin()
        for subject in Subject.all(of: manifest) where !findings.isFull {
            context.step("opening a session of \(subject.name) with the settings' defaults")
            let schema = manifest.protocols.first { $0.type == subject.map.protocolType }?.settings
            if let violation = schema?.check(subject.settings).violations.first {
                findings.fail(
                    "\(subject.map.protocolType): the defaults are no valid settings: "
                        + "\(violation.pointer) \(violation.message); give the setting a default, "
                        + "or \"examples\"")
                continue
            }
            let items = RequestedItem.few(of: subject.type)
            do throws(RehearsalError) {
                let session = try RehearsedSession(
                    of: plugin, request: .object(subject.request(items.map(\.json))),
                    clock: VirtualClock(now: Subject.now), oversight: context.oversight)
                if let refusal = session.refusal {
                    findings.fail(
                        "\(subject.name): open refused the defaults: \(refusal.code.symbol) "
                            + "\(refusal.message?.description ?? "")")
                }
                if let finish = session.finish, finish.code != .ok {
                    findings.fail(
                        "\(subject.name): the session ended in open with the defaults: "
                            + "\(finish.code.symbol) \(finish.message?.description ?? "")")
                }
                session.close()
                for violation in session.violations {
                    findings.fail("\(subject.name): \(violation)")
                }
            } catch {
                throw CaseFailure(error.description)
            }
        }
    }
}
