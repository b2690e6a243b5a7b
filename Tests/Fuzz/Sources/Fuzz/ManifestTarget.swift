import Manifests

/// Manifests of plugins.
enum ManifestTarget {
    static func run(_ input: [UInt8]) {
        let read = Manifest.read(input, file: "fuzz.json")
        let isRefused = read.defects.contains { $0.severity == .error }
        Fuzz.insist(
            (read.manifest == nil) == isRefused,
            "a manifest is refused without a reason, or taken with one")
        Fuzz.insist(
            read.defects.allSatisfy { !$0.problem.isEmpty && !$0.remedy.isEmpty },
            "a defect says nothing")
    }
}
