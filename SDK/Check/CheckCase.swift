import JSON
import Manifests

/// One thing that a plugin is checked for.
package struct CheckCase: Sendable {
    /// Such as `split` or `behaviour:DT_CE307/PROTO_MAP_SPODES_CE307_V10`.
    package let name: String
    /// What it is about, in a line.
    package let summary: String
    let run: @Sendable (CaseContext, inout Findings) throws(CaseFailure) -> Void

    init(
        _ name: String, _ summary: String,
        _ run: @escaping @Sendable (CaseContext, inout Findings) throws(CaseFailure) -> Void
    ) {
        self.name = name
        self.summary = summary
        self.run = run
    }

    /// All cases for a job, in the order in which they are reported.
    package static func all(for job: CheckJob) -> [CheckCase] {
        var cases = LibraryCases.all + TableCases.all + ManifestCases.all
        if let manifest = readManifest(job) {
            cases += BehaviourCases.all(for: manifest)
            cases += DisturbanceCases.all + InterruptionCases.all + ConductCases.all
        }
        if let folder = job.golden { cases += GoldenCases.all(in: folder) }
        if job.trace != nil { cases.append(ReplayCases.replay) }
        return cases
    }

    static func find(_ name: String, in job: CheckJob) -> CheckCase? {
        all(for: job).first { $0.name == name }
    }

    private static func readManifest(_ job: CheckJob) -> Manifest? {
        guard let bytes = try? WholeFile.read(job.manifest) else { return nil }
        return Manifest.read(bytes, file: job.manifest).manifest
    }
}
