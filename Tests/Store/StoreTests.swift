import Glibc
import Testing
import Values

@testable import Store

@Suite struct StoreOpeningTests {
    @Test func makesTheDefaultProjectAndTheArchives() async throws {
        let test = try await TestStore()
        let (projects, archives) = try await test.store.read { (s) throws(StoreError) in
            (try s.projects(), try s.archives())
        }
        #expect(projects.map(\.name) == ["Default"])
        #expect(
            archives.map(\.id) == [
                "END_OF_DAY", "END_OF_MONTH", "PROFILE_30", "PROFILE_60", "CURRENT", "NETWORK",
                "TELEMETRY",
            ])
        #expect(archives.allSatisfy { $0.isActive && $0.retentionSeconds == 31_536_000 })
        let group = try await test.store.read { (s) throws(StoreError) in
            try s.defaultGroup(in: projects[0].id)
        }
        #expect(group?.name == "Default")
        await test.store.close()
    }

    @Test func keepsEverythingAcrossARestart() async throws {
        let test = try await TestStore()
        let device = try await test.device()
        await test.store.close()
        let again = try await test.reopen()
        let found = try await again.read { (s) throws(StoreError) in try s.device(device.id) }
        #expect(found == device)
        #expect(try await again.integrityProblems() == [])
        await again.close()
    }

    @Test func doesNotMakeADeletedDefaultProjectAnew() async throws {
        let test = try await TestStore()
        let project = try await test.project()
        try await test.store.write { (t) throws(StoreError) in
            try t.insert(Project(id: t.newID(), name: "Other", created: t.now))
            try t.deleteProject(project)
        }
        await test.store.close()
        let again = try await test.reopen()
        let names = try await again.read { (s) throws(StoreError) in try s.projects().map(\.name) }
        #expect(names == ["Other"])
        await again.close()
    }

    @Test func refusesASecondHost() async throws {
        let test = try await TestStore()
        await #expect(throws: StoreError.locked(path: test.folder.path)) {
            _ = try await test.reopen()
        }
        await test.store.close()
        await (try test.reopen()).close()
    }

    @Test func refusesCallsAfterClosing() async throws {
        let test = try await TestStore()
        await test.store.close()
        await #expect(throws: StoreError.closed) {
            try await test.store.write { (_) throws(StoreError) in }
        }
        await #expect(throws: StoreError.closed) {
            _ = try await test.store.read { (s) throws(StoreError) in try s.projects() }
        }
    }

    @Test func closesTheDirectoryToOthers() async throws {
        let test = try await TestStore()
        try await test.store.append(
            CollectionBatch(
                project: try await test.project(), device: try await test.device().id,
                measurements: [.energy("1.5", at: "2026-11-20T00:00:00+03:00")]))
        var status = stat()
        for file in try TemporaryFolder.files(in: test.folder.path) {
            #expect(lstat(file, &status) == 0)
            #expect(status.st_mode & 0o077 == 0, "\(file)")
        }
        #expect(lstat(test.folder.path, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o700)
        await test.store.close()
    }
}

extension MeasurementRecord {
    /// A reading of A+ for the end of a day.
    static func energy(
        _ value: String?, at time: String, tag: String = "TOTAL", status: Status = .valid,
        archive: String = "END_OF_DAY", received: String = "2026-11-21T00:00:01+03:00"
    ) -> MeasurementRecord {
        MeasurementRecord(
            archive: archive, quantity: "A+", tag: tag,
            value: value.flatMap { Decimal($0) }.map { .decimal($0) }, status: status,
            time: .at(time), intervalEnd: Timestamp.at(time).milliseconds,
            received: .at(received))
    }
}
