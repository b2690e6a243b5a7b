/// A text of the host in the two languages of the product; `{name}` stands for a parameter.
package struct TaskMessage: Hashable, Sendable {
    /// The identifier that is stored, `host.task.…`.
    package let id: String
    /// The Russian text, in the manuals' own wording where they have one.
    package let russian: String
    /// The English text.
    package let english: String
}

extension TaskMessage {
    // swift-format-ignore
    /// Every text that the host itself writes into journals and notes.
    package static let all: [TaskMessage] = [
        // Notes of tasks: the fixed phrases of the manual (ceHES 2.2.24).
        .init(id: "host.task.session_not_started", russian: "Не удалось начать сессию с устройством", english: "No session with the device could be started"),
        .init(id: "host.task.exchange_failed",     russian: "Ошибка в ходе обмена с устройством", english: "The exchange with the device failed"),
        .init(id: "host.task.not_received",        russian: "Не удалось получить: {what}", english: "Not received: {what}"),
        .init(id: "host.task.undefined",           russian: "Не определена", english: "Not determined"),
        // Steps of a task.
        .init(id: "host.task.attempt",             russian: "Попытка {number}: канал «{channel}», протокол «{protocol}»", english: "Attempt {number}: channel \"{channel}\", protocol \"{protocol}\""),
        .init(id: "host.task.connecting",          russian: "Подключение к {endpoint}", english: "Connecting to {endpoint}"),
        .init(id: "host.task.connected",           russian: "Подключено к {endpoint} за {milliseconds} мс", english: "Connected to {endpoint} in {milliseconds} ms"),
        .init(id: "host.task.retry",               russian: "Повтор через {seconds} с", english: "Trying again in {seconds} s"),
        .init(id: "host.task.next_line",           russian: "Переход к следующей коммуникационной линии", english: "Going on with the next commline"),
        .init(id: "host.task.finished",            russian: "Задача завершена: {result}", english: "The task is finished: {result}"),
        .init(id: "host.task.cancelled_by_user",   russian: "Отменено пользователем", english: "Cancelled by the user"),
        .init(id: "host.task.cancelled_by_schedule", russian: "Отменено расписанием", english: "Cancelled by the schedule"),
        .init(id: "host.task.yielded",             russian: "Сеанс уступил более срочной задаче и будет продолжен", english: "The session gave way to something more urgent and goes on later"),
        .init(id: "host.task.endpoint_silent",     russian: "{endpoint} не отвечает: соединение не удалось установить другой задаче", english: "{endpoint} is silent: another task could not connect to it, so this one was not tried"),
        .init(id: "host.task.device_withdrawn",    russian: "Устройство удалено или выключено после запуска", english: "The device was deleted or disabled after the run began"),
        .init(id: "host.task.commline_gone",       russian: "Коммуникационная линия удалена или выключена после запуска", english: "The commline was deleted or disabled after the run began"),
        .init(id: "host.task.nothing_missing",     russian: "Всё уже собрано или ещё не может быть получено", english: "Everything is stored already, or cannot be there yet"),
        .init(id: "host.task.interrupted",         russian: "Прервано остановкой системы; запуск поставлен в очередь заново", english: "Interrupted by a stop of the host; queued again"),
        .init(id: "host.task.interrupted_closed",  russian: "Прервано остановкой системы", english: "Interrupted by a stop of the host"),
        .init(id: "host.task.no_commline",         russian: "У устройства нет включённой коммуникационной линии", english: "The device has no enabled commline; add one or enable it"),
        .init(id: "host.task.no_driver",           russian: "Нет драйвера для {deviceLib} / {protocolMap}", english: "No driver serves {deviceLib} / {protocolMap}; install or enable its plugin"),
        .init(id: "host.task.line_incomplete",     russian: "Коммуникационная линия ссылается на удалённый канал или протокол", english: "The commline names a channel or protocol that no longer exists"),
        .init(id: "host.task.settings",            russian: "Настройки {of} неверны: {problem}", english: "The settings of {of} are wrong: {problem}"),
        .init(id: "host.task.not_offered",         russian: "Тип устройства {type} не имеет: {what}", english: "The device type {type} does not have {what}"),
        .init(id: "host.task.no_answer",           russian: "Драйвер не сообщил результата", english: "The driver reported no result for this"),
        .init(id: "host.task.disconnected",        russian: "Соединение потеряно: {reason}", english: "The connection was lost: {reason}"),
        .init(id: "host.task.store",               russian: "Хранилище не приняло данные: {reason}", english: "The store did not take the data: {reason}"),
    ]

    private static let byID = Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0) })

    /// Finds a text by its identifier.
    package static func find(_ id: String) -> TaskMessage? { byID[id] }
}
