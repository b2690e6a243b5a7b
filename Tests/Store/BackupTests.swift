import Glibc
import Testing
import Values

@testable import Store

@Suite struct BackupTests {
    private func reading(_ number: Int) -> MeasurementRecord {
        MeasurementRecord(
            archive: "PROFILE_30", quantity: "A+", value: .unsigned(UInt64(number)),
            status: .valid, time: nil,
            intervalEnd: TestStore.start.milliseconds + Int64(number) * 1_800_000,
            received: Timestamp(milliseconds: TestStore.start.milliseconds))
    }

    private func count(_ store: Store, _ device: UUID) async throws -> Int {
        try await store.read { (s) throws(StoreError) in
            try s.measurements(
                MeasurementQuery(
                    devices: [device], archive: "PROFILE_30", from: 0, through: .max,
                    limit: 10_000)
            ).items.count
        }
    }

    /// A backup amid writing holds all that was acknowledged before it began.
    @Test func holdsWhatWasAcknowledged() async throws {
        let test = try await TestStore()
        let device = try await test.device()
        let store = test.store
        for number in 0..<20 {
            try await store.append(
                CollectionBatch(
                    project: device.project, device: device.id, measurements: [reading(number)]))
        }
        async let more: Void = {
            for number in 20..<200 {
                try await store.append(
                    CollectionBatch(
                        project: device.project, device: device.id,
                        measurements: [reading(number)]))
            }
        }()
        let manifest = try await store.backUp(
            as: "one", Backup.Options(includesKey: true, includesTrace: true))
        try await more
        #expect(manifest.includesKey && manifest.fileCount >= 3)
        #expect(try store.backups().map(\.name) == ["one"])
        await #expect(throws: StoreError.self) { _ = try await store.backUp(as: "one") }
        await store.close()

        let target = try TemporaryFolder()
        let clock = test.clock
        _ = try Restore.carryOut(
            "\(test.folder.path)/backups/one", to: target.path + "/data")
        let again = try await Store.open(
            StoreConfiguration(path: target.path + "/data", clock: { clock.now }))
        #expect(try await count(again, device.id) >= 20)
        #expect(try await again.integrityProblems() == [])
        #expect(try Doctor.examine(target.path + "/data").allSatisfy { $0.severity != .damage })
        await again.close()
    }

    @Test func wantsTheKeyThatIsNotInIt() async throws {
        let test = try await TestStore()
        let device = try await test.device()
        try await test.store.append(
            CollectionBatch(
                project: device.project, device: device.id, measurements: [reading(1)]))
        await test.store.close()
        let target = try TemporaryFolder()
        let (backup, data) = (target.path + "/backup", target.path + "/data")
        let manifest = try Backup.make(of: test.folder.path, to: backup)
        #expect(!manifest.includesKey)
        #expect(throws: StoreError.self) { try Restore.carryOut(backup, to: data) }
        #expect(FileIdentity(data) == nil && FileIdentity(data + ".restoring") == nil)
        // Another host's key is none.
        let wrong = target.path + "/wrong.key"
        _ = try KeyFile.create(wrong)
        #expect(throws: StoreError.self) {
            try Restore.carryOut(backup, to: data, keyFile: wrong)
        }
        _ = try Restore.carryOut(
            backup, to: data, keyFile: test.folder.path + "/secret.key")
        let clock = test.clock
        let again = try await Store.open(StoreConfiguration(path: data, clock: { clock.now }))
        #expect(try await count(again, device.id) == 1)
        await again.close()
    }

    @Test func refusesADamagedBackupAndALiveFolder() async throws {
        let test = try await TestStore()
        _ = try await test.device()
        await test.store.close()
        let target = try TemporaryFolder()
        let backup = target.path + "/backup"
        _ = try Backup.make(
            of: test.folder.path, to: backup, Backup.Options(includesKey: true))
        #expect(throws: StoreError.alreadyThere(path: test.folder.path)) {
            try Restore.carryOut(backup, to: test.folder.path)
        }
        var bytes = try TemporaryFolder.read(backup + "/main.sqlite")
        bytes[bytes.count / 2] ^= 0x40
        try TemporaryFolder.write(bytes, to: backup + "/main.sqlite")
        #expect(throws: StoreError.self) {
            try Restore.carryOut(backup, to: target.path + "/data")
        }
        unlink(backup + "/manifest.json")
        #expect(throws: StoreError.self) {
            try Restore.carryOut(backup, to: target.path + "/data")
        }
        #expect(FileIdentity(target.path + "/data") == nil)
    }

    /// A list that names a file outside of the folder is refused.
    @Test func staysWithinItsFolder() throws {
        let folder = try TemporaryFolder()
        for path in ["../main.sqlite", "/etc/passwd", "a/../../b", "", "a//b", "."] {
            let list = """
                {"format": 1, "made": 0, "includesKey": false, "files": [
                {"path": "main.sqlite", "bytes": 0, "sha256": ""},
                {"path": "\(path)", "bytes": 0, "sha256": ""}]}
                """
            try TemporaryFolder.write(Array(list.utf8), to: folder.path + "/manifest.json")
            #expect(throws: StoreError.self, "\(path)") { try BackupManifest(of: folder.path) }
        }
    }
}

@Suite struct DoctorTests {
    @Test func findsNothingInASoundDirectory() async throws {
        let test = try await TestStore()
        let device = try await test.device()
        try await test.store.append(
            CollectionBatch(
                project: device.project, device: device.id,
                measurements: [.energy("1", at: "2026-11-20T00:00:00Z")]))
        let live = try Doctor.examine(test.folder.path)
        #expect(live.filter { $0.severity == .damage } == [])
        #expect(live.contains { $0.subject == "lock" && $0.message.contains("works on it now") })
        await test.store.close()
        let rest = try Doctor.examine(test.folder.path)
        #expect(rest.filter { $0.severity == .damage } == [])
        #expect(rest.contains { $0.subject == "measurements/END_OF_DAY/2026-11.sqlite" })
    }

    @Test func findsDamageOrphansAndAMissingKey() async throws {
        let test = try await TestStore()
        let device = try await test.device()
        try await test.store.append(
            CollectionBatch(
                project: device.project, device: device.id,
                measurements: [.energy("1", at: "2026-11-20T00:00:00Z")]))
        await test.store.close()
        let path = test.folder.path
        let file = path + "/measurements/END_OF_DAY/2026-11.sqlite"
        var bytes = try TemporaryFolder.read(file)
        for place in 4_096..<bytes.count { bytes[place] = 0xFF }
        try TemporaryFolder.write(bytes, to: file)
        try TemporaryFolder.write([1], to: path + "/measurements/END_OF_DAY/2025-01.sqlite-wal")
        try TemporaryFolder.write([1], to: path + "/notes.txt")
        unlink(path + "/secret.key")
        let findings = try Doctor.examine(path)
        func severity(_ subject: String) -> Doctor.Finding.Severity? {
            findings.filter { $0.subject == subject }.map(\.severity).max()
        }
        #expect(severity("measurements/END_OF_DAY/2026-11.sqlite") == .damage)
        #expect(severity("measurements/END_OF_DAY/2025-01.sqlite-wal") == .warning)
        #expect(severity("notes.txt") == .warning)
        #expect(findings.contains { $0.severity == .damage && $0.message.contains("secret.key") })
        #expect(findings.filter { $0.severity > .fine }.allSatisfy { !$0.advice.isEmpty })
    }
}
