import Dispatching
import Store
import Values

extension JobScheduler {
    /// Starts a job now.
    ///
    /// - Parameters:
    ///   - id: The job.
    ///   - project: The project that it must belong to.
    ///   - user: Who starts it.
    /// - Returns: The run.
    /// - Throws: `.alreadyRunning` while a run of it is going on.
    package func startNow(
        _ id: UUID, in project: UUID, by user: UUID?
    ) async throws(JobError) -> Run {
        let made = try await alone(with: id) { () async throws(JobError) in
            let (job, open) = try await find(id, in: project)
            guard open.isEmpty else { throw .alreadyRunning }
            var order = job.order
            order.user = user
            return try await carry(order)
        }
        guard let made else { throw .alreadyRunning }
        return made
    }

    /// Starts a one-off run with a job's contents and settings; the job itself takes no notice of it.
    ///
    /// - Parameters:
    ///   - id: The job.
    ///   - project: The project that it must belong to.
    ///   - devices: On which devices, in the place of the job's.
    ///   - groups: On which groups, in the place of the job's.
    ///   - user: Who starts it.
    /// - Returns: The run.
    /// - Throws: What the dispatcher or the store refused.
    package func startOneOff(
        like id: UUID, in project: UUID, devices: [UUID], groups: [UUID], by user: UUID?
    ) async throws(JobError) -> Run {
        let job = try await find(id, in: project).job
        var order = job.order
        order.job = nil
        order.isEndless = false
        order.isInteractive = true
        order.devices = devices
        order.groups = groups
        order.user = user
        return try await carry(order)
    }

    /// Cancels the run of a job that is going on.
    ///
    /// - Returns: The runs that are being cancelled.
    /// - Throws: `.notRunning`.
    package func cancel(
        _ id: UUID, in project: UUID
    ) async throws(JobError) -> [UUID] {
        let open = try await find(id, in: project).open
        var cancelled: [UUID] = []
        for run in open {
            do throws(DispatchError) {
                try await runs.cancel(run: run, project: project, as: .cancelledByUser)
                cancelled.append(run)
            } catch .alreadyDone, .unknownRun {
                continue
            } catch {
                throw .dispatch(error)
            }
        }
        guard !cancelled.isEmpty else { throw .notRunning }
        return cancelled
    }

    private func carry(_ order: RunOrder) async throws(JobError) -> Run {
        do throws(DispatchError) {
            return try await start(order)
        } catch {
            throw .dispatch(error)
        }
    }

    private func find(
        _ id: UUID, in project: UUID
    ) async throws(JobError) -> (job: Job, open: [UUID]) {
        do throws(StoreError) {
            let found = try await store.read { (snapshot) throws(StoreError) in
                (job: try snapshot.job(id), open: try snapshot.openRuns(ofJob: id))
            }
            guard found.job.project == project else { throw StoreError.notFound(.job) }
            return found
        } catch {
            if case .notFound = error { throw .unknownJob }
            throw .store(error)
        }
    }
}
