import Store
import Values

/// Things of one project: those of others do not exist for the caller.
extension Snapshot {
    func device(_ id: UUID, in project: UUID) throws(StoreError) -> Device {
        let device = try device(id)
        guard device.project == project else { throw .notFound(.device) }
        return device
    }

    func group(_ id: UUID, in project: UUID) throws(StoreError) -> DeviceGroup {
        let group = try group(id)
        guard group.project == project else { throw .notFound(.group) }
        return group
    }

    func channel(_ id: UUID, in project: UUID) throws(StoreError) -> Channel {
        let channel = try channel(id)
        guard channel.project == project else { throw .notFound(.channel) }
        return channel
    }

    func protocolProfile(_ id: UUID, in project: UUID) throws(StoreError) -> ProtocolProfile {
        let profile = try protocolProfile(id)
        guard profile.project == project else { throw .notFound(.protocol) }
        return profile
    }

    func commline(_ id: UUID, in project: UUID) throws(StoreError) -> Commline {
        let line = try commline(id)
        guard line.project == project else { throw .notFound(.commline) }
        return line
    }

    func job(_ id: UUID, in project: UUID) throws(StoreError) -> Job {
        let job = try job(id)
        guard job.project == project else { throw .notFound(.job) }
        return job
    }

    func run(_ id: UUID, in project: UUID) throws(StoreError) -> Run {
        let run = try run(id)
        guard run.project == project else { throw .notFound(.run) }
        return run
    }

    func task(_ id: UUID, in project: UUID) throws(StoreError) -> RunTask {
        let task = try task(id)
        guard task.project == project else { throw .notFound(.task) }
        return task
    }
}
