import JSON
import Testing
import Values

@testable import Store

@Suite struct ContactTests {
    private static let hour: Int64 = 3_600_000

    private func mark(
        _ device: Device, _ now: Moment, succeeded: Bool, code: Int32 = 0
    ) -> ContactMark {
        ContactMark(
            device: device.id, began: now, ended: Moment(milliseconds: now.milliseconds + 1_000),
            succeeded: succeeded, code: code)
    }

    private func note(_ marks: [ContactMark], _ test: TestStore) async throws {
        try await test.store.write { (t) throws(StoreError) in
            for mark in marks { try t.note(mark) }
        }
    }

    @Test func remembersTheLastContactOfEachDevice() async throws {
        let test = try await TestStore()
        let device = try await test.device()
        #expect(device.contact == .none)
        let now = test.clock.now
        try await note(
            [
                mark(device, now, succeeded: true),
                mark(
                    device, Moment(milliseconds: now.milliseconds + Self.hour), succeeded: false,
                    code: 3),
                mark(
                    device, Moment(milliseconds: now.milliseconds + 2 * Self.hour),
                    succeeded: false, code: 4),
            ], test)
        let found = try await test.store.read { (s) throws(StoreError) in
            try s.device(device.id)
        }
        #expect(found.contact.lastSuccess?.milliseconds == now.milliseconds + 1_000)
        #expect(
            found.contact.lastAttempt?.milliseconds == now.milliseconds + 2 * Self.hour + 1_000)
        #expect(found.contact.lastCode == 4)
        #expect(found.contact.failures == 2)
        #expect(found.revision == device.revision)
        // What the host knows is not the caller's to change.
        try await test.store.write { (t) throws(StoreError) in try t.update(device) }
        let after = try await test.store.read { (s) throws(StoreError) in
            try s.device(device.id).contact
        }
        #expect(after == found.contact)
        try await note(
            [mark(device, Moment(milliseconds: now.milliseconds + 9), succeeded: true)], test)
        let success = try await test.store.read { (s) throws(StoreError) in
            try s.device(device.id).contact
        }
        #expect(success.failures == 0 && success.lastCode == 0)
        // An attempt that began earlier and is told later takes nothing back.
        #expect(success.lastAttempt == found.contact.lastAttempt)
        await test.store.close()
    }

    @Test func forgetsAnAttemptOfADeviceThatIsGone() async throws {
        let test = try await TestStore()
        let device = try await test.device()
        try await test.store.write { (t) throws(StoreError) in
            try t.deleteDevice(device.id)
            try t.deleteProject(device.project)
        }
        try await note([mark(device, test.clock.now, succeeded: true)], test)
        await test.store.close()
    }

    @Test func listsDevicesByTheirLastSuccess() async throws {
        let test = try await TestStore()
        var devices: [Device] = []
        for index in 0..<7 { devices.append(try await test.device("n\(index)")) }
        let now = test.clock.now
        // Two never, three at the same time, two at others.
        let hours: [Int: Int64] = [1: 5, 2: 2, 3: 2, 5: 2, 6: 1]
        try await note(
            hours.map { index, hour in
                mark(
                    devices[index], Moment(milliseconds: now.milliseconds + hour * Self.hour),
                    succeeded: true)
            }, test)
        let project = devices[0].project
        for (descending, expected) in [
            (false, [0, 4, 6, 2, 3, 5, 1]), (true, [1, 5, 3, 2, 6, 4, 0]),
        ] {
            for limit in [1, 2, 7] {
                var cursor: Cursor?
                var serials: [String] = []
                repeat {
                    let query = Query<DeviceField>(
                        sort: .lastSuccess, descending: descending, limit: limit, cursor: cursor)
                    let page = try await test.store.read { (s) throws(StoreError) in
                        try s.devices(in: project, query)
                    }
                    serials += page.items.map(\.serialNumber)
                    cursor = page.next
                } while cursor != nil
                #expect(serials == expected.map { "n\($0)" }, "pages of \(limit)")
            }
        }
        let limit = Moment(milliseconds: now.milliseconds + 2 * Self.hour)
        let late = try await test.store.read { (s) throws(StoreError) in
            try s.devices(
                in: project, Query([Condition(.lastSuccess, .less, .moment(limit))]))
        }
        #expect(late.items.map(\.serialNumber) == ["n0", "n4", "n6"])
        await test.store.close()
    }

    @Test func countsDevicesThatAreOverdue() async throws {
        let test = try await TestStore()
        let start = test.clock.now
        let lost = try await test.device("lost")
        let silent = try await test.device("silent")
        var disabled = try await test.device("disabled")
        disabled.enabled = false
        let off = disabled
        try await test.store.write { (t) throws(StoreError) in try t.update(off) }
        try await note([mark(lost, start, succeeded: true)], test)
        test.clock.advance(milliseconds: 100 * Self.hour)
        let fresh = try await test.device("fresh")
        let seen = try await test.device("seen")
        try await note([mark(seen, test.clock.now, succeeded: true)], test)
        let now = test.clock.now
        let alarms = try await test.store.read { (s) throws(StoreError) in
            let settings = try s.monitoring().settings
            return try s.contactAlarms(before: settings.alarmLimit(now), in: lost.project)
        }
        // The fresh one never answered, but it has been here for a moment only.
        #expect(alarms == ContactAlarms(overdue: 2, oldest: silent.added))
        try await note(
            [mark(silent, now, succeeded: true), mark(fresh, now, succeeded: true)], test)
        let rest = try await test.store.read { (s) throws(StoreError) in
            try s.contactAlarms(before: Moment(milliseconds: now.milliseconds - 72 * Self.hour))
        }
        #expect(rest.overdue == 1)
        #expect(rest.oldest?.milliseconds == start.milliseconds + 1_000)
        await test.store.close()
    }

    @Test func givesDevicesOfAnOlderDatabaseAContact() throws {
        let folder = try TemporaryFolder()
        let old = try Connection(path: folder.path + "/old.sqlite", mode: .readWrite)
        try Schema.main.migrate(old, upTo: 5)
        try old.execute(
            """
            INSERT INTO project (id, uuid, name, description, created, revision)
                VALUES (1, x'07', 'p', '', 0, 1);
            INSERT INTO device_key VALUES (3, x'08', 1);
            INSERT INTO device (id, project, place, serial, type, class, status, enabled, source,
                act, reserve, added, revision)
                VALUES (3, 1, 9, 's', 't', '', '', 1, 'manual', '', '', 0, 1);
            """)
        try Schema.main.migrate(old)
        #expect(
            try old.integer("SELECT place FROM device_contact WHERE device = 3 AND project = 1")
                == 9)
    }

    @Test func keepsItsSettingsWithinTheirRange() async throws {
        let test = try await TestStore()
        let first = try await test.store.read { (s) throws(StoreError) in try s.monitoring() }
        #expect(first.settings == MonitoringSettings())
        #expect(first.revision == 0)
        try await test.store.write { (t) throws(StoreError) in
            try t.set(MonitoringSettings(alarmHours: 5, reachabilityDays: 10), expecting: 0)
        }
        let second = try await test.store.read { (s) throws(StoreError) in try s.monitoring() }
        #expect(second.settings == MonitoringSettings(alarmHours: 5, reachabilityDays: 10))
        #expect(second.revision == 1)
        await #expect(throws: StoreError.self) {
            try await test.store.write { (t) throws(StoreError) in
                try t.set(MonitoringSettings(alarmHours: 0, reachabilityDays: 10))
            }
        }
        await #expect(throws: StoreError.revisionMismatch(.setting, current: 1)) {
            try await test.store.write { (t) throws(StoreError) in
                try t.set(MonitoringSettings(), expecting: 0)
            }
        }
        await test.store.close()
    }
}

