import Manifests
import Access
import HTTP
import JSON
import Plugins
import Values

/// Plugins, and the types that they and the host bring.
enum PluginResource {
    static let endpoints: [Endpoint] = [
        .host(.get, "/plugins", .permission(.readPlugins), listForm, list),
        .host(.get, "/plugins/{plugin}", .permission(.readPlugins), readForm, read),
        .host(.get, "/types", .permission(.readPlugins), typesForm, types),
    ]

    // MARK: Shapes

    static let shape = ObjectShape(
        "Plugin",
        [
            .output("id", .text(upTo: 100), Phrase("Идентификатор.", "The identifier.")),
            .output("version", .text(upTo: 100), Phrase("Версия.", "The version.")),
            .output("vendor", .text(upTo: 200), Phrase("Разработчик.", "The vendor.")),
            .output(
                "state", .choice(["ready", "degraded", "refused"]),
                Phrase("Состояние.", "How it stands.")),
            .output(
                "reason", .nullable(.text(upTo: 10_000)),
                Phrase("Почему не загружен.", "Why it was refused.")),
            .output(
                "isolation", .choice(["process", "inline"]),
                Phrase("Где работает код.", "Where its code runs.")),
            .output(
                "sha256", .nullable(.text(upTo: 64)),
                Phrase("SHA-256 загруженной библиотеки.", "The SHA-256 of the loaded library.")),
            .output(
                "refusedReload", .nullable(.text(upTo: 10_000)),
                Phrase(
                    "Почему последняя перезагрузка ничего не изменила.",
                    "Why the latest attempt to load it again has changed nothing.")),
            .output(
                "workers", .nullable(.object(PluginWorkers.shape)),
                Phrase(
                    "Рабочие процессы; null, если код работает в процессе службы.",
                    "Its worker processes; null where its code runs in the host's own.")),
        ] + PluginPrecedence.fields + [
            .output("metrics", .object(metrics), Phrase("Счётчики.", "What it has done."))
        ])

    private static let metrics = ObjectShape(
        "PluginMetrics",
        [
            ("sessionsOpen", "Сеансов сейчас.", "Sessions now."),
            ("sessionsTotal", "Сеансов всего.", "Sessions so far."),
            ("bytesIn", "Принято байтов.", "Bytes received."),
            ("bytesOut", "Отправлено байтов.", "Bytes sent."),
            ("records", "Записей.", "Records."),
            ("callbacks", "Вызовов.", "Callbacks."),
            ("callbackMicroseconds", "Время вызовов, мкс.", "The time of callbacks, in µs."),
            ("slowCallbacks", "Медленных вызовов.", "Callbacks over 100 ms."),
            ("breaches", "Нарушений интерфейса.", "Calls that broke the contract."),
        ].map { .output($0.0, .integer(0...Int64.max), Phrase($0.1, $0.2)) } + [
            .output(
                "sessionEnds", .map(.integer(0...Int64.max)),
                Phrase("Завершённые сессии по кодам.", "Ended sessions by their code.")),
            .output(
                "itemOutcomes", .map(.integer(0...Int64.max)),
                Phrase("Результаты запросов по кодам.", "Final outcomes of items by their code.")),
            .output(
                "callbackHistogram", .list(.object(bucket)),
                Phrase("Время вызовов.", "The times of callbacks.")),
        ])

    private static let bucket = ObjectShape(
        "CallbackBucket",
        [
            .output(
                "upToMicroseconds", .nullable(.integer(0...Int64.max)),
                Phrase("Верхняя граница, мкс.", "The upper bound in µs; null for the last one.")),
            .output("count", .integer(0...Int64.max), Phrase("Сколько.", "How many.")),
        ])

    private static let whole = ObjectShape(
        "PluginWithManifest",
        shape.fields + [
            .output(
                "manifest", .map(.anything(Phrase("Значение.", "A value."))),
                Phrase("Манифест.", "The manifest, with the schemas of all settings."))
        ])

    private static let settingsType = ObjectShape(
        "SettingsType",
        [
            .output("type", .text(upTo: 64), Phrase("Обозначение.", "The symbol.")),
            .output(
                "names", .map(.text(upTo: 200)), Phrase("Имена ru и en.", "Names, ru and en.")),
            .output(
                "settings", .map(.anything(Phrase("Схема.", "A part of the schema."))),
                Phrase("JSON Schema настроек.", "The JSON Schema of its settings.")),
        ])

    private static let deviceTypeShape = ObjectShape(
        "DeviceType",
        [
            .output("symbol", .text(upTo: 64), Phrase("Обозначение.", "The symbol.")),
            .output("deviceClass", .text(upTo: 64), Phrase("Класс.", "The class.")),
            .output(
                "names", .map(.text(upTo: 200)), Phrase("Имена ru и en.", "Names, ru and en.")),
            .output(
                "deviceLib", .text(upTo: 64), Phrase("Библиотека.", "The device's library.")),
            .output(
                "protocolMaps", .list(.object(protocolMap)),
                Phrase("Карты протоколов.", "The protocol maps.")),
            .output(
                "plugins", .list(.text(upTo: 100)),
                Phrase("Плагины, знающие тип.", "The plugins that know it.")),
        ])

    private static let protocolMap = ObjectShape(
        "ProtocolMap",
        [
            .output("symbol", .text(upTo: 64), Phrase("Обозначение.", "The symbol.")),
            .output(
                "protocolType", .text(upTo: 64),
                Phrase("Тип протокола.", "The type of protocol that it needs.")),
        ])

