/// An archive with its retention.
///
/// The archives are there from the start: none is added or removed.
package struct Archive: Hashable, Sendable {
    /// What an archive holds.
    package enum Category: String, Hashable, Sendable, CaseIterable {
        case measurement, event, state
        /// The history of commands.
        case command
        /// Runs with their tasks, and the tasks' brief journals.
        case run

        /// Whether collecting can be switched off: the host's own doings are always written.
        package var isCollected: Bool { self == .measurement || self == .event || self == .state }
    }

    /// The symbol, as `END_OF_DAY`; of a measurement archive also the name of the folder with its files.
    package var id: String
    package var category: Category
    package var nameRussian: String
    package var nameEnglish: String
    /// Off: what is collected for it is not written.
    package var isActive: Bool
    /// How long records are kept, in seconds.
    package var retentionSeconds: Int64
    package var keepsForever: Bool
    package var revision: Int64

    package init(
        id: String, category: Category = .measurement, nameRussian: String, nameEnglish: String,
        isActive: Bool = true, retentionSeconds: Int64 = Archive.defaultRetentionSeconds,
        keepsForever: Bool = false, revision: Int64 = 1
    ) {
        self.id = id
        self.category = category
        self.nameRussian = nameRussian
        self.nameEnglish = nameEnglish
        self.isActive = isActive
        self.retentionSeconds = retentionSeconds
        self.keepsForever = keepsForever
        self.revision = revision
    }

    /// 365 days.
    package static let defaultRetentionSeconds: Int64 = 365 * 86_400

    /// The archive of all events, whatever their journal.
    package static let events = "EVENTS"
    /// The history of commands.
    package static let commands = "COMMANDS"
    /// Runs with their tasks and outcomes.
    package static let runs = "RUNS"
    /// The brief journals of tasks, which may go earlier than their runs.
    package static let journals = "JOURNALS"

    // swift-format-ignore
    /// The archives of a new host.
    static let initial: [Archive] = [
        .init(id: "END_OF_DAY",   nameRussian: "На конец суток",       nameEnglish: "End of day"),
        .init(id: "END_OF_MONTH", nameRussian: "На конец месяца",      nameEnglish: "End of month"),
        .init(id: "PROFILE_30",   nameRussian: "Профиль 30 мин",       nameEnglish: "Profile 30 min"),
        .init(id: "PROFILE_60",   nameRussian: "Профиль 60 мин",       nameEnglish: "Profile 60 min"),
        .init(id: "CURRENT",      nameRussian: "Текущие показания",    nameEnglish: "Current readings"),
        .init(id: "NETWORK",      nameRussian: "Параметры сети",       nameEnglish: "Network parameters"),
        .init(id: "TELEMETRY",    nameRussian: "Телеметрия (ЭПУ, ЭХЗ)", nameEnglish: "Telemetry"),
        .init(id: events,         category: .event, nameRussian: "События", nameEnglish: "Events"),
        .init(id: "TIME",         category: .state, nameRussian: "Время", nameEnglish: "Time"),
        .init(id: "CONFIGURATION", category: .state, nameRussian: "Конфигурация", nameEnglish: "Configuration"),
        .init(id: "STATE",        category: .state, nameRussian: "Состояние", nameEnglish: "State"),
        .init(id: "INFORMATION",  category: .state, nameRussian: "Информация", nameEnglish: "Information"),
        .init(id: "RELAY",        category: .state, nameRussian: "Реле", nameEnglish: "Relay"),
        .init(id: commands,       category: .command, nameRussian: "История команд", nameEnglish: "Command history"),
        .init(id: runs,           category: .run, nameRussian: "Запуски", nameEnglish: "Runs"),
        .init(id: journals,       category: .run, nameRussian: "Журналы задач", nameEnglish: "Task journals",
              retentionSeconds: 90 * 86_400),
    ]
}
