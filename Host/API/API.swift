import Access
import Dispatching
import HTTP
import Jobs
import Plugins
import Store

/// The operators' REST API: what the server needs to answer requests.
package struct API: Sendable {
    /// What the server serves, and tests ask in process.
    package let service: any HTTPService

    /// Puts the API together.
    ///
    /// - Parameters:
    ///   - store: What the host remembers.
    ///   - gate: Who comes in; it is prepared already.
    ///   - dispatcher: What carries runs out.
    ///   - jobs: What starts jobs.
    ///   - version: The product's version.
    ///   - plugins: The plugins; asked anew for each request.
    /// - Throws: A mistake in the route table.
    package init(
        store: Store, gate: Gate, dispatcher: Dispatcher, jobs: JobScheduler, version: String,
        plugins: PluginHost
    ) throws(RouteTableError) {
        try self.init(
            Services(
                store: store, gate: gate, plugins: { plugins.current }, runs: dispatcher,
                jobs: jobs, version: version, pluginHost: plugins))
    }

    init(_ services: Services) throws(RouteTableError) {
        service = try RouteTable.router(Self.endpoints, services: services)
    }

    /// The route table: requests are served from it, permissions enforced, and OpenAPI written.
    static let endpoints: [Endpoint] = [
        SessionResource.endpoints, TokenResource.endpoints, UserResource.endpoints,
        RoleResource.endpoints, ProjectResource.endpoints, DeviceResource.endpoints,
        GroupResource.endpoints, ChannelResource.endpoints, ProtocolResource.endpoints,
        JobResource.endpoints, JobStartResource.endpoints, JobHistoryResource.endpoints,
        JobDeviceResource.endpoints,
        CommlineResource.endpoints, ActionResource.endpoints, RunResource.endpoints,
        ExchangeResource.endpoints, MeasurementResource.endpoints, StateResource.endpoints,
        EventResource.endpoints, CommandResource.endpoints, CollectionResource.endpoints,
        HeatMapResource.endpoints, ContactResource.endpoints, MonitoringResource.endpoints,
        ArchiveResource.endpoints,
        PluginResource.endpoints,
        PluginReload.endpoints,
        InterchangeResource.endpoints, AuditResource.endpoints, StreamResource.endpoints,
        HostResource.endpoints, BackupResource.endpoints, DocumentationResource.endpoints,
    ].flatMap { $0 }
}
