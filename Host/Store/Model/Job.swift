import JSON
import Values

/// What is to be collected or commanded, on which devices, and when.
package struct Job: Hashable, Sendable {
    package var id: UUID
    package var project: UUID
    /// Unique within the project.
    package var name: String
    package var targets: JobTargets
    /// What to read and command: lines as the frozen context of a run has them.
    package var contents: JSONValue
    /// 0...999, higher first.
    package var priority: Int
    /// Attempts after the first one failed.
    package var retries: Int
    /// The pause before each further attempt.
    package var retryDelaySeconds: Int
    /// Whether a device that failed is tried again until it succeeds.
    package var isEndless: Bool
    /// When it is started; null for by hand only.
    package var schedule: JSONValue
    package var missed: MissedPolicy
    package var switching: JobSwitching
    /// Who made it.
    package var user: UUID?
    /// The newest occurrence of the schedule that is done with.
    package var handled: Moment?
    package var created: Moment
    package var revision: Int64

    package init(
        id: UUID, project: UUID, name: String, targets: JobTargets = JobTargets(),
        contents: JSONValue, priority: Int = 500, retries: Int = 0, retryDelaySeconds: Int = 0,
        isEndless: Bool = false, schedule: JSONValue = .null, missed: MissedPolicy = .runOnce,
        switching: JobSwitching = JobSwitching(), user: UUID? = nil, handled: Moment? = nil,
        created: Moment, revision: Int64 = 1
    ) {
        self.id = id
        self.project = project
        self.name = name
        self.targets = targets
        self.contents = contents
        self.priority = priority
        self.retries = retries
        self.retryDelaySeconds = retryDelaySeconds
        self.isEndless = isEndless
        self.schedule = schedule
        self.missed = missed
        self.switching = switching
        self.user = user
        self.handled = handled
        self.created = created
        self.revision = revision
    }
}

/// What a job is aimed at.
package struct JobTargets: Hashable, Sendable {
    /// Devices that were named, in their order; a list of jobs leaves them out.
    package var devices: [UUID]
    /// Groups, whose members count as they are when a run starts; a list of jobs leaves them out.
    package var groups: [UUID]
    /// How many devices are named.
    package var deviceCount: Int
    /// How many groups are named.
    package var groupCount: Int

    package init(devices: [UUID] = [], groups: [UUID] = []) {
        self.init(
            devices: devices, groups: groups, deviceCount: devices.count, groupCount: groups.count)
    }

    init(devices: [UUID], groups: [UUID], deviceCount: Int, groupCount: Int) {
        self.devices = devices
        self.groups = groups
        self.deviceCount = deviceCount
        self.groupCount = groupCount
    }

    /// Whether nothing is named.
    package var isEmpty: Bool { deviceCount == 0 && groupCount == 0 }
}

/// What becomes of starts that were missed while the host was down.
package enum MissedPolicy: String, Hashable, Sendable, CaseIterable {
    /// One run is started in the place of all of them.
    case runOnce = "run_once"
    /// The next start is the next one.
    case skip
}

/// Whether a job's schedule is on, and who switched it when.
package struct JobSwitching: Hashable, Sendable {
    package var isOn: Bool
    /// When it was last switched on.
    package var lastOn: Moment?
    /// When it was last switched off.
    package var lastOff: Moment?
    /// Who switched it last.
    package var by: UUID?

    package init(
        isOn: Bool = false, lastOn: Moment? = nil, lastOff: Moment? = nil, by: UUID? = nil
    ) {
        self.isOn = isOn
        self.lastOn = lastOn
        self.lastOff = lastOff
        self.by = by
    }
}

/// One time at which a job's schedule was switched.
package struct JobSwitch: Hashable, Sendable {
    package var at: Moment
    package var user: UUID?
    package var isOn: Bool

    package init(at: Moment, user: UUID?, isOn: Bool) {
        self.at = at
        self.user = user
        self.isOn = isOn
    }
}

/// What the scheduler knows of a job whose schedule is on.
package struct ScheduledJob: Hashable, Sendable {
    package var id: UUID
    package var project: UUID
    package var schedule: JSONValue
    package var missed: MissedPolicy
    package var handled: Moment

    package init(
        id: UUID, project: UUID, schedule: JSONValue, missed: MissedPolicy, handled: Moment
    ) {
        self.id = id
        self.project = project
        self.schedule = schedule
        self.missed = missed
        self.handled = handled
    }
}
