/// The roles that the host makes itself, with the permissions that they begin with.
///
/// Source: ceHES, 2.2.1, table 1, and 1.4. In table 2 *write* means add, change and delete, so a
/// grant of it gives both permissions. Where the manual contradicts itself the stricter text holds,
/// and an administrator can widen the role:
/// - schedules of jobs: 1.4 lets an operator manage them, table 1 lets one only read;
/// - the host's settings: table 1 lets an operator write, 1.4 gives the server's settings to
///   administrators alone;
/// - service logs: table 1 lets an operator read, 1.4 gives them to administrators alone;
/// - archives: table 1 lets an operator write, but calls the panel they are in read only for one;
/// - events: the deletion that *write* would include stays with administrators, because a trail
///   that its subjects can erase is none.
///
/// The roles of ceCloud (its 1.4) are these:
///
/// | ceCloud | here |
/// |---|---|
/// | Администратор | Administrator |
/// | Менеджер | Project Manager, as a member of the projects that the manager has there |
/// | Абонент | Subscriber |
package enum BuiltInRole: String, Hashable, Sendable, CaseIterable {
    case administrator = "Administrator"
    case `operator` = "Operator"
    case user = "User"
    case projectManager = "Project Manager"
    case subscriber = "Subscriber"
    case m2m = "M2M"

    /// The role's unique name.
    package var name: String { rawValue }

    /// What the role is for.
    package var label: Phrase {
        switch self {
        case .administrator: Phrase("Администратор", "Everything, the host and its users too")
        case .operator: Phrase("Оператор", "Devices, their lines, and readings on demand")
        case .user: Phrase("Пользователь", "Looks at devices and their data")
        case .projectManager:
            Phrase("Менеджер проекта", "An administrator without the administrator's panel")
        case .subscriber: Phrase("Абонент", "The subscriber's own pages only")
        case .m2m: Phrase("M2M", "Machines that ask for devices and data")
        }
    }

    /// The permissions that the role has when it is made.
    package var permissions: Set<Permission> {
        switch self {
        case .administrator: Set(Permission.allCases)
        case .operator: Self.user.permissions.union(Self.operatorsOwn)
        case .user:
            [
                .viewPageCeHes, .viewDevices, .readDevices, .readDatastore, .viewHeatMap,
                .readHeatMap, .viewHost, .readHost,
            ]
        case .projectManager: Set(Permission.allCases).subtracting(Self.administratorsPanel)
        case .subscriber: [.viewSubscriberCabinet]
        case .m2m:
            [.readDevices, .readDatastore, .executeESBDeviceRead, .executeESBDeviceControl]
        }
    }

    /// What an operator has beyond a user.
    private static let operatorsOwn: Set<Permission> = [
        .writeDevices, .deleteDevices,
        .viewDeviceGroups, .readDeviceGroups, .writeDeviceGroups, .deleteDeviceGroups,
        .viewChannelSettings, .readChannelSettings, .writeChannelSettings, .deleteChannelSettings,
        .viewProtocolSettings, .readProtocolSettings, .writeProtocolSettings,
        .deleteProtocolSettings,
        .viewDeviceCommline, .readDeviceCommline, .writeDeviceCommline, .deleteDeviceCommline,
        .viewDeviceRelay, .readDeviceRelay, .writeDeviceRelay,
        .viewDeviceLimits, .readDeviceLimits, .viewDeviceTariffs, .readDeviceTariffs,
        .writeHeatMap, .viewFirmware, .readFirmware, .writeFirmware,
        .viewLogsCommon, .readLogsCommon, .viewLogsSecure, .readLogsSecure,
        .viewDataCollectionJob, .readDataCollectionJob, .readDatastoreArchive,
        // The list of devices offers readings on demand to whoever may manage devices.
        .executeActionsRead, .readTasksExchange, .executeImport, .readPlugins,
    ]

    /// What lies on the administrator's panel (projects, users, roles, archives, mail, logs), or is
    /// the host's own: all that a project manager lacks.
    private static let administratorsPanel: Set<Permission> = [
        .viewUsers, .readUsers, .writeUsers, .deleteUsers,
        .viewRoles, .readRoles, .writeRoles, .deleteRoles,
        .manageProjects, .createProjects, .updateProjects, .readProjects, .deleteProjects,
        .readDatastoreArchive, .writeDatastoreArchive, .deleteDatastoreArchive,
        .readEmailSettings, .writeEmailSettings,
        .viewLogsDebug, .readLogsDebug, .deleteLogsDebug,
        .viewHesConfig, .readHesConfig, .writeHesConfig, .deleteHesConfig,
        .writeHost, .writePlugins, .readMetrics,
    ]
}
