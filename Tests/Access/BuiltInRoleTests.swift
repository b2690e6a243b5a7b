import Testing

@testable import Access

@Suite struct BuiltInRoleTests {
    @Test func givesTheAdministratorEverything() {
        #expect(BuiltInRole.administrator.permissions == Set(Permission.allCases))
    }

    @Test func keepsTheRolesWithinEachOther() {
        #expect(BuiltInRole.user.permissions.isSubset(of: BuiltInRole.operator.permissions))
        #expect(
            BuiltInRole.projectManager.permissions.isStrictSubset(
                of: BuiltInRole.administrator.permissions))
    }

    @Test func givesMachinesWhatTheManualLists() {
        #expect(
            BuiltInRole.m2m.permissions == [
                .readDevices, .readDatastore, .executeESBDeviceRead, .executeESBDeviceControl,
            ])
        #expect(BuiltInRole.subscriber.permissions == [.viewSubscriberCabinet])
    }

    // ceHES, table 1, the rows that grant a user nothing.
    @Test(arguments: [
        Permission.writeDevices, .readDeviceGroups, .readChannelSettings, .readProtocolSettings,
        .readDeviceRelay, .readDeviceLimits, .readFirmware, .readLogsCommon, .readLogsSecure,
        .readDataCollectionJob, .readUsers, .readRoles, .readProjects, .readDatastoreArchive,
        .readEmailSettings, .executeActionsRead, .executeExport,
    ])
    func refusesUsers(_ permission: Permission) {
        #expect(!BuiltInRole.user.permissions.contains(permission))
    }

    // Where 1.4 and table 1 contradict each other, and what only administrators have.
    @Test(arguments: [
        Permission.writeDataCollectionJob, .deleteDataCollectionJob, .writeHost, .readLogsDebug,
        .writeDatastoreArchive, .deleteLogsSecure, .readUsers, .allExternalCENC, .readUnbBS,
        .writeDeviceLimits, .writeDeviceTariffs, .executeExport, .writeHesConfig,
    ])
    func keepsOperatorsToTheStricterText(_ permission: Permission) {
        #expect(!BuiltInRole.operator.permissions.contains(permission))
    }

    @Test(arguments: [
        Permission.writeDevices, .deleteDevices, .writeDeviceGroups, .writeChannelSettings,
        .writeProtocolSettings, .writeDeviceCommline, .writeDeviceRelay, .readDataCollectionJob,
        .readLogsSecure,
    ])
    func letsOperatorsManageDevices(_ permission: Permission) {
        #expect(BuiltInRole.operator.permissions.contains(permission))
    }

    @Test(arguments: DefaultUser.allCases)
    func acceptsThePublishedPasswords(_ user: DefaultUser) {
        #expect(throws: Never.self) { try PasswordRules.check(user.password) }
    }

    @Test func publishesThePasswordsOfTheManual() {
        #expect(DefaultUser.allCases.map(\.name) == ["user", "operator", "admin"])
        #expect(DefaultUser.allCases.map(\.password) == ["hesuser", "hesoperator", "hesadmin"])
    }
}
