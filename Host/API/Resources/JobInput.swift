import Access
import Dispatching
import JSON
import Scheduling
import Store
import Values

/// Reads what a caller wants a job to be.
enum JobInput {
    /// Reads the members of a body, which were compared with the shape.
    ///
    /// - Parameters:
    ///   - input: All members that callers decide.
    ///   - current: The job as it is; nil for a new one.
    ///   - call: The request: its caller must be allowed what the job would do.
    /// - Returns: The job to store.
    /// - Throws: `invalid_body` with every fault, or `permission_denied`.
    static func read(
        _ input: Members, keeping current: Job?, _ call: Call
    ) async throws(Failure) -> Job {
        let project = try call.project.id
        let targets = input.members("targets")
        let (devices, groups) = (unique(targets.ids("devices")), unique(targets.ids("groups")))
        let (archives, missing) = try await call.read { (snapshot) throws(StoreError) in
            (
                try snapshot.archives().map(\.id),
                try snapshot.missingTargets(
                    JobTargets(devices: devices, groups: groups), in: project)
            )
        }
        var issues =
            absent(missing.devices, below: ["targets", "devices"])
            + absent(missing.groups, below: ["targets", "groups"])
        if devices.isEmpty, groups.isEmpty {
            issues.append(
                .body(
                    JSONPointer(["targets"]),
                    Phrase(
                        "Назовите хотя бы одно устройство или группу.",
                        "Name at least one device or group.")))
        }
        let contents = contents(of: input, archives: archives, &issues)
        let schedule = schedule(of: input, &issues)
        if schedule == .null, current?.switching.isOn ?? false {
            issues.append(
                .body(
                    JSONPointer(["schedule"]),
                    Phrase(
                        "Сначала выключите расписание.", "Switch the schedule off first.")))
        }
        guard issues.isEmpty else { throw .invalidBody(issues) }
        try check(contents, keeping: current, try call.caller)
        let none = UUID(high: 0, low: 0)
        var job =
            current
            ?? Job(
                id: none, project: none, name: "", contents: [],
                created: Moment(milliseconds: 0))
        job.name = input.text("name")
        job.targets = JobTargets(devices: devices, groups: groups)
        job.contents = .array(contents.map(\.json))
        job.priority = input.integer("priority", else: 1)
        job.retries = input.integer("retries")
        job.retryDelaySeconds = input.integer("retryDelaySeconds")
        job.isEndless = input.flag("isEndless")
        job.schedule = schedule
        job.missed = JobForm.missed[input.text("missed", else: "runOnce")] ?? .runOnce
        return job
    }

    /// The faults of a list that names things which are not there.
    static func absent(_ places: [Int], below list: [String]) -> [Issue] {
        places.map { place in
            .body(
                JSONPointer(list + [String(place)]),
                Phrase("Такой записи нет.", "There is no such thing."))
        }
    }

    private static func contents(
        of input: Members, archives: [String], _ issues: inout [Issue]
    ) -> [ContentLine] {
        var contents: [ContentLine] = []
        for (index, members) in input.list("contents").enumerated() {
            var reading = ActionOrder.LineReading(
                members: members, place: JSONPointer(["contents", String(index)]),
                archives: archives, usual: .missing, kinds: JobForm.kinds)
            if let line = reading.read() { contents.append(line) }
            issues += reading.issues
            if members.has("parameters"), !members.has("command") {
                issues.append(
                    .body(
                        JSONPointer(["contents", String(index), "parameters"]),
                        Phrase(
                            "Параметры бывают только у команды.", "Only a command has parameters."))
                )
            }
        }
        return contents
    }

    private static func schedule(of input: Members, _ issues: inout [Issue]) -> JSONValue {
        guard let given = input.object["schedule"], given != .null else { return .null }
        switch ScheduleForm.read(given, at: JSONPointer(["schedule"])) {
        case .success(let schedule): return schedule.json
        case .failure(let failure):
            issues += failure.issues
            // Not null: the issues say what is wrong with it.
            return given
        }
    }

    /// Refuses commands to who may not give them at once either.
    private static func check(
        _ contents: [ContentLine], keeping current: Job?, _ caller: Caller
    ) throws(Failure) {
        let known = (current?.contents.array ?? []).compactMap { ContentLine($0) }
        let new = contents.filter { $0.kind == .command && !known.contains($0) }
        guard !new.isEmpty, !caller.permissions.contains(.executeActionsControl) else { return }
        throw Failure(
            .permissionDenied, Requirement.permission(.executeActionsControl).phrase)
    }

    private static func unique(_ ids: [UUID]) -> [UUID] {
        var seen: Set<UUID> = []
        return ids.filter { seen.insert($0).inserted }
    }
}
