import Access
import HTTP
import JSON
import Store
import Values

/// Adding devices to jobs that are there.
enum JobDeviceResource {
    static let endpoints: [Endpoint] = Endpoint.project(
        .post, "/jobs/devices", .permission(.writeDataCollectionJob), form, add)

    private static let input = ObjectShape(
        "JobDevices",
        [
            .required("jobs", .list(.form(.id), 1...1_000), Phrase("Задачи.", "The jobs.")),
            .required(
                "devices", .list(.form(.id), 1...10_000), Phrase("Устройства.", "The devices.")),
        ])

    private static let item = ObjectShape(
        "JobDevicesItem",
        [
            .output("jobId", .form(.id), Phrase("Задача.", "The job.")),
            .output(
                "added", .integer(0...Int64.max),
                Phrase("Сколько добавлено; прочие там уже были.", "How many are new to it.")),
            .output(
                "code", .nullable(.text(upTo: 64)),
                Phrase("Почему не добавлены.", "Why they were not added.")),
        ])

    private static let form = EndpointForm(
        id: "addDevicesToJobs", tag: .jobs,
        summary: Phrase(
            "Добавить устройства в одну или несколько задач.",
            "Adds devices to one or several jobs."),
        body: .init(.object(input)),
        answers: [
            .json(
                .object(
                    ObjectShape(
                        "JobDevicesResult",
                        [
                            .output(
                                "items", .list(.object(item)),
                                Phrase("Итог по каждой задаче.", "What became of each job."))
                        ])), status: 207,
                Phrase("Итог по каждой задаче.", "What became of each job."))
        ])

    @Sendable private static func add(_ call: Call) async throws(Failure) -> Answer {
        let (caller, project) = (try call.caller, try call.project.id)
        let devices = call.members.ids("devices")
        let missing = try await call.read { (snapshot) throws(StoreError) in
            try snapshot.missingTargets(JobTargets(devices: devices), in: project)
        }
        guard missing.devices.isEmpty else {
            throw .invalidBody(JobInput.absent(missing.devices, below: ["devices"]))
        }
        var items: [JSONValue] = []
        for id in call.members.ids("jobs") {
            do throws(Failure) {
                let added = try await call.write { (transaction) throws(StoreError) in
                    let job = try transaction.job(id, in: project)
                    let added = try transaction.add(devices: devices, toJob: id)
                    if added > 0 {
                        try JobResource.note(job, "devices added", by: caller, transaction)
                    }
                    return added
                }
                items.append(["jobId": JSONValue(id), "added": JSONValue(added), "code": .null])
            } catch {
                items.append([
                    "jobId": JSONValue(id), "added": 0, "code": .string(error.code.rawValue),
                ])
            }
        }
        return .json(["items": .array(items)], status: .multiStatus)
    }
}
