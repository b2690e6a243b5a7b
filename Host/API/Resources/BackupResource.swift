import Access
import HTTP
import JSON
import Store
import Synchronization
import Values

/// Backups of the host's data, made while it works.
enum BackupResource {
    static let endpoints: [Endpoint] = [
        .host(.post, "/host/backup", .permission(.writeHost), startForm, start),
        .host(.get, "/host/backups", .permission(.readHost), listForm, list),
    ]

    private static let shape = ObjectShape(
        "Backup",
        [
            .output(
                "name", .text(upTo: 100),
                Phrase(
                    "Папка в каталоге backups данных хоста.",
                    "The folder below backups in the host's data directory.")),
            .output(
                "state", .choice(["running", "done", "failed"]),
                Phrase("Состояние.", "The state.")),
            .output("madeAt", .form(.time), Phrase("Когда сделана.", "When it was made.")),
            .output("files", .integer(0...1_000_000), Phrase("Файлов.", "How many files.")),
            .output(
                "bytes", .integer(0...Int64.max), Phrase("Размер, байт.", "Its size in bytes.")),
            .output(
                "includesKey", .flag,
                Phrase(
                    "Есть ли в ней ключ закрытых настроек.",
                    "Whether the key of the sealed settings is in it.")),
            .output(
                "message", .text(upTo: 2_000),
                Phrase("Почему не удалась.", "Why it could not be made.")),
        ])

    private static let request = ObjectShape(
        "BackupRequest",
        [
            .init(
                "name", .text(1...100),
                Phrase(
                    "Имя папки: буквы, цифры, точка, дефис и подчёркивание; иначе — по времени.",
                    "The folder's name: letters, digits, dot, dash and underscore; else by the time."
                )),
            .init(
                "includesKey", .flag,
                Phrase(
                    "Взять ключ закрытых настроек: с ним копия открывает пароли устройств.",
                    "Takes the key of the sealed settings: with it the copy opens the devices' passwords."
                )),
            .init(
                "includesTrace", .flag,
                Phrase("Взять расширенный журнал.", "Takes the extended journal.")),
        ])

    private static let startForm = EndpointForm(
        id: "startBackup", tag: .host,
        summary: Phrase(
            "Начинает резервное копирование всех данных хоста; хост продолжает работу.",
            "Starts a backup of all data of the host, which goes on working."),
        body: .init(.object(request)),
        answers: [
            .json(.object(shape), status: 202, Phrase("Копирование начато.", "It has begun."))
        ])
    private static let listForm = EndpointForm(
        id: "listBackups", tag: .host, summary: Phrase("Резервные копии.", "Lists backups."),
        answers: [ListForm.whole(shape)])

    @Sendable private static func start(_ call: Call) async throws(Failure) -> Answer {
        let (caller, input) = (try call.caller, call.members)
        let now = call.services.store.now
        let name = input.optionalText("name") ?? BackupOperations.name(now)
        guard BackupOperations.isPlain(name) else {
            throw .invalidBody([
                .body(
                    JSONPointer(["name"]),
                    Phrase(
                        "Допустимы буквы, цифры, точка, дефис и подчёркивание; первой — не точка.",
                        "Letters, digits, dot, dash and underscore; not a dot at the beginning."))
            ])
        }
        let options = Backup.Options(
            includesKey: input.flag("includesKey"), includesTrace: input.flag("includesTrace"))
        guard call.services.backups.begin(name) else {
            throw Failure(
                .conflict,
                Phrase("Копирование уже идёт.", "A backup is being made already."))
        }
        let (store, operations) = (call.services.store, call.services.backups)
        do throws(Failure) {
            try await call.write { (transaction) throws(StoreError) in
                try caller.note(.exported, ["backup": .string(name)], in: transaction)
            }
        } catch {
            operations.end(name, nil)
            throw error
        }
        Task {
            do throws(StoreError) {
                _ = try await store.backUp(as: name, options)
                operations.end(name, nil)
            } catch {
                operations.end(name, error.description)
            }
        }
        return .json(["name": .string(name), "state": "running"], status: .accepted)
            .with("Location", "\(Endpoint.root)/host/backups")
    }

    @Sendable private static func list(_ call: Call) async throws(Failure) -> Answer {
        let status = call.services.backups.status
        var items: [JSONObject] = []
        if let running = status.running {
            items.append(["name": .string(running), "state": "running"])
        }
        if let failed = status.failed {
            items.append([
                "name": .string(failed.name), "state": "failed", "message": .string(failed.reason),
            ])
        }
        let done: [(name: String, manifest: BackupManifest)]
        do throws(StoreError) {
            done = try call.services.store.backups()
        } catch {
            throw Failure(error)
        }
        items += done.map { name, manifest in
            [
                "name": .string(name), "state": "done",
                "madeAt": JSONValue(manifest.made),
                "files": JSONValue(manifest.fileCount), "bytes": JSONValue(manifest.bytes),
                "includesKey": .bool(manifest.includesKey),
            ]
        }
        return .whole(items) { $0 }
    }
}

/// Which backup is being made now, and how the last one failed.
final class BackupOperations: Sendable {
    struct Status: Sendable {
        var running: String?
        var failed: (name: String, reason: String)?
    }

    private let state = Mutex(Status())

    var status: Status { state.withLock { $0 } }

    /// Takes the turn.
    ///
    /// - Returns: False while another one is being made.
    func begin(_ name: String) -> Bool {
        state.withLock { state in
            guard state.running == nil else { return false }
            state.running = name
            state.failed = nil
            return true
        }
    }

    func end(_ name: String, _ failure: String?) {
        state.withLock { state in
            state.running = nil
            state.failed = failure.map { (name, $0) }
        }
    }

    /// A name by the time, as `2026-11-21T162000Z`.
    static func name(_ now: Moment) -> String {
        let time = Timestamp(milliseconds: now.milliseconds).rfc3339
        return String(time.prefix(19)).filter { $0 != ":" } + "Z"
    }

    static func isPlain(_ name: String) -> Bool {
        name.first != "." && !name.hasSuffix(".part")
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
                    UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}
