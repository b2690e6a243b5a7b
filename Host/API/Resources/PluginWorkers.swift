import Access
import HTTP
import JSON
import Plugins
import Values

/// The worker processes of a plugin, as the API shows them.
enum PluginWorkers {
    static let shape = ObjectShape(
        "PluginWorkers",
        [
            .output(
                "processes", .list(.integer(0...Int64.max)),
                Phrase("Номера процессов.", "The processes' numbers.")),
            .output(
                "sessions", .integer(0...Int64.max), Phrase("Сессий в них.", "Their sessions.")),
            .output(
                "residentBytes", .integer(0...Int64.max),
                Phrase("Память, байт.", "Their resident memory in bytes.")),
            .output("starts", .integer(0...Int64.max), Phrase("Запусков.", "Starts so far.")),
            .output(
                "restarts", .map(.integer(0...Int64.max)),
                Phrase("Аварийные завершения по причинам.", "Unwanted ends, by their reason.")),
            .output(
                "lastCrash", .nullable(.object(crash)),
                Phrase("Последнее аварийное завершение.", "The latest unwanted end.")),
            .output(
                "suspects", .list(.object(suspect)),
                Phrase(
                    "Устройства, на которых драйвер отказывал.",
                    "Devices on which the driver has failed.")),
            .output(
                "protections", .list(.text(upTo: 20)),
                Phrase(
                    "Действующие ограничения процессов: limits, files, calls.",
                    "What keeps the processes from doing harm here: limits, files, calls.")),
        ])

    private static let crash = ObjectShape(
        "WorkerCrash",
        [
            .output("time", .form(.time), Phrase("Когда.", "When.")),
            .output("reason", .text(upTo: 2_000), Phrase("Что случилось.", "What happened.")),
            .output(
                "lastWords", .text(upTo: 2_000),
                Phrase("Последняя строка вывода.", "The last line of its output.")),
        ])

    private static let suspect = ObjectShape(
        "WorkerSuspect",
        [
            .output("device", .text(upTo: 200), Phrase("Устройство.", "The device.")),
            .output("crashes", .integer(0...Int64.max), Phrase("Отказов.", "Failures.")),
            .output("reason", .text(upTo: 2_000), Phrase("Последний отказ.", "The latest one.")),
            .output(
                "refusedForSeconds", .integer(0...Int64.max),
                Phrase(
                    "Остаток карантина, с; 0 — обмен идёт в отдельном процессе.",
                    "What is left of its quarantine in s; 0: served in a process of its own.")),
        ])

    static func render(_ workers: WorkerSnapshot?) -> JSONValue {
        guard let workers else { return .null }
        return [
            "processes": .array(workers.processes.map { JSONValue($0) }),
            "sessions": JSONValue(max(0, workers.sessions)),
            "residentBytes": JSONValue(workers.residentBytes),
            "starts": JSONValue(workers.starts),
            "restarts": .object(
                JSONObject(
                    workers.restarts.sorted { $0.key < $1.key }.map {
                        ($0.key, JSONValue($0.value))
                    })),
            "lastCrash": render(workers.lastCrash),
            "suspects": .array(
                workers.suspects.prefix(100).map { suspect in
                    [
                        "device": .string(suspect.subject), "crashes": JSONValue(suspect.crashes),
                        "reason": .string(suspect.reason),
                        "refusedForSeconds": JSONValue(suspect.refusedFor.components.seconds),
                    ]
                }),
            "protections": .array(workers.protections.map(JSONValue.string)),
        ]
    }

    private static func render(_ crash: WorkerSnapshot.Crash?) -> JSONValue {
        guard let crash else { return .null }
        return [
            "time": .string(Timestamp(milliseconds: crash.wallMilliseconds).rfc3339),
            "reason": .string(crash.reason), "lastWords": .string(crash.lastWords),
        ]
    }
}
