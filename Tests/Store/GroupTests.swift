import Testing
import Values

@testable import Store

@Suite struct GroupTests {
    private func group(
        _ name: String, below parent: UUID? = nil, isDefault: Bool = false, in test: TestStore
    ) async throws -> DeviceGroup {
        let group = DeviceGroup(
            id: test.store.newID(), project: try await test.project(), parent: parent, name: name,
            isDefault: isDefault, created: test.store.now)
        try await test.store.write { (t) throws(StoreError) in try t.insert(group) }
        return group
    }

    @Test func hasOneDefaultAtATime() async throws {
        let test = try await TestStore()
        let group = try await group("КЕСИ", isDefault: true, in: test)
        let defaults = try await test.store.read { (s) throws(StoreError) in
            try s.groups(in: group.project, Query([Condition(.isDefault, .equal, .flag(true))]))
        }
        #expect(defaults.items == [group])
        var plain = group
        plain.isDefault = false
        let edited = plain
        await #expect(throws: StoreError.self) {
            try await test.store.write { (t) throws(StoreError) in try t.update(edited) }
        }
        await #expect(throws: StoreError.self) {
            try await test.store.write { (t) throws(StoreError) in try t.deleteGroup(group.id) }
        }
        await test.store.close()
    }

    @Test func goesThreeLevelsDeepAndInNoCircle() async throws {
        let test = try await TestStore()
        let top = try await group("1", in: test)
        let middle = try await group("2", below: top.id, in: test)
        let bottom = try await group("3", below: middle.id, in: test)
        let tooDeep = StoreError.invalid(field: "parent", message: "groups go 3 levels deep")
        await #expect(throws: tooDeep) {
            _ = try await group("4", below: bottom.id, in: test)
        }
        let moves: [(DeviceGroup, UUID, StoreError)] = [
            (top, bottom.id, .invalid(field: "parent", message: "a group cannot be below itself")),
            (top, top.id, .invalid(field: "parent", message: "a group cannot be below itself")),
            (top, try await group("other", in: test).id, tooDeep),
        ]
        for (group, parent, error) in moves {
            var moved = group
            moved.parent = parent
            let edited = moved
            await #expect(throws: error) {
                try await test.store.write { (t) throws(StoreError) in try t.update(edited) }
            }
        }
        await test.store.close()
    }

    @Test func namesAreUniqueBesideEachOther() async throws {
        let test = try await TestStore()
        let top = try await group("same", in: test)
        _ = try await group("same", below: top.id, in: test)
        await #expect(throws: StoreError.self) { _ = try await group("same", in: test) }
        await test.store.close()
    }

    @Test func givesTheDevicesOfTheWholeTree() async throws {
        let test = try await TestStore()
        let top = try await group("1", in: test)
        let bottom = try await group("2", below: top.id, in: test)
        var devices: [Device] = []
        for (serial, group) in [("a", top), ("b", bottom), ("c", top)] {
            var device = try await test.device(serial)
            device.group = group.id
            let edited = device
            try await test.store.write { (t) throws(StoreError) in try t.update(edited) }
            devices.append(edited)
        }
        let (all, count) = try await test.store.read { (s) throws(StoreError) in
            (try s.deviceIDs(inGroup: top.id), try s.deviceCount(inGroup: top.id))
        }
        #expect(all == devices.map(\.id))
        #expect(count == 2)
        await #expect(throws: StoreError.inUse(.group, by: .group)) {
            try await test.store.write { (t) throws(StoreError) in try t.deleteGroup(top.id) }
        }
        try await test.store.write { (t) throws(StoreError) in try t.deleteGroup(bottom.id) }
        let second = devices[1].id
        let device = try await test.store.read { (s) throws(StoreError) in
            try s.device(second)
        }
        #expect(device.group == nil)
        #expect(device.revision == 3)
        await test.store.close()
    }
}
