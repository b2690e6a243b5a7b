import JSON
import Store

/// `commline backup`: a copy of a data directory, while a host works on it or not.
enum BackupCommand {
    static let spec = CommandSpec(
        name: "backup", summary: "Copies a data directory, also while a host works on it.",
        discussion: """
            The copy is what a power cut at this moment would leave: all that was acknowledged, and \
            nothing by half. It is one folder with a list of its files and their digests.
            Passwords of devices lie sealed in the database; their key, secret.key, is left out unless \
            --with-key is given. Keep the key in another place than the backups: without it the sealed \
            settings are lost, and together with it they are open to whoever has the backup.

            example:
              commline backup --data /var/lib/commline /mnt/backups/monday
            """,
        positionals: [PositionalSpec(name: "folder", help: "A folder that does not exist yet.")],
        options: [
            .value("--data", "DIR", "The data directory. Default: commline-data."),
            .switch("--with-key", "Copies the key of the sealed settings too."),
            .switch("--with-trace", "Copies the extended journal too."),
            .switch("--json", "Prints what was copied as JSON."),
        ], run: run)

    private static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let target = arguments.positionals[0]
        let options = Backup.Options(
            includesKey: arguments.has("--with-key"), includesTrace: arguments.has("--with-trace"))
        do throws(StoreError) {
            let manifest = try Backup.make(
                of: arguments.value("--data") ?? "commline-data", to: target, options)
            Terminal.write(summary(manifest, target, asJSON: arguments.has("--json")))
            return .success
        } catch {
            throw CommandFailure(error.description)
        }
    }

    /// What was copied, for a person or a script.
    static func summary(_ manifest: BackupManifest, _ folder: String, asJSON: Bool) -> String {
        if asJSON {
            let object: JSONValue = [
                "folder": .string(folder), "files": JSONValue(manifest.fileCount),
                "bytes": JSONValue(manifest.bytes), "includesKey": .bool(manifest.includesKey),
            ]
            return object.text() + "\n"
        }
        return "\(folder): \(manifest.fileCount) files, \(manifest.bytes) bytes, "
            + (manifest.includesKey ? "with the key\n" : "without the key\n")
    }
}

/// `commline restore`: a data directory from a backup.
enum RestoreCommand {
    static let spec = CommandSpec(
        name: "restore", summary: "Makes a data directory from a backup.",
        discussion: """
            Restores into a folder that does not exist or is empty, never over a data directory that is \
            there. Each file is compared with its digest and each database is checked whole before the \
            folder gets its name; after a failure nothing is left.

            example:
              commline restore /mnt/backups/monday --data /var/lib/commline --key /safe/secret.key
            """,
        positionals: [PositionalSpec(name: "backup", help: "The folder of the backup.")],
        options: [
            .value("--data", "DIR", "The data directory to make. Default: commline-data."),
            .value("--key", "FILE", "The key of the sealed settings, if the backup is without it."),
            .switch("--json", "Prints what was restored as JSON."),
        ], run: run)

    private static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let target = arguments.value("--data") ?? "commline-data"
        do throws(StoreError) {
            let manifest = try Restore.carryOut(
                arguments.positionals[0], to: target, keyFile: arguments.value("--key"))
            Terminal.write(
                BackupCommand.summary(manifest, target, asJSON: arguments.has("--json")))
            return .success
        } catch {
            throw CommandFailure(error.description)
        }
    }
}

/// `commline doctor`: what is wrong with a data directory, and what to do.
enum DoctorCommand {
    static let spec = CommandSpec(
        name: "doctor", summary: "Examines a data directory and says what is wrong with it.",
        discussion: """
            Checks every database whole, the versions of their schemas, the key of the sealed settings, \
            files that belong to nothing, and the free space. It changes nothing, and a running host is not \
            disturbed. The exit code: 0 all is well, 5 something should be looked at, 1 damage.
            """,
        options: [
            .value("--data", "DIR", "The data directory. Default: commline-data."),
            .switch("--json", "Prints the findings as JSON."),
        ], run: run)

    private static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let findings: [Doctor.Finding]
        do throws(StoreError) {
            findings = try Doctor.examine(arguments.value("--data") ?? "commline-data")
        } catch {
            throw CommandFailure(error.description, .usage)
        }
        if arguments.has("--json") {
            let list = findings.map { finding -> JSONValue in
                [
                    "severity": .string(finding.severity.rawValue),
                    "subject": .string(finding.subject), "message": .string(finding.message),
                    "advice": .string(finding.advice),
                ]
            }
            Terminal.write(JSONValue.array(list).text(pretty: true) + "\n")
        } else {
            Terminal.write(text(findings))
        }
        switch findings.map(\.severity).max() {
        case .damage: return .failure
        case .warning: return .partial
        case .fine, nil: return .success
        }
    }

    private static func text(_ findings: [Doctor.Finding]) -> String {
        var table = TextTable([("", .left), ("what", .left), ("finding", .left)])
        for finding in findings {
            table.append([finding.severity.rawValue, finding.subject, finding.message])
        }
        let advice = findings.filter { $0.severity > .fine && !$0.advice.isEmpty }
            .map { "\($0.subject): \($0.advice)\n" }.joined()
        return table.text + (advice.isEmpty ? "" : "\nwhat to do\n" + advice)
    }
}
