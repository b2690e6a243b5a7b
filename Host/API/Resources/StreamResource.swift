import Access
import HTTP
import JSON
import Store
import Values

/// The stream of what happens in a project, as server-sent events.
enum StreamResource {
    static let endpoints: [Endpoint] = Endpoint.project(
        .get, "/stream", .signedIn, form, open)

    private static let form = EndpointForm(
        id: "openStream", tag: .stream,
        summary: Phrase(
            "Поток изменений проекта; Last-Event-ID продолжает прерванный.",
            "Streams the changes of a project; Last-Event-ID goes on with a broken one."),
        parameters: [
            .init(
                "Last-Event-ID", in: .header, .text(upTo: 32),
                Phrase(
                    "Последнее полученное событие; без него поток начинается с новых.",
                    "The last event that was received; without it the stream begins with new ones.")
            )
        ],
        answers: [
            .init(
                200,
                Phrase(
                    "События run.updated и подобные; reset — что-то пропущено, прочитайте заново.",
                    "Events as run.updated; reset says that some are gone: read anew."),
                [("text/event-stream", .text(upTo: 1_000_000))])
        ])

    /// Who may hear of what; what is not in the table is told to nobody.
    private static func permission(_ entity: Entity) -> Permission? {
        switch entity {
        case .job, .run, .task, .command: .readDataCollectionJob
        case .device: .readDevices
        case .group: .readDeviceGroups
        case .channel: .readChannelSettings
        case .protocol: .readProtocolSettings
        case .commline: .readDeviceCommline
        case .event, .state, .measurement: .readDatastore
        case .project, .user, .role, .session, .token, .archive, .setting, .audit: nil
        }
    }

    @Sendable private static func open(_ call: Call) async throws(Failure) -> Answer {
        let (caller, project) = (try call.caller, try call.project)
        let newest = try await call.read { (snapshot) throws(StoreError) in
            try snapshot.newestChange()
        }
        let last = call.request.headers["last-event-id"].flatMap { Int64($0) }
        let stream = ChangeStream(
            store: call.services.store, project: project.id,
            hears: Set(
                Entity.allCases.filter { entity in
                    permission(entity).map(caller.permissions.contains) ?? false
                }))
        let gate = call.services.gate
        let token = call.request.bearerToken ?? ""
        let address = call.request.address
        let response = HTTPResponse.events { (writer) async throws(BodyWriter.Failure) in
            try await stream.write(after: last, newest: newest, to: writer) {
                // A session that has ended, or a lost permission, ends its streams too.
                let current = try? await gate.authenticate(token: token, address: address)
                return current?.permissions == caller.permissions
                    && current?.projects.contains { $0.id == project.id } == true
            }
        }
        return Answer(response)
    }
}