@Suite struct ReachabilityTests {
    private static let hour = Reachability.hour
    private static let start = TestStore.start.milliseconds / hour

    private func note(
        _ device: Device, _ hour: Int64, succeeded: Bool, _ test: TestStore
    ) async throws {
        let at = Moment(milliseconds: (Self.start + hour) * Self.hour + 5)
        try await test.store.write { (t) throws(StoreError) in
            try t.note(
                ContactMark(
                    device: device.id, began: at, ended: at, succeeded: succeeded, code: 0))
        }
    }

    @Test func countsSessionsHourByHour() async throws {
        let test = try await TestStore()
        let (a, b) = (try await test.device("a"), try await test.device("b"))
        try await note(a, 0, succeeded: true, test)
        try await note(a, 0, succeeded: false, test)
        try await note(a, 2, succeeded: false, test)
        try await note(a, 24, succeeded: true, test)
        try await note(b, 2, succeeded: true, test)
        let cells = try await test.store.read { (s) throws(StoreError) in
            try s.reachability(of: [b.id, a.id], hours: Self.start..<Self.start + 24)
        }
        #expect(
            cells == [
                [Self.start + 2: .init(tried: 1, succeeded: 1)],
                [
                    Self.start: .init(tried: 2, succeeded: 1),
                    Self.start + 2: .init(tried: 1, succeeded: 0),
                ],
            ])
        await test.store.close()
    }

    @Test func sumsGroupsUp() async throws {
        let test = try await TestStore()
        let project = try await test.project()
        let group = DeviceGroup(
            id: test.store.newID(), project: project, name: "g", created: test.store.now)
        try await test.store.write { (t) throws(StoreError) in try t.insert(group) }
        let outside = try await test.device("outside")
        var members: [Device] = []
        for serial in ["a", "b", "c"] {
            var device = try await test.device(serial)
            device.group = group.id
            let moved = device
            try await test.store.write { (t) throws(StoreError) in try t.update(moved) }
            members.append(device)
        }
        try await note(outside, 1, succeeded: true, test)
        try await note(members[0], 0, succeeded: true, test)
        try await note(members[0], 1, succeeded: false, test)
        try await note(members[1], 1, succeeded: false, test)
        let other = Project(id: test.store.newID(), name: "other", created: test.store.now)
        try await test.store.write { (t) throws(StoreError) in try t.insert(other) }
        try await note(try await test.device("x", project: other.id), 1, succeeded: true, test)
        let entries = try await test.store.read { (s) throws(StoreError) in
            try s.reachabilityOfGroups(
                in: project, hours: Self.start..<Self.start + 4, width: 2, from: Self.start)
        }
        #expect(entries.count == 2)
        let own = try #require(entries.first { $0.group == group.id })
        #expect(own.column == 0)
        #expect(own.cell.cell == .init(tried: 3, succeeded: 1))
        #expect(own.cell.devices == 2 && own.cell.reached == 1)
        let none = try #require(entries.first { $0.group == nil })
        #expect(none.cell.cell == .init(tried: 1, succeeded: 1))
        await test.store.close()
    }

    @Test func deletesWhatIsBeyondItsRetentionInSteps() async throws {
        let test = try await TestStore()
        var devices: [Device] = []
        for index in 0..<5 { devices.append(try await test.device("\(index)")) }
        for device in devices {
            for hour in 0..<3 { try await note(device, Int64(hour), succeeded: true, test) }
        }
        var counts: [Int] = []
        repeat {
            counts.append(
                try await test.store.write { (t) throws(StoreError) in
                    try t.trimReachability(before: Self.start + 2, limit: 4)
                })
        } while counts.last == 4
        #expect(counts == [4, 4, 2])
        let ids = devices.map(\.id)
        let left = try await test.store.read { (s) throws(StoreError) in
            try s.reachability(of: ids, hours: Self.start..<Self.start + 3)
        }
        #expect(left.allSatisfy { $0.keys.sorted() == [Self.start + 2] })
        // The daily clean-up goes by the setting.
        try await test.store.write { (t) throws(StoreError) in
            try t.set(MonitoringSettings(alarmHours: 1, reachabilityDays: 1))
        }
        test.clock.advance(milliseconds: 26 * Self.hour)
        #expect(try await test.store.cleanUp().reachability == 0)
        test.clock.advance(milliseconds: Self.hour)
        #expect(try await test.store.cleanUp().reachability == 5)
        await test.store.close()
    }
}