    private static let typesShape = ObjectShape(
        "Types",
        [
            .output(
                "channels", .list(.object(settingsType)),
                Phrase("Типы каналов.", "The types of channels.")),
            .output(
                "protocols", .list(.object(settingsType)),
                Phrase("Типы протоколов.", "The types of protocols.")),
            .output(
                "devices", .list(.object(deviceTypeShape)),
                Phrase("Типы устройств с драйвером.", "The types of devices with a driver.")),
        ])

    // MARK: Forms

    private static let listForm = EndpointForm(
        id: "listPlugins", tag: .plugins, summary: Phrase("Плагины.", "Lists plugins."),
        answers: [ListForm.whole(shape)])
    private static let readForm = EndpointForm(
        id: "readPlugin", tag: .plugins,
        summary: Phrase("Плагин с манифестом.", "Reads a plugin with its manifest."),
        answers: [.json(.object(whole), Phrase("Плагин.", "The plugin."))])
    private static let typesForm = EndpointForm(
        id: "readTypes", tag: .plugins,
        summary: Phrase(
            "Типы каналов, протоколов и устройств со схемами настроек.",
            "Reads the types of channels, protocols and devices, with the schemas of settings."),
        answers: [.json(.object(typesShape), Phrase("Типы.", "The types."))])

    // MARK: Handlers

    @Sendable private static func list(_ call: Call) async throws(Failure) -> Answer {
        let plugins = call.services.plugins()
        return .whole(plugins.statuses) { render($0, plugins.catalogue) }
    }

    @Sendable private static func read(_ call: Call) async throws(Failure) -> Answer {
        let id = call.pathParameters[PathParameter.plugin.rawValue] ?? ""
        let plugins = call.services.plugins()
        guard let status = plugins.statuses.first(where: { $0.id == id }),
            let manifest = plugins.catalogue.manifest(id)
        else { throw Failure(.notFound) }
        var body = render(status, plugins.catalogue)
        body["manifest"] = .object(manifest.document)
        return .json(.object(body))
    }

    @Sendable private static func types(_ call: Call) async throws(Failure) -> Answer {
        let catalogue = call.services.catalogue()
        func render(_ types: [String: SettingsType]) -> JSONValue {
            .array(
                types.values.sorted { $0.type < $1.type }.map { type in
                    [
                        "type": .string(type.type), "names": type.names.json,
                        "settings": .object(type.settings.document),
                    ]
                })
        }
        return .json([
            "channels": render(catalogue.channelTypes),
            "protocols": render(catalogue.protocolTypes),
            "devices": .array(catalogue.deviceTypes.map(deviceType)),
        ])
    }

    // MARK: Rendering

    private static func deviceType(_ entry: Catalogue.DeviceTypeEntry) -> JSONValue {
        [
            "symbol": .string(entry.type.symbol),
            "deviceClass": .string(entry.type.deviceClass), "names": entry.type.names.json,
            "deviceLib": .string(entry.type.deviceLib),
            "protocolMaps": .array(
                entry.type.protocolMaps.map { map in
                    ["symbol": .string(map.symbol), "protocolType": .string(map.protocolType)]
                }), "plugins": JSONValue(texts: entry.plugins),
        ]
    }

    static func render(_ status: PluginSet.Status, _ catalogue: Catalogue) -> JSONObject {
        let (state, reason): (String, String?) =
            switch status.state {
            case .ready: ("ready", nil)
            case .degraded: ("degraded", nil)
            case .refused(let reason): ("refused", reason)
            }
        let metrics = status.metrics
        return [
            "id": .string(status.id), "version": .string(status.version),
            "vendor": .string(status.vendor), "state": .string(state),
            "reason": JSONValue(orNull: reason), "isolation": .string(status.isolation.rawValue),
            "sha256": status.sha256.isEmpty ? .null : .string(TextEncoding.hex(status.sha256)),
            "refusedReload": JSONValue(orNull: status.refusedReload),
            "workers": PluginWorkers.render(status.workers),
            "shadowed": PluginPrecedence.shadowed(by: status.id, in: catalogue),
            "conflicts": PluginPrecedence.conflicts(of: status.id, in: catalogue),
            "metrics": [
                "sessionsOpen": JSONValue(metrics.sessionsOpen),
                "sessionsTotal": JSONValue(metrics.sessionsTotal),
                "bytesIn": JSONValue(metrics.bytesIn), "bytesOut": JSONValue(metrics.bytesOut),
                "records": JSONValue(metrics.records), "callbacks": JSONValue(metrics.callbacks),
                "callbackMicroseconds": JSONValue(metrics.callbackNanoseconds / 1_000),
                "slowCallbacks": JSONValue(metrics.slowCallbacks),
                "breaches": JSONValue(metrics.breaches),
                "sessionEnds": codes(metrics.sessionEnds),
                "itemOutcomes": codes(metrics.itemOutcomes),
                "callbackHistogram": histogram(metrics),
            ],
        ]
    }

    private static func codes(_ counts: [ErrorCode: UInt64]) -> JSONValue {
        .object(
            JSONObject(
                ErrorCode.allCases.compactMap { code in
                    counts[code].map { (code.symbol, JSONValue($0)) }
                }))
    }

    private static func histogram(_ metrics: PluginMetrics.Snapshot) -> JSONValue {
        .array(
            metrics.callbackHistogram.enumerated().map { place, count in
                let bounds = PluginMetrics.bucketBounds
                return [
                    "upToMicroseconds": place < bounds.count ? JSONValue(bounds[place]) : .null,
                    "count": JSONValue(count),
                ]
            })
    }
}
