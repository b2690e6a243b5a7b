/// A whole check: which cases run, and which need not because an earlier one says all.
package struct PluginCheck {
    private let job: CheckJob
    private let runner: CaseRunner

    package init(_ job: CheckJob, _ runner: CaseRunner) {
        self.job = job
        self.runner = runner
    }

    /// Runs cases in three parts: what the library is, what the plugin does undisturbed, and what it does
    /// when it is disturbed.
    ///
    /// - Parameters:
    ///   - cases: The cases, in order.
    ///   - progress: Told of each case that came to its end.
    /// - Returns: The results in the order of the cases.
    package func run(
        _ cases: [CheckCase], progress: (CaseResult) -> Void = { _ in }
    ) -> [CaseResult] {
        var results: [CaseResult] = []
        for stage in CheckCase.Stage.allCases {
            let names = cases.filter { $0.stage == stage }.map(\.name)
            if let reason = Self.obstacle(to: stage, results) {
                results += names.map { CaseResult($0, .skipped, [reason]) }
            } else {
                results += runner.run(names, of: job, progress: progress)
            }
        }
        return cases.compactMap { one in results.first { $0.name == one.name } }
    }

    private static func obstacle(to stage: CheckCase.Stage, _ results: [CaseResult]) -> String? {
        if stage != .library,
            results.contains(where: { $0.name == "library" && $0.verdict == .failed })
        {
            return "the library cannot be used, see library"
        }
        guard stage == .disturbed else { return nil }
        let behaviour = results.filter { $0.name.hasPrefix("behaviour:") }
        guard !behaviour.isEmpty, behaviour.allSatisfy(\.isDeath) else { return nil }
        return
            "the plugin does not even live through an undisturbed session, see \(behaviour[0].name)"
    }
}
