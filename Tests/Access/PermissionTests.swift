import Testing

@testable import Access

@Suite struct PermissionTests {
    @Test func countsThePermissionsOfTheManual() {
        // ceHES, appendix 2, table 9 has 69 rows.
        #expect(Permission.cehes.count == 69)
        #expect(Permission.cehes.contains(.viewDevices))
        #expect(Permission.cehes.contains(.manageTreeNodesAccess))
        #expect(!Permission.cehes.contains(.viewDeviceGroups))
        #expect(Permission.ours.allSatisfy { $0.isOurs })
    }

    @Test func readsSymbolsBack() {
        for permission in Permission.allCases {
            #expect(Permission(rawValue: permission.symbol) == permission)
        }
    }

    @Test(arguments: Permission.allCases)
    func hasAVerbAndASubject(_ permission: Permission) {
        let verbs = [
            "View", "Read", "Write", "Delete", "Execute", "All", "Manage", "Create", "Update",
        ]
        let parts = permission.symbol.split(separator: ".")
        #expect(parts.count >= 2)
        #expect(verbs.contains(String(parts[0])))
        #expect(!permission.symbol.contains(":"))
    }

    @Test func describesEachInBothLanguages() {
        let labels = Permission.allCases.map(\.label)
        #expect(labels.allSatisfy { !$0.ru.isEmpty && !$0.en.isEmpty })
        #expect(Set(labels.map(\.ru)).count == labels.count)
        #expect(Set(labels.map(\.en)).count == labels.count)
    }
}
