import JSON
import Testing
import Values

@testable import Store

@Suite struct ConfigurationTests {
    /// Text as an import brings it: spaces, line ends and order are to be kept.
    static let settings = SettingsText(
        "{\r\n                \"DLMS_PASSWORD\": \"0000000011111111\", \r\n \"B\":\"1\" \r\n}")

    private func channel(_ test: TestStore, _ name: String = "10.5.111.110") async throws -> Channel
    {
        Channel(
            id: try #require(UUID("96203520-8c7e-4961-8e8b-5981a9db6020")),
            project: try await test.project(), name: name, type: "CHAN_TYPE_TCP",
            isExclusive: true, settings: Self.settings, created: test.store.now)
    }

    private func profile(_ test: TestStore) async throws -> ProtocolProfile {
        ProtocolProfile(
            id: try #require(UUID("88813ed8-40f5-44c9-bbe6-01ae79525331")),
            project: try await test.project(), name: "13135", type: "PROTO_DLMS",
            settings: Self.settings, created: test.store.now)
    }

    @Test func givesTheCharactersOfSettingsBack() async throws {
        let test = try await TestStore()
        let (channel, profile) = (try await channel(test), try await profile(test))
        try await test.store.write { (t) throws(StoreError) in
            try t.insert(channel)
            try t.insert(profile)
        }
        let found = try await test.store.read { (s) throws(StoreError) in
            (try s.channel(channel.id), try s.protocolProfile(profile.id))
        }
        #expect(found == (channel, profile))
        #expect("\(found.0)".contains("0000000011111111") == false)
        await test.store.close()
    }

    @Test func keepsAWholeCard() async throws {
        let test = try await TestStore()
        let parent = try await test.device("concentrator")
        var device = try await test.device()
        device.deviceClass = "DC_METER"
        device.status = "DS_STORE"
        device.enabled = false
        device.source = .imported
        device.plugDate = CardDate(
            text: "2023-12-20T07:56:22.220148Z", moment: Moment(milliseconds: 1_703_058_982_220))
        device.manufactured = CardDate(text: "неизвестно", moment: nil)
        device.commissioned = CardDate(text: "2020-01-02", moment: Moment(milliseconds: 1))
        device.lastVerified = CardDate(text: "2021", moment: nil)
        device.nextVerification = CardDate(text: "2031", moment: nil)
        device.latitude = 45.0428
        device.longitude = 41.9734
        device.altitude = -3
        device.act = "№ 17"
        device.reserve = "…"
        device.attributes = SettingsText("{\"AT_ACCESS_PASSWORD\": \"x\"}")
        device.group = try await test.store.read { (s) throws(StoreError) in
            try s.defaultGroup(in: parent.project)?.id
        }
        device.parent = parent.id
        device.timeZone = "Europe/Moscow"
        let edited = device
        device.revision = try await test.store.write { (t) throws(StoreError) in
            try t.update(edited, expecting: 1)
        }
        let wanted = device
        let (found, children) = try await test.store.read { (s) throws(StoreError) in
            (try s.device(wanted.id), try s.children(of: parent.id))
        }
        #expect(found == wanted)
        #expect(children == [wanted])
        #expect(found.revision == 2)
        await test.store.close()
    }

