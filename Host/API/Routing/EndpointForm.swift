import Access

/// What a route does, for the OpenAPI document and the page made from it.
struct EndpointForm: Sendable {
    /// Unique among all routes, as `listDevices`.
    let id: String
    /// The group that the route stands in.
    let tag: Tag
    let summary: Phrase
    var parameters: [Parameter] = []
    var body: Body?
    var answers: [Outcome]
    /// Whether the work takes more than a millisecond and goes to the bounded pool.
    var isHeavy = false

    /// A parameter of the query or a header.
    struct Parameter: Sendable {
        enum Place: String, Sendable {
            case query, header
        }

        let name: String
        let place: Place
        let shape: Shape
        /// Whether the parameter may stand several times.
        let isRepeated: Bool
        let note: Phrase

        init(
            _ name: String, in place: Place = .query, _ shape: Shape, repeated: Bool = false,
            _ note: Phrase
        ) {
            self.name = name
            self.place = place
            self.shape = shape
            isRepeated = repeated
            self.note = note
        }
    }

    /// The body that a route takes.
    struct Body: Sendable {
        let shape: Shape
        let use: ShapeUse
        /// The media types that are taken, the usual one first.
        let mediaTypes: [String]
        /// How many bytes are taken.
        let limit: Int

        init(
            _ shape: Shape, as use: ShapeUse = .input,
            mediaTypes: [String] = ["application/json"], limit: Int = Limits.body
        ) {
            self.shape = shape
            self.use = use
            self.mediaTypes = mediaTypes
            self.limit = limit
        }

        /// The body of a `PATCH`, which is merged into what is there (RFC 7396).
        static func patch(_ shape: ObjectShape) -> Body {
            Body(
                .object(shape), as: .patch,
                mediaTypes: ["application/merge-patch+json", "application/json"])
        }
    }

    /// An answer of success.
    struct Outcome: Sendable {
        let status: Int
        let note: Phrase
        /// The contents by media type; empty for none.
        let contents: [(mediaType: String, shape: Shape)]

        init(_ status: Int, _ note: Phrase, _ contents: [(mediaType: String, shape: Shape)]) {
            self.status = status
            self.note = note
            self.contents = contents
        }

        /// An answer in JSON.
        static func json(_ shape: Shape, status: Int = 200, _ note: Phrase) -> Outcome {
            Outcome(status, note, [("application/json", shape)])
        }

        /// An answer that says no more than that it worked.
        static func empty(_ note: Phrase) -> Outcome { Outcome(204, note, []) }
    }
}

/// The groups of routes, in the order of the page.
enum Tag: String, Sendable, CaseIterable {
    case sessions, users, roles, projects, devices, groups, channels, protocols, commlines
    case actions, jobs, runs, measurements, archives, plugins, interchange, audit, stream, host

    var label: Phrase {
        switch self {
        case .sessions: Phrase("Вход в систему", "Logging in")
        case .users: Phrase("Пользователи", "Users")
        case .roles: Phrase("Роли и разрешения", "Roles and permissions")
        case .projects: Phrase("Проекты", "Projects")
        case .devices: Phrase("Устройства", "Devices")
        case .groups: Phrase("Группы устройств", "Groups of devices")
        case .channels: Phrase("Каналы связи", "Channels")
        case .protocols: Phrase("Протоколы", "Protocols")
        case .commlines: Phrase("Коммуникационные линии", "Communication lines")
        case .actions: Phrase("Мгновенные запросы", "Actions at once")
        case .jobs: Phrase("Задачи сбора и управления", "Jobs of collection and control")
        case .runs: Phrase("Запуски и задачи", "Runs and tasks")
        case .measurements: Phrase("Данные устройств", "Data of devices")
        case .archives: Phrase("Архивы", "Archives")
        case .plugins: Phrase("Плагины", "Plugins")
        case .interchange: Phrase("Импорт и экспорт", "Import and export")
        case .audit: Phrase("События системы", "Events of the host")
        case .stream: Phrase("Поток событий", "The event stream")
        case .host: Phrase("Хост", "The host")
        }
    }
}

/// How large things may be.
enum Limits {
    /// An ordinary body, in bytes.
    static let body = 1 << 20
    /// An import, in bytes: about 60,000 devices.
    static let importBody = 64 << 20
    /// Rows of one page.
    static let page = 1...1_000
    /// Rows of one page where the caller does not say.
    static let usualPage = 100
}
