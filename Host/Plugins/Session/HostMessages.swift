import Manifests
import JSON

/// What the host itself says about sessions, in both languages.
package enum HostMessages {
    static func connectRefused(_ peer: String) -> Message {
        Message(id: "host.connect.refused", parameters: ["peer": .string(peer)])
    }

    static func connectUnreachable(_ peer: String, _ reason: String) -> Message {
        Message(
            id: "host.connect.unreachable",
            parameters: ["peer": .string(peer), "reason": .string(reason)])
    }

    static func connectTimedOut(_ peer: String, after limit: Duration) -> Message {
        Message(
            id: "host.connect.timeout",
            parameters: ["peer": .string(peer), "seconds": .string(Self.seconds(limit))])
    }

    static func unknownHost(_ host: String) -> Message {
        Message(id: "host.connect.unknownHost", parameters: ["host": .string(host)])
    }

    static func resolverFailed(_ host: String, _ reason: String) -> Message {
        Message(
            id: "host.connect.resolver",
            parameters: ["host": .string(host), "reason": .string(reason)])
    }

    static func noDescriptors(_ peer: String) -> Message {
        Message(id: "host.connect.descriptors", parameters: ["peer": .string(peer)])
    }

    static func connectFailed(_ peer: String, _ reason: String) -> Message {
        Message(
            id: "host.connect.failed",
            parameters: ["peer": .string(peer), "reason": .string(reason)])
    }

    static func closedByPeer(_ peer: String) -> Message {
        Message(id: "host.channel.closedByPeer", parameters: ["peer": .string(peer)])
    }

    static func channelLost(_ peer: String, _ reason: String) -> Message {
        Message(
            id: "host.channel.lost",
            parameters: ["peer": .string(peer), "reason": .string(reason)])
    }

    static func openRefused(_ reason: String) -> Message {
        Message(id: "host.session.openRefused", detail: reason)
    }

    static var cancelled: Message { Message(id: "host.session.cancelled") }

    static func forced(after limit: Duration) -> Message {
        Message(id: "host.session.forced", parameters: ["seconds": .string(Self.seconds(limit))])
    }

    static func held(for limit: Duration) -> Message {
        Message(id: "host.session.held", parameters: ["seconds": .string(Self.seconds(limit))])
    }

    static var stuck: Message { Message(id: "host.session.stuck") }

    static func tooLong(_ limit: Duration) -> Message {
        Message(id: "host.session.tooLong", parameters: ["seconds": .string(Self.seconds(limit))])
    }

    static func slowCallback(milliseconds: UInt64) -> Message {
        Message(id: "host.plugin.slow", parameters: ["milliseconds": JSONValue(milliseconds)])
    }

    static func breach(_ what: String) -> Message {
        Message(id: "host.plugin.breach", detail: what)
    }

    static func workerLost(_ plugin: String, _ reason: String, _ part: SessionLoss.Part) -> Message
    {
        let id =
            switch part {
            case .bystander: "host.plugin.bystander"
            case .suspect: "host.plugin.suspected"
            case .culprit: "host.plugin.crashed"
            }
        return Message(
            id: id,
            parameters: ["plugin": .string(plugin), "reason": .string(reason)])
    }

    static func quarantined(
        _ plugin: String, crashes: Int, reason: String, left: Duration
    ) -> Message {
        Message(
            id: "host.plugin.quarantined",
            parameters: [
                "plugin": .string(plugin), "crashes": JSONValue(crashes),
                "reason": .string(reason),
                "minutes": JSONValue(max(1, left.components.seconds / 60)),
            ])
    }

    static func failing(_ plugin: String) -> Message {
        Message(id: "host.plugin.failing", parameters: ["plugin": .string(plugin)])
    }

    static var stopping: Message { Message(id: "host.stopping") }

    private static func seconds(_ duration: Duration) -> String {
        let milliseconds =
            duration.components.seconds * 1000
            + duration.components.attoseconds / 1_000_000_000_000_000
        guard milliseconds % 1000 != 0 else { return String(milliseconds / 1000) }
        let fraction = String(1000 + milliseconds % 1000).dropFirst()
        return "\(milliseconds / 1000).\(fraction)"
    }

    /// The templates by id; a message's detail is shown behind its template.
    package static let templates: [String: LocalizedText] = sessionTemplates.merging(
        sourceTemplates
    ) { first, _ in first }

    private static let sessionTemplates: [String: LocalizedText] = [
        "host.connect.refused": LocalizedText(
            ru: "Соединение с {peer} отклонено: по этому адресу никто не принимает соединения. "
                + "Проверьте адрес и порт канала и включено ли устройство.",
            en: "The connection to {peer} was refused: nobody accepts connections there. "
                + "Check the channel's address and port, and whether the device is on."),
        "host.connect.unreachable": LocalizedText(
            ru: "Нет маршрута до {peer} ({reason}). Проверьте адрес канала и сеть сервера.",
            en: "There is no route to {peer} ({reason}). "
                + "Check the channel's address and the host's network."),
        "host.connect.timeout": LocalizedText(
            ru: "Соединение с {peer} не установлено за {seconds} с. "
                + "Проверьте адрес канала и связь с устройством.",
            en: "No connection to {peer} within {seconds} s. "
                + "Check the channel's address and the way to the device."),
        "host.connect.unknownHost": LocalizedText(
            ru: "Имя «{host}» не найдено. Проверьте адрес канала.",
            en: "There is no host named \"{host}\". Check the channel's address."),
        "host.connect.resolver": LocalizedText(
            ru: "Не удалось определить адрес «{host}»: {reason}. Проверьте серверы имён.",
            en: "The address of \"{host}\" could not be found: {reason}. Check the name servers."),
        "host.connect.descriptors": LocalizedText(
            ru: "Соединение с {peer} не установлено: у сервера закончились дескрипторы файлов. "
                + "Увеличьте предел (ulimit -n, LimitNOFILE).",
            en: "No connection to {peer}: the host has no file descriptor left. "
                + "Raise the limit (ulimit -n, LimitNOFILE)."),
        "host.connect.failed": LocalizedText(
            ru: "Соединение с {peer} не установлено: {reason}.",
            en: "No connection to {peer}: {reason}."),
        "host.channel.closedByPeer": LocalizedText(
            ru: "{peer} закрыл соединение.", en: "{peer} closed the connection."),
        "host.channel.lost": LocalizedText(
            ru: "Соединение с {peer} потеряно: {reason}.",
            en: "The connection to {peer} is lost: {reason}."),
        "host.session.openRefused": LocalizedText(
            ru: "Драйвер не принял задание.", en: "The driver refused the request."),
        "host.session.cancelled": LocalizedText(
            ru: "Отменено до начала сессии.", en: "Cancelled before the session began."),
        "host.session.forced": LocalizedText(
            ru: "Драйвер не завершил сессию за {seconds} с и был остановлен.",
            en: "The driver did not end the session within {seconds} s and was stopped."),
        "host.session.held": LocalizedText(
            ru: "Хранилище не успевало принимать данные {seconds} с; сессия завершена. "
                + "Устройство не виновато.",
            en: "The store did not keep up for {seconds} s; the session was ended. "
                + "It is not the device's fault."),
        "host.session.stuck": LocalizedText(
            ru: "Соединения нет, и драйвер ничего не ждёт; сессия завершена. Это дефект драйвера.",
            en: "There is no connection and the driver waits for nothing; the session was ended. "
                + "This is a defect of the driver."),
        "host.session.tooLong": LocalizedText(
            ru: "Сессия длилась больше {seconds} с и была завершена.",
            en: "The session took more than {seconds} s and was ended."),
        "host.plugin.slow": LocalizedText(
            ru: "Драйвер занял поток на {milliseconds} мс (допустимо 100 мс).",
            en: "The driver held its thread for {milliseconds} ms (100 ms are allowed)."),
        "host.plugin.breach": LocalizedText(
            ru: "Драйвер нарушил договор интерфейса; вызов не выполнен.",
            en: "The driver broke the interface's contract; the call had no effect."),
        "host.plugin.crashed": LocalizedText(
            ru: "Сбой драйвера {plugin} при обмене с этим устройством в отдельном процессе "
                + "({reason}). Другие устройства не пострадали. Передайте расширенный журнал "
                + "разработчику драйвера.",
            en: "The driver {plugin} failed on this device, alone in its process: it {reason}. "
                + "No other device was harmed. Send the extended journal to the driver's vendor."),
        "host.plugin.suspected": LocalizedText(
            ru: "Процесс драйвера {plugin} завершился при обмене с этим устройством ({reason}). "
                + "Сессия будет повторена в отдельном процессе, попытка не засчитана.",
            en:
                "The process of the driver {plugin} ended while it handled this device: it {reason}. "
                + "The session goes again in a process of its own; no attempt is counted."),
        "host.plugin.bystander": LocalizedText(
            ru: "Процесс драйвера {plugin} завершился не по вине этого устройства ({reason}); "
                + "сессия будет повторена, попытка не засчитана.",
            en: "The process of the driver {plugin} is gone, and not because of this device: it "
                + "{reason}. The session goes again; no attempt is counted."),
        "host.plugin.quarantined": LocalizedText(
            ru: "Драйвер {plugin} отказывал при обмене с этим устройством, раз: {crashes} "
                + "(последний раз: {reason}). Устройство в карантине ещё {minutes} мин. Обновите драйвер "
                + "(перезагрузка плагина снимает карантин).",
            en:
                "The driver {plugin} has failed on this device {crashes} times (the last time it {reason}). "
                + "The device is in quarantine for {minutes} more minutes. Install a corrected driver: a reload of "
                + "the plugin ends the quarantine."),
        "host.plugin.failing": LocalizedText(
            ru: "Процессы драйвера {plugin} завершаются один за другим; новые сессии ждут. "
                + "Причина указана в состоянии плагина.",
            en: "The processes of the driver {plugin} end one after the other; new sessions wait. "
                + "The plugin's state names the reason."),
        "host.stopping": LocalizedText(
            ru: "Сервер останавливается.", en: "The host is stopping."),
    ]
}