    @Test func noticesALostUpdate() async throws {
        let test = try await TestStore()
        let device = try await test.device()
        try await test.store.write { (t) throws(StoreError) in try t.update(device, expecting: 1) }
        await #expect(throws: StoreError.revisionMismatch(.device, current: 2)) {
            try await test.store.write { (t) throws(StoreError) in
                try t.update(device, expecting: 1)
            }
        }
        await #expect(throws: StoreError.revisionMismatch(.device, current: 2)) {
            try await test.store.write { (t) throws(StoreError) in
                try t.deleteDevice(device.id, expecting: 1)
            }
        }
        try await test.store.write { (t) throws(StoreError) in
            try t.deleteDevice(device.id, expecting: 2)
        }
        await #expect(throws: StoreError.notFound(.device)) {
            try await test.store.write { (t) throws(StoreError) in
                try t.update(device, expecting: 1)
            }
        }
        await test.store.close()
    }

    @Test func noticesLostUpdatesOfEveryEditableKind() async throws {
        let test = try await TestStore()
        let (channel, profile) = (try await channel(test), try await profile(test))
        let device = try await test.device()
        let line = Commline(
            id: test.store.newID(), project: device.project, device: device.id,
            channel: channel.id, profile: profile.id, deviceLib: "DL_CE_307",
            protocolMap: "PROTO_MAP_SPODES_CE307_V10", created: test.store.now)
        let group = DeviceGroup(
            id: test.store.newID(), project: device.project, name: "g", created: test.store.now)
        let role = Role(id: test.store.newID(), name: "r", permissions: ["View.Devices"])
        let user = User(id: test.store.newID(), name: "u", created: test.store.now)
        try await test.store.write { (t) throws(StoreError) in
            try t.insert(channel)
            try t.insert(profile)
            try t.insert(line)
            try t.insert(group)
            try t.insert(role)
            try t.insert(user, passwordHash: "x")
        }
        let archive = try await test.store.read { (s) throws(StoreError) in
            try s.archive("CURRENT")
        }
        let edits: [(Entity, @Sendable (Transaction, Int64) throws(StoreError) -> Int64)] = [
            (.channel, { (t, r) throws(StoreError) in try t.update(channel, expecting: r) }),
            (.protocol, { (t, r) throws(StoreError) in try t.update(profile, expecting: r) }),
            (.commline, { (t, r) throws(StoreError) in try t.update(line, expecting: r) }),
            (.group, { (t, r) throws(StoreError) in try t.update(group, expecting: r) }),
            (.role, { (t, r) throws(StoreError) in try t.update(role, expecting: r) }),
            (.user, { (t, r) throws(StoreError) in try t.update(user, expecting: r) }),
            (.archive, { (t, r) throws(StoreError) in try t.update(archive, expecting: r) }),
            (
                .setting,
                { (t, r) throws(StoreError) in try t.setSetting("k", [1], expecting: r - 1) }
            ),
        ]
        for (entity, edit) in edits {
            let revision = try await test.store.write { (t) throws(StoreError) in try edit(t, 1) }
            #expect(revision == (entity == .setting ? 1 : 2), "\(entity)")
            let current: Int64 = entity == .setting ? 1 : 2
            await #expect(throws: StoreError.revisionMismatch(entity, current: current)) {
                try await test.store.write { (t) throws(StoreError) in try edit(t, 1) }
            }
        }
        await test.store.close()
    }

    @Test func refusesToDeleteWhatIsInUse() async throws {
        let test = try await TestStore()
        let (channel, profile) = (try await channel(test), try await profile(test))
        let device = try await test.device()
        let line = Commline(
            id: test.store.newID(), project: device.project, device: device.id,
            channel: channel.id, profile: profile.id, deviceLib: "L", protocolMap: "M", priority: 1,
            created: test.store.now)
        var better = line
        better.id = test.store.newID()
        better.priority = 5
        let second = better
        try await test.store.write { (t) throws(StoreError) in
            try t.insert(channel)
            try t.insert(profile)
            try t.insert(line)
            try t.insert(second)
        }
        let lines = try await test.store.read { (s) throws(StoreError) in
            try s.commlines(ofDevice: device.id)
        }
        #expect(lines == [second, line])
        await #expect(throws: StoreError.inUse(.channel, by: .commline)) {
            try await test.store.write { (t) throws(StoreError) in try t.deleteChannel(channel.id) }
        }
        await #expect(throws: StoreError.inUse(.protocol, by: .commline)) {
            try await test.store.write { (t) throws(StoreError) in
                try t.deleteProtocol(profile.id)
            }
        }
        await #expect(throws: StoreError.inUse(.project, by: .device)) {
            try await test.store.write { (t) throws(StoreError) in
                try t.deleteProject(device.project)
            }
        }
        try await test.store.write { (t) throws(StoreError) in
            try t.deleteDevice(device.id)
            try t.deleteChannel(channel.id)
            try t.deleteProtocol(profile.id)
        }
        await test.store.close()
    }

    @Test func keepsProjectsApart() async throws {
        let test = try await TestStore()
        let (channel, profile) = (try await channel(test), try await profile(test))
        let other = Project(id: test.store.newID(), name: "Other", created: test.store.now)
        try await test.store.write { (t) throws(StoreError) in
            try t.insert(other)
            try t.insert(channel)
            try t.insert(profile)
        }
        let device = try await test.device(project: other.id)
        let line = Commline(
            id: test.store.newID(), project: other.id, device: device.id, channel: channel.id,
            profile: profile.id, deviceLib: "L", protocolMap: "M", created: test.store.now)
        await #expect(throws: StoreError.notFound(.channel)) {
            try await test.store.write { (t) throws(StoreError) in try t.insert(line) }
        }
        let home = try await test.project()
        let page = try await test.store.read { (s) throws(StoreError) in try s.devices(in: home) }
        #expect(page.items.isEmpty)
        await #expect(throws: StoreError.notFound(.device)) {
            try await test.store.append(
                CollectionBatch(
                    project: home, device: device.id,
                    states: [
                        .init(
                            archive: "TIME", type: "t", value: 1, time: nil,
                            received: .at("2026-11-21T00:00:00Z"))
                    ]))
        }
        await test.store.close()
    }

    @Test func importsAllOrNothing() async throws {
        let test = try await TestStore()
        let channel = try await channel(test)
        await #expect(throws: StoreError.alreadyExists(.channel, field: "id")) {
            try await test.store.write { (t) throws(StoreError) in
                try t.insert(channel)
                try t.insert(channel)
            }
        }
        await #expect(throws: StoreError.notFound(.channel)) {
            _ = try await test.store.read { (s) throws(StoreError) in try s.channel(channel.id) }
        }
        let changes = try await test.store.read { (s) throws(StoreError) in
            try s.changes(after: 0).filter { $0.entity == .channel }
        }
        #expect(changes.isEmpty)
        await test.store.close()
    }

    @Test func listsInTheOrderOfAnImport() async throws {
        let test = try await TestStore()
        let project = try await test.project()
        let ids = (0..<50).map { _ in
            UUID(high: .random(in: 0 ... .max), low: .random(in: 0 ... .max))
        }
        let now = test.store.now
        try await test.store.write { (t) throws(StoreError) in
            for (number, id) in ids.enumerated() {
                try t.insert(
                    Device(
                        id: id, project: project, serialNumber: "\(1_000 - number)",
                        type: "DT_CE307", added: now))
            }
        }
        let found = try await test.store.read { (s) throws(StoreError) in
            try s.devices(in: project).items.map(\.id)
        }
        #expect(found == ids)
        await test.store.close()
    }

    @Test func givesADeviceThatComesBackItsRecordsAgain() async throws {
        let test = try await TestStore()
        let device = try await test.device("A")
        _ = try await test.device("B")
        let state = StateRecord(
            archive: "INFORMATION", type: "serial", value: "A", time: nil,
            received: .at("2026-11-21T00:00:00Z"))
        try await test.store.append(
            CollectionBatch(project: device.project, device: device.id, states: [state]))
        try await test.store.write { (t) throws(StoreError) in
            try t.deleteDevice(device.id)
            try t.insert(device)
        }
        let (states, order) = try await test.store.read { (s) throws(StoreError) in
            (
                try s.currentStates(StateQuery(device: device.id)),
                try s.devices(in: device.project).items.map(\.serialNumber)
            )
        }
        #expect(states.count == 1)
        #expect(order == ["B", "A"])
        await test.store.close()
    }
}
