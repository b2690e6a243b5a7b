import Testing
import Values

@testable import Store

@Suite struct ListTests {
    private func filled(_ count: Int = 40) async throws -> (TestStore, UUID) {
        let test = try await TestStore()
        let project = try await test.project()
        let now = test.store.now
        try await test.store.write { (t) throws(StoreError) in
            for number in 0..<count {
                try t.insert(
                    Device(
                        id: t.newID(), project: project, serialNumber: "\(number % 7)",
                        type: number % 3 == 0 ? "DT_CE207" : "DT_CE307",
                        enabled: number % 2 == 0, act: "Акт № \(number)", added: now))
            }
        }
        return (test, project)
    }

    private func pages(
        _ query: Query<DeviceField>, of project: UUID, _ test: TestStore
    ) async throws -> [Device] {
        var query = query
        var found: [Device] = []
        repeat {
            let part = query
            let page = try await test.store.read { (s) throws(StoreError) in
                try s.devices(in: project, part)
            }
            found += page.items
            query.cursor = page.next
        } while query.cursor != nil
        return found
    }

    @Test(arguments: [nil, DeviceField.serialNumber, .type, .status], [false, true])
    func givesEachRowOnce(_ sort: DeviceField?, _ descending: Bool) async throws {
        let (test, project) = try await filled()
        let whole = try await pages(
            Query(sort: sort, descending: descending, limit: 100), of: project, test)
        #expect(whole.count == 40)
        let parts = try await pages(
            Query(sort: sort, descending: descending, limit: 3), of: project, test)
        #expect(parts == whole)
        if sort == .serialNumber {
            let serials = whole.map(\.serialNumber)
            #expect(serials == (descending ? serials.sorted(by: >) : serials.sorted()))
        }
        await test.store.close()
    }

    @Test func staysStableWhileRowsComeAndGo() async throws {
        let (test, project) = try await filled()
        let query = Query<DeviceField>(sort: .serialNumber, limit: 10)
        let first = try await test.store.read { (s) throws(StoreError) in
            try s.devices(in: project, query)
        }
        let whole = try await pages(Query(sort: .serialNumber, limit: 100), of: project, test)
        let now = test.store.now
        // The row that the cursor stands on goes, and one comes before it.
        let (gone, newcomer) = (first.items[9].id, test.store.newID())
        try await test.store.write { (t) throws(StoreError) in
            try t.deleteDevice(gone)
            try t.insert(
                Device(
                    id: newcomer, project: project, serialNumber: "0", type: "DT_CE307", added: now)
            )
        }
        var rest = query
        rest.cursor = first.next
        let others = try await pages(rest, of: project, test)
        #expect(first.items + others == whole)
        await test.store.close()
    }

    @Test func filters() async throws {
        let (test, project) = try await filled()
        let conditions: [([Condition<DeviceField>], Int)] = [
            ([Condition(.type, .equal, .text("DT_CE207"))], 14),
            ([Condition(.type, .notEqual, .text("DT_CE207"))], 26),
            ([Condition(.serialNumber, oneOf: [.text("0"), .text("1")])], 12),
            ([Condition(.serialNumber, .greaterOrEqual, .text("5"))], 10),
            ([Condition(.enabled, .equal, .flag(true))], 20),
            ([Condition(.group, .equal, .null)], 40),
            ([Condition(.group, .equal, .id(project))], 0),
            ([Condition(.act, .contains, .text("АКТ № 1"))], 11),
            ([Condition(.added, .lessOrEqual, .moment(test.store.now))], 40),
            (
                [
                    Condition(.enabled, .equal, .flag(true)),
                    Condition(.type, .equal, .text("DT_CE207")),
                ], 7
            ),
        ]
        for (conditions, count) in conditions {
            let page = try await test.store.read { (s) throws(StoreError) in
                try s.devices(in: project, Query(conditions, limit: 5, wantsTotal: true))
            }
            #expect(page.total == count, "\(conditions)")
            #expect(page.items.count == min(5, count))
        }
        await test.store.close()
    }

    @Test func refusesWhatMakesNoSense() async throws {
        let (test, project) = try await filled(3)
        let cursor = try await test.store.read { (s) throws(StoreError) in
            try s.devices(in: project, Query(limit: 1)).next
        }
        let wrong: [Query<DeviceField>] = [
            Query(sort: .act), Query(limit: 0), Query(limit: 100_000),
            Query(cursor: Cursor(text: "%")), Query(cursor: Cursor(text: "")),
            Query(descending: true, limit: 1, cursor: cursor),
            Query([Condition(.enabled, .equal, .text("yes"))]),
            Query([Condition(.enabled, .contains, .flag(true))]),
            Query([Condition(.enabled, .less, .null)]),
            Query([Condition(.enabled, oneOf: [])]),
        ]
        for query in wrong {
            await #expect(throws: StoreError.self, "\(query)") {
                _ = try await test.store.read { (s) throws(StoreError) in
                    try s.devices(in: project, query)
                }
            }
        }
        await test.store.close()
    }

    @Test func putsNoKeyIntoACursor() async throws {
        let (test, project) = try await filled(3)
        let texts = try await test.store.read { (s) throws(StoreError) in
            [
                try s.devices(in: project, Query(limit: 1)).next?.text,
                try s.devices(in: project, Query(limit: 1)).next?.text,
            ]
        }
        // Sealed with another nonce each time: nothing of the place shows.
        #expect(texts[0] != nil && texts[0] != texts[1])
        await test.store.close()
    }
}
