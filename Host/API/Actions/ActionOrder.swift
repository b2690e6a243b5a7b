import Access
import Dispatching
import JSON
import Store
import Values

/// Reads what a caller wants to be read at once.
struct ActionOrder {
    static let shape = ObjectShape(
        "Action",
        [
            Field(
                "name", .text(1...200),
                Phrase("Имя запуска; иначе составляется.", "The run's name; else it is made up.")),
            .required("targets", .object(targets), Phrase("Что опросить.", "What to ask.")),
            .required(
                "read", .list(.object(line), 1...100),
                Phrase("Что прочитать.", "What to read.")),
            Field(
                "priority", .integer(0...999),
                Phrase(
                    "Больший раньше; по умолчанию 500.", "Higher goes first; by default 500.")),
            Field(
                "retries", .integer(0...100),
                Phrase("Повторов после неудачи.", "Attempts after the first one failed.")),
            Field(
                "retryDelaySeconds", .integer(0...86_400),
                Phrase("Пауза перед повтором, с.", "The pause before each, in seconds.")),
        ])

    static let targets = ObjectShape(
        "ActionTargets",
        [
            Field(
                "devices", .list(.form(.id), 0...10_000), Phrase("Устройства.", "Devices.")),
            Field(
                "groups", .list(.form(.id), 0...1_000),
                Phrase("Группы с группами ниже.", "Groups with those below them.")),
        ])

    static let line = ObjectShape(
        "ActionLine",
        [
            Field(
                "archive", .form(.symbol), Phrase("Архив, например CURRENT.", "As CURRENT.")),
            Field("state", .form(.symbol), Phrase("Состояние, например TIME.", "As TIME.")),
            Field("journal", .form(.symbol), Phrase("Журнал событий.", "A journal of events.")),
            Field(
                "quantities", .list(.text(1...32), 0...100),
                Phrase("Величины (A+ …); пусто — все.", "As A+; left out, all of them.")),
            Field(
                "tags", .list(.text(1...32), 0...100),
                Phrase("Тарифы (TOTAL, T1 …); пусто — все.", "As TOTAL; left out, all of them.")),
            Field(
                "depth", .integer(1...1_000),
                Phrase(
                    "Сколько последних интервалов (для профилей — суток).",
                    "The last so many intervals (days of a profile).")),
            Field(
                "from", .form(.time),
                Phrase("Начало периода, включительно.", "The first interval end.")),
            Field(
                "to", .form(.time), Phrase("Конец периода, включительно.", "The last interval end.")
            ),
            Field(
                "collect", .choice(ContentLine.Collect.allCases.map(\.rawValue)),
                Phrase(
                    "missing — только то, чего ещё нет (по умолчанию у задач); "
                        + "all — всё заново (по умолчанию у мгновенных запросов).",
                    "missing, what is not stored yet (the default of jobs); "
                        + "all, everything again (the default of actions).")),
        ])

    /// The state archives that there are.
    private static let states = ["TIME", "CONFIGURATION", "STATE", "INFORMATION", "RELAY"]

    /// Reads the body of a request.
    ///
    /// - Parameters:
    ///   - body: The members, compared with the shape.
    ///   - project: Where the devices are.
    ///   - user: Who asks.
    ///   - archives: The archives that there are.
    /// - Returns: The order for the dispatcher.
    /// - Throws: `invalid_body` for a line that names none or several things, or a period that is none.
    static func read(
        _ body: Members, project: UUID, user: UUID, archives: [String]
    ) throws(Failure) -> RunOrder {
        var issues: [Issue] = []
        var contents: [ContentLine] = []
        for (index, members) in body.list("read").enumerated() {
            let place = JSONPointer(["read", String(index)])
            var reading = LineReading(members: members, place: place, archives: archives)
            if let line = reading.read() { contents.append(line) }
            issues += reading.issues
        }
        let targets = body.members("targets")
        if targets.ids("devices").isEmpty, targets.ids("groups").isEmpty {
            issues.append(
                .body(
                    JSONPointer(["targets"]),
                    Phrase(
                        "Назовите хотя бы одно устройство или группу.",
                        "Name at least one device or group.")))
        }
        guard issues.isEmpty else { throw .invalidBody(issues) }
        return RunOrder(
            project: project, name: body.text("name"), devices: targets.ids("devices"),
            groups: targets.ids("groups"), contents: contents,
            priority: body.integer("priority", else: 500), retries: body.integer("retries"),
            retryDelay: .seconds(body.integer("retryDelaySeconds")), isInteractive: true,
            user: user)
    }

    /// Reads one line of `read`.
    struct LineReading {
        let members: Members
        let place: JSONPointer
        let archives: [String]
        /// Who asks a device now wants its answer, not the stored one.
        var usual = ContentLine.Collect.all
        /// What may be asked for here.
        var kinds: [ContentLine.Kind] = [.archive, .state, .journal]
        var issues: [Issue] = []

        mutating func read() -> ContentLine? {
            let named = kinds.filter { members.has($0.rawValue) }
            guard let kind = named.first, named.count == 1 else {
                let names = kinds.map(\.rawValue).joined(separator: ", ")
                fault(
                    place,
                    Phrase(
                        "Задайте ровно одно из: \(names).", "Give exactly one of \(names)."))
                return nil
            }
            let symbol = members.text(kind.rawValue)
            let known: [String]? =
                switch kind {
                case .archive: archives
                case .state: states
                case .journal, .command: nil
                }
            if let known, !known.contains(symbol) {
                fault(place.appending(kind.rawValue), .allowed(known))
            }
            let period = period()
            return ContentLine(
                kind: kind, symbol: symbol, quantities: members.texts("quantities"),
                tags: members.texts("tags"), period: period,
                collect: ContentLine.Collect(rawValue: members.text("collect")) ?? usual,
                parameters: members.object["parameters"] ?? .null)
        }

        private mutating func period() -> ContentLine.Period {
            let from = time("from")
            let to = time("to")
            if let depth = members.optionalInteger("depth") {
                if from != nil || to != nil {
                    fault(
                        place.appending("depth"),
                        Phrase(
                            "Задайте либо depth, либо from и to.",
                            "Give either depth, or from and to."))
                }
                return .depth(depth)
            }
            switch (from, to) {
            case (nil, nil): return .none
            case (let from?, let to?) where from <= to:
                // Both ends count for callers; the dispatcher's period ends before its second one.
                return .range(from: from, to: to + 1)
            default:
                fault(
                    place.appending("from"),
                    Phrase("Нужны from и to, from не позже to.", "Give from and to, in order."))
                return .none
            }
        }

        private func time(_ name: String) -> Int64? {
            members.optionalText(name).flatMap { Timestamp(rfc3339: $0)?.milliseconds }
        }

        private mutating func fault(_ pointer: JSONPointer, _ phrase: Phrase) {
            issues.append(.body(pointer, phrase))
        }
    }
}
