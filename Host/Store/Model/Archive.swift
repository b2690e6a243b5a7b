/// A measurement archive with its retention.
///
/// The archives are there from the start: none is added or removed.
package struct Archive: Hashable, Sendable {
    /// The symbol, as `END_OF_DAY`; also the name of the folder with its files.
    package var id: String
    package var nameRussian: String
    package var nameEnglish: String
    /// Off: what is collected for it is not written.
    package var isActive: Bool
    /// How long records are kept, in seconds.
    package var retentionSeconds: Int64
    package var keepsForever: Bool
    package var revision: Int64

    package init(
        id: String, nameRussian: String, nameEnglish: String, isActive: Bool = true,
        retentionSeconds: Int64 = Archive.defaultRetentionSeconds, keepsForever: Bool = false,
        revision: Int64 = 1
    ) {
        self.id = id
        self.nameRussian = nameRussian
        self.nameEnglish = nameEnglish
        self.isActive = isActive
        self.retentionSeconds = retentionSeconds
        self.keepsForever = keepsForever
        self.revision = revision
    }

    /// 365 days.
    package static let defaultRetentionSeconds: Int64 = 365 * 86_400

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
    ]
}
