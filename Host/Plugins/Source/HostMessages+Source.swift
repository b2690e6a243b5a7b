import JSON
import Manifests

/// What the host itself says about runs of integrators.
extension HostMessages {
    static func sourceLost(_ plugin: String, _ reason: String) -> Message {
        Message(
            id: "host.source.lost",
            parameters: ["plugin": .string(plugin), "reason": .string(reason)])
    }

    static func sourceNotStarted(_ plugin: String, _ reason: String) -> Message {
        Message(
            id: "host.source.notStarted",
            parameters: ["plugin": .string(plugin), "reason": .string(reason)])
    }

    static func sourceDeaf(_ plugin: String, after grace: Duration) -> Message {
        Message(
            id: "host.source.deaf",
            parameters: ["plugin": .string(plugin), "milliseconds": JSONValue(grace.milliseconds)])
    }

    /// The templates of these messages by id.
    package static let sourceTemplates: [String: LocalizedText] = [
        "host.source.lost": LocalizedText(
            ru:
                "Процесс интегратора {plugin} завершился во время работы ({reason}). Принятое до этого "
                + "сохранено. Сообщите разработчику интегратора.",
            en: "The process of the integrator {plugin} ended in the middle of its work: it "
                + "{reason}. What was stored before stays. Tell the integrator's vendor."),
        "host.source.notStarted": LocalizedText(
            ru: "Процесс интегратора {plugin} не запущен: {reason}. Проверьте, хватает ли серверу "
                + "процессов, памяти и дескрипторов.",
            en:
                "The process of the integrator {plugin} could not be started: {reason}. See whether "
                + "the host has processes, memory and descriptors left."),
        "host.source.deaf": LocalizedText(
            ru: "Интегратор {plugin} не остановился за {milliseconds} мс после отмены, его процесс "
                + "завершён принудительно. Это дефект интегратора.",
            en: "The integrator {plugin} did not stop within {milliseconds} ms after it was "
                + "cancelled, and its process was killed. This is a defect of the integrator."),
    ]
}
